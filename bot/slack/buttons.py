"""Buttons whose ids say what they do, and whose values what to: they work while they stand."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import ButtonElement
from slack_sdk.models.blocks.basic_components import ConfirmObject

from bot.gestures.actions import LOOKS, SURE, Action, Weight
from bot.language import Language

PREFIX = "giffusion_"
SESSION = f"{PREFIX}session"
"""The id of a link to a session, which the browser opens; Slack tells of the press as well."""
LONGEST_SUBJECT = 2_000
_LABEL_LENGTH = 75
_STYLES = {Weight.USUAL: None, Weight.PRIMARY: "primary", Weight.DANGER: "danger"}


def button(
    action: Action, subject: str, language: Language, label: str | None = None
) -> ButtonElement:
    """A button that does something with its subject, mostly a job; `label` replaces the usual."""
    look = LOOKS[action]
    text = " ".join(filter(None, [look.emoji, label or language.say(look.label)]))
    return ButtonElement(
        text={"type": "plain_text", "text": text[:_LABEL_LENGTH], "emoji": True},
        action_id=f"{PREFIX}{action}",
        value=subject[:LONGEST_SUBJECT] or None,
        style=_STYLES[look.weight],
        confirm=_confirmation(language) if action is Action.DELETE else None,
    )


def _confirmation(language: Language) -> ConfirmObject:
    return ConfirmObject(
        title=language.say("Delete"),
        text={"type": "plain_text", "text": language.say(SURE)},
        confirm=language.say("Delete it"),
        deny=language.say("Cancel"),
        style="danger",
    )


def read_button(element: Mapping[str, Any]) -> tuple[Action, str] | None:
    """What a button does, and its subject; None where it is no button of these."""
    name = str(element.get("action_id") or "").removeprefix(PREFIX)
    if name not in set(Action):
        return None
    return Action(name), str(element.get("value") or "")
