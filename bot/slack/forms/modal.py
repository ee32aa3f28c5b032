"""Opening modals and changing them, and modals that say something."""

import logging

from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import PlainTextObject, SectionBlock
from slack_sdk.models.views import View

from bot.language import N_, Language
from bot.slack.client import UNREACHABLE, reason
from bot.slack.desk import Origin
from bot.slack.text import clip
from engine.errors import GiffusionError

TITLE = N_("An animation")
_TITLE_LENGTH, _WORDS_LENGTH = 24, 3_000
_TOO_LATE = ("expired_trigger_id", "exchanged_trigger_id")
_LATE = N_("Slack needed too long to open the form. Please try again.")
_log = logging.getLogger(__name__)


async def open_modal(origin: Origin, trigger: str, view: View) -> str:
    """Open a modal before whoever did something, and return its id.

    GiffusionError where it is too late for that: a trigger is good for three seconds, once.
    """
    try:
        answer = await origin.workspace.client.views_open(trigger_id=trigger, view=view)
    except SlackApiError as error:
        if reason(error) not in _TOO_LATE:
            raise
        raise GiffusionError(_LATE) from error
    except UNREACHABLE as error:
        raise GiffusionError(_LATE) from error
    return str(answer["view"]["id"])


async def change_modal(origin: Origin, modal: str, view: View) -> None:
    """Show something else in a modal, unless it was closed meanwhile."""
    try:
        await origin.workspace.client.views_update(view_id=modal, view=view)
    except SlackApiError as error:
        if reason(error) != "not_found":
            raise
        _log.info("A modal was closed before it was filled in")


def words(language: Language, text: str) -> View:
    """A modal that says something."""
    shown = PlainTextObject(text=clip(language.say(text), _WORDS_LENGTH))
    title = short(language.say(TITLE))
    return View(type="modal", title=title, blocks=[SectionBlock(text=shown)])


def short(text: str) -> PlainTextObject:
    """A text as a modal's title or button takes it."""
    if len(text) > _TITLE_LENGTH:
        text = text[: _TITLE_LENGTH - 1] + "…"
    return PlainTextObject(text=text)
