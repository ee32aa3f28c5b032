"""The modal in which an animation is composed: prompts on many lines, files, settings."""

import asyncio
import logging
from collections.abc import Awaitable, Mapping

from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import InputBlock, PlainTextObject, SectionBlock
from slack_sdk.models.views import View

from bot.commands import write_flags
from bot.gestures.forms import Composition
from bot.language import N_, Language
from bot.slack.buttons import PREFIX
from bot.slack.client import UNREACHABLE
from bot.slack.desk import Desk, Origin, sentence_of
from bot.slack.forms.inputs import (
    Choice,
    file_input,
    fits,
    of_setting,
    select,
    text_input,
)
from bot.slack.forms.subject import Subject
from bot.slack.text import clip, escape

COMPOSE = f"{PREFIX}compose"
"""The id of the modal, and of buttons that open an empty one; their value is a preset's name."""
NATIVE = ("seconds", "fps", "width", "height", "seed", "format")
"""Settings with an input of their own; those with names to choose from come besides."""
CHOSEN = ("model", "scheduler")
_TITLE_LENGTH = 24
_SUGGESTING_SECONDS = 1.0
_EXAMPLE = "0: a red circle\n24: a blue star"
_FLAGS = "--zoom 1.02 --loop"
_EMPTY = N_("An animation")
_log = logging.getLogger(__name__)


async def open_composer(
    desk: Desk,
    origin: Origin,
    trigger: str,
    filled: Composition | Awaitable[Composition],
    files: tuple[str, ...] = (),
) -> None:
    """Open the modal, filled in; `files` are ids of files that go with it.

    What must be looked up first comes into a modal that is open by then, as a trigger is good for
    three seconds.
    """
    client = origin.workspace.client
    if isinstance(filled, Composition):
        view = await _view(desk, origin, filled, files)
        await client.views_open(trigger_id=trigger, view=view)
        return
    waiting = _words(origin.language, N_("One moment…"))
    opened = (await client.views_open(trigger_id=trigger, view=waiting))["view"]
    try:
        view = await _view(desk, origin, await filled, files)
    except Exception as error:
        view = _words(origin.language, sentence_of(error))
    try:
        await client.views_update(view_id=opened["id"], view=view)
    except (SlackApiError, *UNREACHABLE) as error:  # it was closed meanwhile, which is all right
        _log.info("A modal could not be filled in: %s", error)


def empty(preset: str = "") -> Composition:
    """A form with nothing in it but a preset."""
    return Composition(_EMPTY, preset=preset)


async def _view(desk: Desk, origin: Origin, filled: Composition, files: tuple[str, ...]) -> View:
    lists = {kind: await _pairs(desk, origin, kind) for kind in ("preset", *CHOSEN)}
    return View(
        type="modal",
        callback_id=COMPOSE,
        title=_plain(origin.language.say(filled.title)),
        submit=_plain(origin.language.say("Animate")),
        close=_plain(origin.language.say("Cancel")),
        private_metadata=Subject.at(origin, filled.subject, files).model_dump_json(),
        blocks=_inputs(filled, lists, origin.language, files),
    )


def _inputs(
    filled: Composition,
    lists: Mapping[str, list[Choice]],
    language: Language,
    files: tuple[str, ...],
) -> list[InputBlock]:
    """All that can be filled in. What has no input of its own goes into the settings' text."""
    rest = dict(filled.settings)
    negative = rest.pop("negative_prompt", "")
    own = {name: rest.pop(name) for name in NATIVE if fits(name, rest.get(name, ""))}
    chosen = {
        name: rest.pop(name)
        for name in CHOSEN
        if rest.get(name, "") in [value for _, value in lists[name]]
    }
    listed = filled.preset in (value for _, value in lists["preset"])
    flags = write_flags(rest, "" if listed else filled.preset)
    say = language.say
    preset = filled.preset if listed else ""
    return [
        # A preset may have prompts of its own.
        text_input("prompts", say(N_("Prompts, a keyframe a line")), filled.lines, _EXAMPLE),
        text_input("negative_prompt", say(N_("What no frame should show")), negative),
        *_selected("preset", say(N_("Preset")), lists["preset"], preset),
        file_input(
            "files",
            say(N_("A picture or a clip to start from, a sound")),
            _about_files(filled, files, language),
        ),
        *(of_setting(name, language, own.get(name, "")) for name in NATIVE),
        *(
            block
            for name in CHOSEN
            for block in _selected(
                name, language.name(name).capitalize(), lists[name], chosen.get(name, "")
            )
        ),
        text_input("settings", say(N_("Settings")), flags, _FLAGS),
    ]


def _selected(name: str, label: str, choices: list[Choice], filled: str) -> list[InputBlock]:
    return [select(name, label, choices, filled)] if choices else []


def _about_files(filled: Composition, files: tuple[str, ...], language: Language) -> str:
    """What a user should know of files that they don't see in the form."""
    if filled.lost:
        gone = N_("No longer kept: {kinds}. Attach what you still want.")
        return language.say(gone, kinds=", ".join(sorted(filled.lost)))
    if filled.subject:
        return language.say(N_("Those from before are used; a new one replaces one of its kind."))
    return language.say(N_("Those of the message are used as well.")) if files else ""


async def _pairs(desk: Desk, origin: Origin, kind: str) -> list[Choice]:
    """What there is of a kind; nothing where that can't be told in time."""
    try:
        async with asyncio.timeout(_SUGGESTING_SECONDS):
            return await desk.service.suggest(kind, origin.person, "")
    except Exception as error:
        _log.warning("No %s could be offered: %r", kind, error)
        return []


def _words(language: Language, text: str) -> View:
    """A modal that says something."""
    words = PlainTextObject(text=clip(escape(language.say(text)), 3_000))
    return View(type="modal", title=_plain(language.say(_EMPTY)), blocks=[SectionBlock(text=words)])


def _plain(text: str) -> PlainTextObject:
    return PlainTextObject(text=text if len(text) <= _TITLE_LENGTH else text[:23] + "…")
