"""What is pictured: a name, what a user does, and the messages or form that they get."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.gallery.prompts import CIRCLE_TO_STAR, FLOWER_TO_BOAT, HOUSES, TREE_TO_TREE, wave_file
from tests.gallery.reading import picture
from tests.gallery.slack.message import Post, drawn_messages
from tests.gallery.slack.stage import Shown, Stage
from tests.gallery.slack.view import drawn_home, drawn_modal
from tests.support.slack_server import BOT

_BAR_CELLS = 7
_RESULT, _COMPOSER = "giffusion_again", "giffusion_compose"


@dataclass(frozen=True)
class Scene:
    """`play` does what a user does, and draws what the bot sent as a page.

    Later scenes go on from what earlier ones left behind, such as a queue.
    """

    name: str
    play: Callable[[Stage], Awaitable[str]]


async def _result(stage: Stage) -> str:
    await stage.begin().command(f"{TREE_TO_TREE} --seed 5")
    result = await stage.shown(_has(_RESULT))
    return drawn_messages([_post(result)], await _files(stage, result))


async def _reply(stage: Stage) -> str:
    song = wave_file()
    await stage.begin().command(f"{TREE_TO_TREE} --seed 5")
    first = await stage.shown(_has(_RESULT))
    file = stage.slack.storage.hold("song.wav", song)
    await stage.begin().say_in_thread("", first.message.ts, files=[file])
    result = await stage.shown(_has(_RESULT))
    asked = Post({"text": ""}, {"song.wav": song}, by="alice")
    return drawn_messages([asked, _post(result), *await _files(stage, result)])


async def _edit(stage: Stage) -> str:
    await stage.begin().command(f"{HOUSES} --seed 5 --negative-prompt blurry --loop --zoom 1.01")
    result = await stage.shown(_has(_RESULT))
    await stage.begin().press("giffusion_edit", message=result.message)
    return drawn_modal(await stage.opened(_has("purple house")))


async def _composer(stage: Stage) -> str:
    await stage.begin().command("")
    return drawn_modal(await stage.opened(_has(_COMPOSER)))


async def _shortcut(stage: Stage) -> str:
    file = stage.slack.storage.hold("drawing.webp", picture("red"))
    message = stage.slack.message_of("a red circle", user="U2", files=[file])
    await stage.begin().shortcut("giffusion_animate", message)
    return drawn_modal(await stage.opened(_has("of the message")))


async def _inspire(stage: Stage) -> str:
    await stage.begin().command("inspire sea")
    return drawn_messages([_post(await stage.shown(_has("```")))])


async def _keyframes(stage: Stage) -> str:
    song = wave_file()
    text = f"<@{BOT}> keyframes"
    file = stage.slack.storage.hold("song.wav", song)
    await stage.begin().mention(text, files=[file])
    asked = Post({"text": text}, {"song.wav": song}, by="alice")
    shown = await stage.shown(_has("```"))
    return drawn_messages([asked], [_post(shown), *await _files(stage, shown)])


async def _error(stage: Stage) -> str:
    await stage.begin().command("0: a red circle | 0: a blue star")
    return drawn_messages([_post(await stage.shown(_has("keyframes 1 and 2")))])


async def _progress(stage: Stage) -> str:
    await stage.begin().command(f"{FLOWER_TO_BOAT} --seed 3")
    return drawn_messages([_post(await stage.shown(_is_under_way))])


async def _queued(stage: Stage) -> str:
    await stage.begin().command(HOUSES, user="U2")
    await stage.shown(_has("giffusion_cancel"))
    await stage.begin().command(f"{CIRCLE_TO_STAR} --seed 8")
    return drawn_messages([_post(await stage.shown(_has("queue")))])


async def _queue(stage: Stage) -> str:
    await stage.begin().command("queue")
    return drawn_messages([_post(await stage.shown(_has("rendered now")))])


async def _home(stage: Stage) -> str:
    await stage.begin().open_home()
    return drawn_home(await stage.home(_has(_COMPOSER)), stage.pictures())


def _post(shown: Shown) -> Post:
    return Post(shown.payload, pictures=shown.pictures, private=bool(shown.message.to))


async def _files(stage: Stage, shown: Shown) -> list[Post]:
    """The files that come with a message."""
    files = await stage.files_in_thread(shown)
    return [Post({"text": ""}, {name: content}) for name, content in files.items()]


def _is_under_way(text: str) -> bool:
    return "slack_file" in text and text.count("█") >= _BAR_CELLS


def _has(words: str) -> Callable[[str], bool]:
    return lambda text: words in text


SCENES = (
    Scene("result", _result),
    Scene("reply", _reply),
    Scene("edit", _edit),
    Scene("composer", _composer),
    Scene("shortcut", _shortcut),
    Scene("inspire", _inspire),
    Scene("keyframes", _keyframes),
    Scene("error", _error),
    Scene("progress", _progress),
    Scene("queued", _queued),
    Scene("queue", _queue),
    Scene("home", _home),
)
