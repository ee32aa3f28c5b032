"""The modal in which an animation is composed: prompts on many lines, files, settings."""

import asyncio
import logging
from collections.abc import Awaitable, Sequence

from slack_sdk.models.views import View

from bot.gestures.forms import Composition
from bot.language import N_
from bot.slack.buttons import PREFIX
from bot.slack.desk import Desk, Origin, sentence_of
from bot.slack.forms.fields import LISTED, composer_inputs
from bot.slack.forms.inputs import Choice, selectable
from bot.slack.forms.modal import TITLE, change_modal, open_modal, short, words
from bot.slack.forms.subject import Subject

COMPOSE = f"{PREFIX}compose"
"""The id of the modal, and of buttons that open an empty one; their value is a preset's name."""
_SUGGESTING_SECONDS = 1.0  # of the three in which a modal must open
_RECALL_SECONDS = 20.0  # until a user is told, instead of being left before an empty modal
_WAIT = N_("One moment…")
_SLOW = N_("That animation could not be read in time. Please try again in a moment.")
_log = logging.getLogger(__name__)


async def open_composer(
    desk: Desk,
    origin: Origin,
    trigger: str,
    filled: Composition | Awaitable[Composition],
    files: Sequence[str] = (),
) -> None:
    """Open the modal, filled in; `files` are ids of files that go with it.

    What must be looked up first comes into a modal that is open by then. GiffusionError where it
    is too late to open one, InputError where a text is too long for it.
    """
    if isinstance(filled, Composition):
        await open_modal(origin, trigger, await _view(desk, origin, filled, files))
        return
    looked_up = asyncio.ensure_future(filled)
    try:
        opened = await open_modal(origin, trigger, words(origin.language, _WAIT))
    except BaseException:
        looked_up.cancel()  # nobody will see it
        raise
    await change_modal(origin, opened, await _found(desk, origin, looked_up, files))


def empty(preset: str = "") -> Composition:
    """A form with nothing in it but a preset."""
    return Composition(TITLE, preset=preset)


async def _found(
    desk: Desk, origin: Origin, looked_up: Awaitable[Composition], files: Sequence[str]
) -> View:
    """The modal once it is filled in, or what to say instead."""
    try:
        async with asyncio.timeout(_RECALL_SECONDS):
            filled = await looked_up
        return await _view(desk, origin, filled, files)
    except TimeoutError:
        return words(origin.language, _SLOW)
    except Exception as error:
        return words(origin.language, sentence_of(error))


async def _view(desk: Desk, origin: Origin, filled: Composition, files: Sequence[str]) -> View:
    lists = await asyncio.gather(*(_choices(desk, origin, kind) for kind in LISTED))
    say = origin.language.say
    return View(
        type="modal",
        callback_id=COMPOSE,
        title=short(say(filled.title)),
        submit=short(say("Animate")),
        close=short(say("Cancel")),
        private_metadata=Subject.at(origin, filled.subject, files).model_dump_json(),
        blocks=composer_inputs(
            filled,
            dict(zip(LISTED, lists, strict=True)),
            origin.language,
            with_message=bool(files),
        ),
    )


async def _choices(desk: Desk, origin: Origin, kind: str) -> list[Choice]:
    """What there is of a kind; nothing where that can't be told in time."""
    try:
        async with asyncio.timeout(_SUGGESTING_SECONDS):
            return selectable(await desk.service.suggest(kind, origin.person, ""))
    except Exception as error:
        _log.warning("No %s could be offered: %r", kind, error)
        return []
