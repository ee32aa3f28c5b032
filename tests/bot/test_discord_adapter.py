"""Discord as its users meet it: the real discord.py against SimCord, a Discord in memory."""

import logging
from dataclasses import replace
from pathlib import Path

import discord
import pytest
import simcord

from bot.cards import ProgressCard, PromptsCard, QueuedCard, ResultCard, TextCard, WaitingCard
from bot.commands import Animate, Keyframes
from bot.discord.attachments import DiscordAttachment
from bot.discord_adapter import DiscordAdapter
from engine.errors import InputError, MediaError
from engine.media.keyframes import Mark
from tests.support.discord_service import JOB, PlayingService

PROMPTS = "0: a red circle | 24: a blue star"
QUEUED = QueuedCard(JOB, PROMPTS, position=3, notes=("The size was rounded to 128×128.",))
PROGRESS = ProgressCard(JOB, PROMPTS, done=6, frames=24, seconds_left=75.0, preview=b"a picture")
KEYFRAMES = PromptsCard("3 keyframes *here*", "0: … | 12: …", b"picture", "the wave of a song")
LINK = "https://bot.example/sessions/0123456789abcdef01234567"
MINUTES = 60.0

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
def service() -> PlayingService:
    return PlayingService()


@pytest.fixture
def adapter(service: PlayingService, tmp_path: Path) -> DiscordAdapter:
    return DiscordAdapter(service, "token", tmp_path / "discord")


@pytest.fixture
def simcord_bot(adapter: DiscordAdapter) -> discord.Client:
    return adapter.client


@pytest.fixture
def channel(simcord_env: simcord.Env) -> simcord.ChannelHandle:
    return simcord_env.create_guild().create_text_channel("animations")


@pytest.fixture
def alice(simcord_env: simcord.Env, channel: simcord.ChannelHandle) -> simcord.MemberActor:
    return simcord_env.guild.add_member(simcord_env.create_user("alice"))


@pytest.fixture
def result(tmp_path: Path) -> ResultCard:
    file = tmp_path / "animation.mp4"
    file.write_bytes(b"an animation" * 100)
    details = (("seed", "42"), ("negative prompt", "blur_ry *text*"))
    return ResultCard(JOB, PROMPTS, file, details, LINK, local_link=False, seconds=12.4)


def embed_of(message: discord.Message) -> discord.Embed:
    (embed,) = message.embeds
    return embed


def buttons_of(message: discord.Message) -> list[tuple[str | None, str | None]]:
    return [
        (button.label, button.url or button.custom_id)
        for row in message.components
        for button in row.children
    ]


def edits_by_token(env: simcord.Env) -> int:
    return sum(
        request.method == "PATCH" and request.path.startswith("/webhooks/")
        for request in env.http_requests
    )


async def test_a_command_shows_its_place_then_its_progress_then_the_animation(
    simcord_env, channel, alice, service, result
):
    service.cards = [(0, QUEUED), (10, PROGRESS), (10, result)]

    await alice.slash(channel, "giffusion animate", prompts=PROMPTS)
    queued = channel.last_message
    assert embed_of(queued).title == "0: a red circle \\| 24: a blue star"
    assert "Place 3 in the queue" in embed_of(queued).description
    assert "The size was rounded to 128×128." in embed_of(queued).description
    assert buttons_of(queued) == [("Cancel", f"giffusion:cancel:{JOB}")]

    await simcord_env.advance_time(10)
    rendering = channel.last_message
    assert rendering.id == queued.id
    assert "█████░░░░░░░░░░░░░░░" in embed_of(rendering).description
    assert "6 of 24 frames\nabout 75 seconds left" in embed_of(rendering).description
    assert embed_of(rendering).image.url == "attachment://preview.webp"
    assert [file.filename for file in rendering.attachments] == ["preview.webp"]

    await simcord_env.advance_time(10)
    finished = channel.last_message
    assert finished.id == queued.id
    assert [file.filename for file in finished.attachments] == ["animation.mp4"]
    assert "**seed** 42" in embed_of(finished).description
    assert embed_of(finished).footer.text == "Made in 12 seconds"
    assert buttons_of(finished)[-1] == ("Session", LINK)


async def test_a_command_is_acknowledged_before_the_service_answers(
    simcord_env, channel, alice, service
):
    service.cards = [(20 * MINUTES, TextCard("At last."))]

    answer = await alice.slash(channel, "giffusion animate", prompts=PROMPTS)

    assert answer.acknowledged and answer.deferred
    await simcord_env.advance_time(20 * MINUTES)
    assert embed_of(channel.last_message).description == "At last."


async def test_prompts_settings_and_files_are_handed_on(channel, alice, service):
    await alice.slash(
        channel,
        "giffusion animate",
        settings="--fps 12 --seed 7",
        video=("clip.mp4", b"moving"),
        image=("start.png", b"picture"),
        prompts=PROMPTS,
    )

    (command,) = service.commands
    assert command.command == Animate({"prompts": PROMPTS, "fps": "12", "seed": "7"})
    assert command.user == f"discord:{channel.guild.id}:{alice.id}"
    assert [(file.name, file.size) for file in command.attachments] == [
        ("start.png", 7),
        ("clip.mp4", 6),
    ]


async def test_a_file_that_discord_does_not_keep_is_not_fetched(channel, alice, service, tmp_path):
    await alice.slash(
        channel, "giffusion animate", prompts=PROMPTS, image=("start.png", b"picture")
    )
    (attachment,) = service.commands[0].attachments
    assert isinstance(attachment, DiscordAttachment)

    with pytest.raises(MediaError, match=r"start\.png isn't kept by Discord"):
        await attachment.save(tmp_path / "start.png", limit=1_000)
    assert not (tmp_path / "start.png").exists()


async def test_a_command_works_in_a_direct_message(simcord_env, service, result):
    service.cards = [(0, result)]
    alice = simcord_env.create_user("alice")

    await alice.slash("giffusion animate", prompts=PROMPTS)

    assert service.commands[0].user == f"discord:dm:{alice.id}"
    assert buttons_of(alice.dm_channel.last_message)[-1] == ("Session", LINK)


async def test_the_one_who_asked_can_cancel(channel, alice, service):
    service.cards = [(0, QUEUED)]
    await alice.slash(channel, "giffusion animate", prompts=PROMPTS)

    answer = await alice.click(channel.last_message, label="Cancel")

    assert service.cancelled == [JOB]
    assert answer.ephemeral
    assert answer.response.content == "The animation is stopped."


async def test_frames_that_are_finished_can_be_kept(simcord_env, channel, alice, service):
    service.cards = [(0, replace(PROGRESS, done=0)), (10, PROGRESS)]
    await alice.slash(channel, "giffusion animate", prompts=PROMPTS)
    assert [label for label, _ in buttons_of(channel.last_message)] == ["Cancel"]
    await simcord_env.advance_time(10)

    answer = await alice.click(channel.last_message, label="Stop and keep")

    assert service.kept == [JOB]
    assert answer.ephemeral


async def test_a_stranger_who_presses_cancel_is_told_why_not(simcord_env, channel, alice, service):
    service.cards = [(0, QUEUED)]
    bob = simcord_env.guild.add_member(simcord_env.create_user("bob"))
    await alice.slash(channel, "giffusion animate", prompts=PROMPTS)

    answer = await bob.click(channel.last_message, label="Cancel")

    assert service.cancelled == []
    assert answer.ephemeral
    assert "only they can do that" in answer.response.content


async def test_a_wrong_command_is_answered_in_red(channel, alice, service):
    service.error = InputError("steps", "0 is too few", "use 1 to 150")

    await alice.slash(channel, "giffusion animate", prompts=PROMPTS)

    answer = embed_of(channel.last_message)
    assert answer.description == "steps: 0 is too few; use 1 to 150"
    assert answer.colour == discord.Colour.red()
    assert buttons_of(channel.last_message) == []


async def test_a_fault_in_the_service_is_owned_up_to_and_the_bot_goes_on(
    channel, alice, service, caplog
):
    service.error = RuntimeError("secret detail")
    await alice.slash(channel, "giffusion animate", prompts=PROMPTS)
    assert embed_of(channel.last_message).description.startswith("Something went wrong")
    assert "secret detail" in caplog.text

    service.error, service.cards = None, [(0, QUEUED)]
    await alice.slash(channel, "giffusion animate", prompts=PROMPTS)
    assert "Place 3" in embed_of(channel.last_message).description


async def test_what_a_user_wrote_neither_pings_nor_formats(channel, alice, service, result):
    hostile = "@everyone **loud** [click](https://evil.example) `code`"
    service.cards = [(0, TextCard(hostile, error=True))]

    await alice.slash(channel, "giffusion animate", prompts=hostile)

    shown = embed_of(channel.last_message).description
    assert "@everyone" not in shown
    assert "\\*\\*loud" in shown and "\\[click](" in shown and "\\`code" in shown
    assert not channel.last_message.mention_everyone


async def test_keyframes_of_a_song_come_with_their_picture(simcord_env, channel, alice, service):
    service.cards = [(0, WaitingCard("Listening…")), (5, KEYFRAMES)]

    await alice.slash(channel, "giffusion keyframes", beats=True, audio=("song.mp3", b"a song"))
    assert service.commands[0].command == Keyframes(mark=Mark.BEATS)
    assert embed_of(channel.last_message).description == "Listening…"
    await simcord_env.advance_time(5)

    (message,) = channel.history()
    shown = embed_of(message)
    assert shown.description == "3 keyframes \\*here\\*\n```\n0: … | 12: …\n```"
    assert shown.image.url == "attachment://picture.png"
    assert [file.filename for file in message.attachments] == ["picture.png"]


async def test_where_the_bot_is_not_a_member_keyframes_come_by_the_commands_token(
    simcord_env, channel, alice, service
):
    simcord_env.inject_error("*", "/channels/*", status=403, code=50001, times=None)
    service.cards = [(0, WaitingCard("Listening…")), (60, KEYFRAMES)]

    await alice.slash(channel, "giffusion keyframes")
    await simcord_env.advance_time(60)

    assert "3 keyframes" in embed_of(channel.last_message).description


async def test_a_picture_that_discord_finds_too_large_is_left_out_and_its_words_stay(
    simcord_env, channel, alice, service
):
    service.cards = [(0, WaitingCard("Listening…")), (5, KEYFRAMES)]
    await alice.slash(channel, "giffusion keyframes")
    simcord_env.inject_error("PATCH", "/channels/*", status=413, code=40005)

    await simcord_env.advance_time(5)

    assert channel.last_message.attachments == []
    assert embed_of(channel.last_message).image.url is None
    assert "0: … | 12: …" in embed_of(channel.last_message).description


@pytest.mark.parametrize("text", ["x@everyone " * 900, "*" * 5_000, "`" * 5_000])
async def test_words_with_a_picture_stay_within_discords_limits_and_keep_their_block(
    channel, alice, service, text
):
    service.cards = [(0, PromptsCard(text, text, b"picture", text))]

    await alice.slash(channel, "giffusion keyframes")

    shown = embed_of(channel.last_message).description
    assert len(shown) <= 4_096
    assert shown.count("```") == 2
    assert not channel.last_message.mention_everyone


async def test_a_long_help_is_shown_from_its_start_and_attached_whole(channel, alice, service):
    text = "every setting there is\n" * 400
    service.cards = [(0, TextCard(text))]

    answer = await alice.slash(channel, "giffusion help")

    message = answer.response.message
    assert embed_of(message).description.startswith("every setting there is")
    assert len(embed_of(message).description) <= 4_096
    assert [(file.filename, file.size) for file in message.attachments] == [
        ("message.txt", len(text))
    ]


@pytest.mark.parametrize(
    ("position", "seconds", "words"),
    [
        (1, 170, "Next in the queue, starts in about 3 minutes."),
        (2, 3000, "Place 2 in the queue, starts in about 50 minutes."),
        (2, None, "Place 2 in the queue."),
    ],
)
async def test_a_waiting_job_tells_when_it_starts_if_that_is_known(
    channel, alice, service, position, seconds, words
):
    service.cards = [(0, QueuedCard(JOB, PROMPTS, position, seconds=seconds))]
    await alice.slash(channel, "giffusion animate", prompts=PROMPTS)
    assert embed_of(channel.last_message).description == words


async def test_the_longest_prompts_and_details_stay_within_discords_limits(
    simcord_env, channel, alice, service, result
):
    long = "[](" * 2_000
    queued = QueuedCard(JOB, long, 1, notes=(long,) * 20)
    crowded = ResultCard(JOB, long, result.file, ((long, long),) * 40, LINK, False, 7_200)
    service.cards = [(0, queued), (10, crowded)]

    await alice.slash(channel, "giffusion animate", prompts=long)
    assert embed_of(channel.last_message).description.startswith("Next in the queue")
    await simcord_env.advance_time(10)
    assert embed_of(channel.last_message).footer.text == "Made in 2 hours"
    assert len(embed_of(channel.last_message)) <= 6_000


async def test_a_result_arrives_after_the_commands_token_has_expired(
    simcord_env, channel, alice, service, result
):
    service.cards = [(0, QUEUED), (20 * MINUTES, PROGRESS), (20 * MINUTES, result)]
    await alice.slash(channel, "giffusion animate", prompts=PROMPTS)
    message = channel.last_message

    await simcord_env.advance_time(40 * MINUTES)

    assert channel.last_message.id == message.id
    assert [file.filename for file in channel.last_message.attachments] == ["animation.mp4"]
    assert edits_by_token(simcord_env) == 1, "only the first card may need the token"


async def test_after_a_restart_the_cancel_button_works_and_the_result_finds_its_message(
    simcord_env, channel, alice, service, result, tmp_path
):
    service.cards = [(0, QUEUED)]
    await alice.slash(channel, "giffusion animate", prompts=PROMPTS)
    message = channel.last_message

    restarted = DiscordAdapter(service, "token", tmp_path / "discord")
    await simcord_env.restart_bot(restarted.client)

    answer = await alice.click(message, label="Cancel")
    assert answer.response.content == "The animation is stopped."
    assert service.cancelled == [JOB]
    await restarted.show(service.commands[0].conversation, result)
    assert channel.last_message.id == message.id
    assert buttons_of(channel.last_message)[-1] == ("Session", LINK)


async def test_where_the_bot_is_not_a_member_the_commands_token_is_used(
    simcord_env, channel, alice, service, result
):
    simcord_env.inject_error("*", "/channels/*", status=403, code=50001, times=None)
    service.cards = [(0, QUEUED), (10, PROGRESS), (10, PROGRESS), (10, result)]

    await alice.slash(channel, "giffusion animate", prompts=PROMPTS)
    await simcord_env.advance_time(30)

    assert buttons_of(channel.last_message)[-1] == ("Session", LINK)
    refused = [r for r in simcord_env.http_requests if r.path.startswith("/channels/")]
    assert len(refused) == 1, "a refusal is not asked for again and again"


async def test_where_nothing_works_any_more_it_is_logged_once_and_left_in_peace(
    simcord_env, channel, alice, service, caplog
):
    simcord_env.inject_error("*", "/channels/*", status=403, code=50001, times=None)
    service.cards = [(0, QUEUED), (20 * MINUTES, PROGRESS), (10, PROGRESS), (10, PROGRESS)]

    await alice.slash(channel, "giffusion animate", prompts=PROMPTS)
    await simcord_env.advance_time(21 * MINUTES)

    warnings = [r for r in caplog.records if r.levelno >= logging.WARNING]
    assert len(warnings) == 1
    assert "Nothing can be shown" in warnings[0].getMessage()


async def test_when_its_message_was_deleted_the_result_comes_in_a_new_one(
    simcord_env, channel, alice, service, result
):
    service.cards = [(0, QUEUED), (10, PROGRESS), (10, result)]
    await alice.slash(channel, "giffusion animate", prompts=PROMPTS)
    deleted = channel.last_message
    simcord_env.backend.delete_message(channel.id, deleted.id)

    await simcord_env.advance_time(20)

    (message,) = channel.history()
    assert message.id != deleted.id
    assert [file.filename for file in message.attachments] == ["animation.mp4"]


async def test_in_an_archived_thread_the_result_comes_in_a_new_message(
    simcord_env, channel, alice, service, result
):
    service.cards = [(0, QUEUED), (10, result)]
    await alice.slash(channel, "giffusion animate", prompts=PROMPTS)
    simcord_env.inject_error("PATCH", "*/messages/*", status=400, code=50083, times=None)

    await simcord_env.advance_time(10)

    assert len(channel.history()) == 2
    assert buttons_of(channel.last_message)[-1] == ("Session", LINK)


async def test_a_result_too_large_for_the_place_is_linked(channel, alice, service, result):
    with result.file.open("wb") as file:
        file.truncate(30_000_000)
    service.cards = [(0, result)]

    await alice.slash(channel, "giffusion animate", prompts=PROMPTS)

    message = channel.last_message
    assert message.attachments == []
    assert "The animation (30.0 MB) can't be uploaded here" in embed_of(message).description
    assert buttons_of(message)[-1] == ("Session", LINK)


async def test_a_result_that_discord_finds_too_large_is_linked(
    simcord_env, channel, alice, service, result
):
    service.cards = [(0, QUEUED), (10, result)]
    await alice.slash(channel, "giffusion animate", prompts=PROMPTS)
    simcord_env.inject_error("PATCH", "/channels/*", status=413, code=40005)

    await simcord_env.advance_time(10)

    assert channel.last_message.attachments == []
    assert "can't be uploaded here" in embed_of(channel.last_message).description


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_failure_of_discord_is_told_and_a_later_try_finds_the_message(
    simcord_env, channel, alice, adapter, service, result, status
):
    service.cards = [(0, QUEUED)]
    await alice.slash(channel, "giffusion animate", prompts=PROMPTS)
    conversation = service.commands[0].conversation
    simcord_env.inject_error("PATCH", "/channels/*", status=status, times=2)

    for card in (PROGRESS, result):
        with pytest.raises(discord.HTTPException):
            await adapter.show(conversation, card)
    await adapter.show(conversation, result)

    (message,) = channel.history()
    assert buttons_of(message)[-1] == ("Session", LINK)


async def test_a_link_that_works_on_the_bots_machine_only_is_not_a_button(
    channel, alice, service, result
):
    local = "http://127.0.0.1:8080/sessions/0123456789abcdef01234567"
    service.cards = [(0, ResultCard(JOB, PROMPTS, result.file, (), local, True, 3.0))]

    await alice.slash(channel, "giffusion animate", prompts=PROMPTS)

    assert "Session" not in dict(buttons_of(channel.last_message))
    assert local in embed_of(channel.last_message).description
    assert "on the machine that runs the bot" in embed_of(channel.last_message).description


@pytest.mark.parametrize("link", ["http://gpu-box:8080/s/1", "file:///s/1", "https://a.b/" * 99])
async def test_a_link_that_discord_would_refuse_as_a_button_is_written_out(
    channel, alice, service, result, link
):
    service.cards = [(0, ResultCard(JOB, PROMPTS, result.file, (), link, False, 3.0))]

    await alice.slash(channel, "giffusion animate", prompts=PROMPTS)

    assert "Session" not in dict(buttons_of(channel.last_message))
    assert link[:50] in embed_of(channel.last_message).description


async def test_the_command_is_published_once_and_again_only_when_it_changes(
    simcord_env, service, tmp_path
):
    def published() -> int:
        return sum(r.method == "PUT" and "commands" in r.path for r in simcord_env.http_requests)

    folder = tmp_path / "discord"
    assert published() == 1
    await simcord_env.restart_bot(DiscordAdapter(service, "token", folder).client)
    assert published() == 1
    (folder / "commands").write_text("of another definition")
    await simcord_env.restart_bot(DiscordAdapter(service, "token", folder).client)
    assert published() == 2


async def test_when_publishing_fails_the_bot_still_works_and_publishes_at_the_next_start(
    simcord_env, channel, alice, service, tmp_path
):
    folder = tmp_path / "discord"
    (folder / "commands").write_text("of another definition")
    simcord_env.inject_error("PUT", "/applications/*", status=503)
    service.cards = [(0, QUEUED)]

    await simcord_env.restart_bot(DiscordAdapter(service, "token", folder).client)
    await alice.slash(channel, "giffusion animate", prompts=PROMPTS)

    assert "Place 3" in embed_of(channel.last_message).description
    assert (folder / "commands").read_text() == "of another definition"


async def test_a_place_says_how_large_a_file_it_takes(channel, alice, adapter, service):
    await alice.slash(channel, "giffusion animate", prompts=PROMPTS)

    limits = adapter.capabilities(service.commands[0].conversation)

    assert limits.upload_bytes == 26_214_400
    assert 2_000 <= limits.text_length <= 4_096
    assert limits.edit_seconds >= 1
