"""What is pictured: a name, what a user does, and the messages or form that they get."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.gallery.prompts import CIRCLE_TO_STAR, FLOWER_TO_BOAT, HOUSES, TREE_TO_TREE, wave_file
from tests.gallery.slack.message import Post, drawn_messages
from tests.gallery.slack.stage import Shown, Stage
from tests.support.slack_server import BOT

_BAR_CELLS = 7


@dataclass(frozen=True)
class Scene:
    """`play` does what a user does, and draws what the bot sent as a page.

    Later scenes go on from what earlier ones left behind, such as a queue.
    """

    name: str
    play: Callable[[Stage], Awaitable[str]]


async def _result(stage: Stage) -> str:
    await stage.begin().command(f"{TREE_TO_TREE} --seed 5")
    return _page(stage, await stage.shown(_has("giffusion_session")))


async def _inspire(stage: Stage) -> str:
    await stage.begin().command("inspire sea")
    return _page(stage, await stage.shown(_has("```")))


async def _keyframes(stage: Stage) -> str:
    song = wave_file()
    text = f"<@{BOT}> keyframes"
    file = stage.slack.storage.hold("song.wav", song)
    await stage.begin().mention(text, files=[file])
    asked = Post({"text": text}, {"song.wav": song}, by="alice")
    return _page(stage, await stage.shown(_has("```")), asked)


async def _error(stage: Stage) -> str:
    await stage.begin().command("0: a red circle | 0: a blue star")
    return _page(stage, await stage.shown(_has("keyframes 1 and 2")))


async def _progress(stage: Stage) -> str:
    await stage.begin().command(f"{FLOWER_TO_BOAT} --seed 3")
    return _page(stage, await stage.shown(lambda text: text.count("█") >= _BAR_CELLS))


async def _queued(stage: Stage) -> str:
    await stage.begin().command(HOUSES, user="U2")
    await stage.shown(_has("giffusion_cancel"))
    await stage.begin().command(f"{CIRCLE_TO_STAR} --seed 8")
    return _page(stage, await stage.shown(_has("queue")))


async def _queue(stage: Stage) -> str:
    await stage.begin().command("queue")
    return _page(stage, await stage.shown(_has("rendered now")))


def _page(stage: Stage, shown: Shown, *asked: Post) -> str:
    """A message and the files below it, all in the thread of what `asked` for it, if that is."""
    post = Post(shown.payload, pictures=shown.pictures, private=bool(shown.message.to))
    files = stage.files_in_thread(shown).items()
    below = [Post({"text": ""}, {name: content}) for name, content in files]
    if asked:
        return drawn_messages(asked, [post, *below])
    return drawn_messages([post], below)


def _has(words: str) -> Callable[[str], bool]:
    return lambda text: words in text


SCENES = (
    Scene("result", _result),
    Scene("inspire", _inspire),
    Scene("keyframes", _keyframes),
    Scene("error", _error),
    Scene("progress", _progress),
    Scene("queued", _queued),
    Scene("queue", _queue),
)
