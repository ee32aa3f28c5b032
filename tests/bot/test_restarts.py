"""Each result is posted once, whenever the bot is killed: the whole bot in a process of its own."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from itertools import count

import pytest
from aiohttp import web

from engine.configuration import Configuration, load_configuration
from engine.planning.cost import Cost
from engine.queue import JobQueue
from engine.request import RenderRequest
from engine.sessions.local import LocalSessions
from tests.support import discord_server, slack_server
from tests.support.bot_process import SETTLE_SECONDS, BotProcess
from tests.support.discord_server import LoopbackDiscord
from tests.support.models import write_model_folder
from tests.support.queue_worker import worker
from tests.support.slack_server import LoopbackSlack, Outage
from tests.support.web_chat import finished_request

ANIMATION = b"an animation" * 100
PATIENCE = 60
_numbers = count(1)


@pytest.fixture(scope="module")
def configuration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Configuration]:
    """A service's folder, and a worker that ends every job at once."""
    folder = tmp_path_factory.mktemp("service")
    write_model_folder(folder / "model")
    (folder / "settings.toml").write_text(
        '[web]\nenabled = false\n[models.small]\npath = "model"\nsteps = 12\n'
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIFFUSION_SETTINGS", str(folder / "settings.toml"))
        configuration = load_configuration()
    with worker(configuration.queue_url, folder):
        yield configuration


@pytest.fixture
async def queue(configuration: Configuration) -> AsyncIterator[JobQueue]:
    queue = JobQueue(configuration.queue_url)
    yield queue
    await queue.close()


@pytest.fixture
async def discord() -> AsyncIterator[LoopbackDiscord]:
    server = LoopbackDiscord()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def slack() -> AsyncIterator[LoopbackSlack]:
    async with LoopbackSlack() as workspace:
        yield workspace
    assert workspace.problems == []


Start = Callable[..., BotProcess]


@pytest.fixture
def start(configuration: Configuration) -> Iterator[Start]:
    """Starts a bot with the platforms that are given; it is killed at the end at the latest."""
    started = []

    def start(
        discord: LoopbackDiscord | None = None, slack: LoopbackSlack | None = None
    ) -> BotProcess:
        folder = configuration.service.data.parent
        environment = {"GIFFUSION_SETTINGS": str(folder / "settings.toml")}
        if discord:
            environment |= {
                "DISCORD_TOKEN": discord_server.TOKEN,
                "GIFFUSION_DISCORD__API_URL": discord.api_url,
                "GIFFUSION_DISCORD__GATEWAY_URL": discord.gateway_url,
            }
        if slack:
            environment |= {
                "SLACK_BOT_TOKEN": slack_server.BOT_TOKEN,
                "SLACK_APP_TOKEN": slack_server.APP_TOKEN,
                "GIFFUSION_SLACK__API_URL": slack.api_url,
            }
        started.append(BotProcess(folder, environment))
        return started[-1]

    yield start
    for bot in started:
        bot.kill()


async def finished(
    queue: JobQueue,
    configuration: Configuration,
    platform: str,
    conversation: Mapping[str, object],
) -> RenderRequest:
    """A job that was accepted in this conversation, and ended while no bot was there."""
    request = RenderRequest(
        owner=f"{platform}:here:ann",
        settings=finished_request("0: a corgi").settings,
        platform=platform,
        conversation={**conversation, "frames": 1},
    )
    with LocalSessions(configuration.sessions).create(request) as draft:
        file = draft.path_for(request.settings.output.format)
        file.write_bytes(ANIMATION)
        draft.commit(file, b"a poster", 1.0, "revision")
    await queue.submit(request, Cost(work=1))
    async with asyncio.timeout(PATIENCE):
        async for _ in queue.events(request.id):
            pass
    return request


async def until(is_so: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not is_so():
            await asyncio.sleep(0.02)


async def told(queue: JobQueue, job: RenderRequest) -> None:
    """Wait until nobody is owed this job's ending any more."""
    async with asyncio.timeout(PATIENCE):
        while job.id in {owed.id for owed in await queue.answers.owed()}:
            await asyncio.sleep(0.05)


class Killer:
    """Kills a bot as soon as a platform is asked for something, which may be `lost` then."""

    def __init__(self, asked_for: str, lost: bool) -> None:
        self.asked_for, self.lost = asked_for, lost
        self.bot: BotProcess | None = None

    def __call__(self, asked: object) -> None:
        if self.bot and self.asked_for in str(asked):
            self.bot.kill()
            self.bot = None
            if self.lost:
                raise web.HTTPBadGateway


async def killed(first: BotProcess) -> None:
    await until(lambda: not first.is_alive)


@pytest.fixture
def place() -> dict[str, object]:
    """A message on Discord that nobody else answers in."""
    return {"guild": None, "channel": 13, "message": 90 + next(_numbers), "upload_bytes": 10_000}


@pytest.mark.parametrize("deleted", [False, True], ids=["its message stands", "it was deleted"])
@pytest.mark.parametrize("moment", ["before it is sent", "before it is noted", "after"])
async def test_on_discord_a_result_is_posted_once_whenever_the_bot_is_killed(
    configuration: Configuration,
    queue: JobQueue,
    discord: LoopbackDiscord,
    start: Start,
    place: dict[str, object],
    moment: str,
    deleted: bool,
) -> None:
    job = await finished(queue, configuration, "discord", place)
    message = str(place["message"])
    if deleted:
        discord.messages.delete(message)
    asked_for = "'POST', path='/channels/" if deleted else f"/messages/{message}"
    kill = Killer(asked_for, lost=moment == "before it is sent")
    if moment == "before it is sent":
        discord.before = kill
    elif moment == "before it is noted":
        discord.after = kill

    kill.bot = first = start(discord)
    if moment == "after":
        await told(queue, job)
        await until(lambda: discord.connections == 1)
        first.kill()
    await killed(first)
    start(discord)
    await told(queue, job)
    if moment == "after":  # and nothing is posted by a bot that is owed nothing
        await until(lambda: discord.connections == 2)
        await asyncio.sleep(0.3)

    (shown,) = discord.messages.shown.values()
    assert shown.files == {"animation.mp4": ANIMATION}


@pytest.mark.parametrize(
    ("moment", "method"),
    [
        ("before", "files.getUploadURLExternal"),
        ("before", "files.completeUploadExternal"),
        ("after", "files.completeUploadExternal"),
        ("before", "chat.update"),
        ("after", "chat.update"),
    ],
)
async def test_on_slack_a_result_is_posted_once_whenever_the_bot_is_killed(
    configuration: Configuration,
    queue: JobQueue,
    slack: LoopbackSlack,
    start: Start,
    moment: str,
    method: str,
) -> None:
    slack.storage.seconds_until_listed = SETTLE_SECONDS / 2
    message = slack.keep_message("C1", "1800000000.000001")
    place = {"team": "T0TEAM", "channel": "C1", "ts": message.ts, "thread": message.ts}
    job = await finished(queue, configuration, "slack", place)
    kill = Killer(method, lost=moment == "before")
    setattr(slack, moment, kill)

    kill.bot = first = start(slack=slack)
    await killed(first)
    start(slack=slack)
    await told(queue, job)

    (file,) = slack.storage.shared
    assert file.content == ANIMATION
    assert "The animation is in the thread." in message.text
    assert list(slack.messages) == [message.ts]


async def test_a_slack_that_is_away_when_the_bot_starts_gets_its_result_when_it_is_back(
    configuration: Configuration, queue: JobQueue, slack: LoopbackSlack, start: Start
) -> None:
    message = slack.keep_message("C1", "1800000000.000001")
    place = {"team": "T0TEAM", "channel": "C1", "ts": message.ts, "thread": message.ts}
    job = await finished(queue, configuration, "slack", place)
    for method in ("auth.test", "files.list", "chat.update"):
        slack.faults[method].append(Outage())

    start(slack=slack)
    await told(queue, job)

    assert len(slack.storage.shared) == 1
    assert [said["text"].count("in the thread") for said in message.shown] == [0, 0, 1]


async def test_a_command_that_was_being_read_when_the_bot_was_killed_is_said_to_be_lost(
    slack: LoopbackSlack, start: Start
) -> None:
    first = start(slack=slack)
    await until(lambda: slack.socket.connections)
    slack.before = kill = Killer("chat.update", lost=True)
    kill.bot = first
    song = slack.storage.hold("song.mp3", b"la")
    await slack.mention(f"<@{slack_server.BOT}> keyframes", files=[song])
    await killed(first)
    assert "Reading the command" in slack.message.text

    start(slack=slack)
    await until(lambda: "please send it again" in slack.message.text)


async def test_a_platform_that_is_away_gets_its_result_when_it_is_back(
    configuration: Configuration,
    queue: JobQueue,
    discord: LoopbackDiscord,
    start: Start,
    place: dict[str, object],
) -> None:
    job = await finished(queue, configuration, "discord", place)
    start(discord)
    await discord.stop()
    await asyncio.sleep(0.5)
    assert job.id in {owed.id for owed in await queue.answers.owed()}

    await discord.start()
    await told(queue, job)

    (shown,) = discord.messages.shown.values()
    assert shown.files == {"animation.mp4": ANIMATION}


async def test_a_platform_that_is_not_connected_now_gets_its_result_once_it_is(
    configuration: Configuration,
    queue: JobQueue,
    discord: LoopbackDiscord,
    slack: LoopbackSlack,
    start: Start,
    place: dict[str, object],
) -> None:
    job = await finished(queue, configuration, "discord", place)
    without = start(slack=slack)
    await until(lambda: slack.socket.connections)
    without.kill()
    start(discord)
    await told(queue, job)

    (shown,) = discord.messages.shown.values()
    assert shown.files == {"animation.mp4": ANIMATION}
