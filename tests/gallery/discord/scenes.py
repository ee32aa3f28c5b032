"""What is pictured: a name, what a user does, and the message or form that they get."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.gallery.discord.message import Message, drawn_message
from tests.gallery.discord.modal import drawn_modal
from tests.gallery.discord.stage import Stage
from tests.gallery.prompts import CIRCLE_TO_STAR, FLOWER_TO_BOAT, HOUSES, TREE_TO_TREE, wave_file
from tests.support.discord_server import Request

_BOB = "17"
_OPENS_FORM = 9
_BAR_CELLS = 7


@dataclass(frozen=True)
class Scene:
    """`play` does what a user does and returns what the bot sent, which is drawn.

    `command` stands above the message as the one that alice used, or `said` as what she wrote;
    `reactions` are hers. Later scenes go on from what earlier ones left behind, such as a queue.
    """

    name: str
    command: str
    play: Callable[[Stage], Awaitable[Request]]
    said: str = ""
    reactions: tuple[str, ...] = ()


async def page_of(scene: Scene, stage: Stage) -> str:
    """Play a scene and draw what the bot sent."""
    request = await scene.play(stage)
    payload = request.payload
    if request.path.endswith("/callback"):
        if payload["type"] == _OPENS_FORM:
            return drawn_modal(payload["data"])
        payload = payload["data"]
    message = Message(
        payload,
        request.files,
        command=scene.command,
        said=scene.said,
        reactions=dict.fromkeys(scene.reactions, 1),
        private=stage.is_private(request),
    )
    return drawn_message(message)


async def _result(stage: Stage) -> Request:
    await stage.animate(prompts=TREE_TO_TREE, seed=5)
    return await stage.sent(_is_result)


async def _reply(stage: Stage) -> Request:
    stage.discord.files["song.wav"] = wave_file()
    first = await _result(stage)
    await stage.reply("song.wav", first)
    result = await stage.sent(_is_result)
    await stage.react("✨", result)
    await stage.sent(_has("```"))
    return result


async def _edit(stage: Stage) -> Request:
    await stage.animate(prompts=HOUSES, seed=5, negative="blurry", settings="--loop --zoom 1.01")
    result = await stage.sent(_is_result)
    await stage.press("edit", result)
    return await stage.sent(_opens_form)


async def _composer(stage: Stage) -> Request:
    await stage.animate()
    return await stage.sent(_opens_form)


async def _inspire(stage: Stage) -> Request:
    await stage.use("inspire", topics="sea")
    return await stage.sent(_has("```"))


async def _keyframes(stage: Stage) -> Request:
    stage.discord.files["song.wav"] = wave_file()
    await stage.use("keyframes", audio="song.wav")
    return await stage.sent(lambda request: "picture.png" in request.files)


async def _error(stage: Stage) -> Request:
    await stage.animate(prompts="0: a red circle | 0: a blue star")
    return await stage.sent(_has("keyframes 1 and 2"))


async def _progress(stage: Stage) -> Request:
    await stage.animate(prompts=FLOWER_TO_BOAT, seed=3)
    return await stage.sent(_is_under_way)


async def _chinese_progress(stage: Stage) -> Request:
    stage.discord.locale = "zh-CN"
    shown = await _progress(stage)
    await stage.press("cancel", shown)
    stage.discord.locale = "en-US"
    return shown


async def _queued(stage: Stage) -> Request:
    await stage.animate(prompts=HOUSES, user=_BOB)
    await stage.sent(_has("Cancel"))
    await stage.animate(prompts=CIRCLE_TO_STAR, seed=8)
    return await stage.sent(_has("queue"))


async def _queue(stage: Stage) -> Request:
    await stage.use("queue")
    return await stage.sent(_has("rendered now"))


def _is_result(request: Request) -> bool:
    return "animation.mp4" in request.files


def _opens_form(request: Request) -> bool:
    return request.payload.get("type") == _OPENS_FORM


def _has(words: str) -> Callable[[Request], bool]:
    return lambda request: words in str(request.payload)


def _is_under_way(request: Request) -> bool:
    return "preview.webp" in request.files and str(request.payload).count("█") >= _BAR_CELLS


SCENES = (
    Scene("result", "/giffusion animate", _result),
    Scene("reply", "", _reply, said="Click to see attachment", reactions=("✨",)),
    Scene("edit", "", _edit),
    Scene("composer", "", _composer),
    Scene("inspire", "/giffusion inspire", _inspire),
    Scene("keyframes", "/giffusion keyframes", _keyframes),
    Scene("error", "/giffusion animate", _error),
    Scene("progress-chinese", "/giffusion animate", _chinese_progress),
    Scene("progress", "/giffusion animate", _progress),
    Scene("queued", "/giffusion animate", _queued),
    Scene("queue", "/giffusion queue", _queue),
)
