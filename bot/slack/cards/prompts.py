"""Prompts ready to be copied or used; and read back out of their message."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from slack_sdk.models.blocks import ButtonElement, MarkdownTextObject

from bot.cards import PromptsCard
from bot.gestures.actions import Action
from bot.language import N_
from bot.slack.buttons import button
from bot.slack.message import (
    MESSAGE_LENGTH,
    SECTION_LENGTH,
    SlackMessage,
    Surface,
    actions,
    message,
    paragraphs,
    picture,
    plain_context,
    section,
)
from bot.slack.text import clip, escape, pieces, unescape

_OPEN, _CLOSE = "```\n", "\n```"
_CODE_LENGTH = SECTION_LENGTH - len(_OPEN + _CLOSE)
_MOST_CODE, _PROBLEM_LENGTH = 8_000, 500
_MARKUP = MarkdownTextObject.type
_IN_A_FILE = N_("They are too long for a message: the whole of them is in the thread.")
_PICTURE_BELOW = N_("The picture is in the thread.")
# A block of code ends at the next three backticks, and nothing in it is formatted. So a character
# without a width keeps backticks apart: one more than the prompts have there, so that none is lost.
_APART = "\u200b"
_BACKTICKS = re.compile(rf"`({_APART}*)(?=`)")
_KEPT_APART = re.compile(rf"`{_APART}({_APART}*)(?=`)")


def draw_prompts(card: PromptsCard, surface: Surface) -> SlackMessage:
    """Draw words, the prompts below them, and what can be done with these.

    Prompts that are too long are shown from their start and have no buttons.
    """
    code = escape(_BACKTICKS.sub(rf"`{_APART}\1", card.to_copy))
    whole = len(code) <= _MOST_CODE
    shown = code if whole else clip(code, _MOST_CODE)
    words = clip(surface.language.say(card.text).strip(), MESSAGE_LENGTH - len(shown))
    said = "\n".join(_remarks(surface, whole))
    blocks = [
        *paragraphs(words),
        *([picture(surface.picture, card.alt)] if surface.picture else []),
        *([plain_context(said)] if said.strip() else []),
        *(section(f"{_OPEN}{part}{_CLOSE}") for part in pieces(shown, _CODE_LENGTH)),
        *([actions(_buttons(card, surface))] if whole and shown.strip() else []),
    ]
    return message(escape(words) or "…", blocks, None if whole else card.to_copy)


def prompts_in(blocks: Iterable[Mapping[str, Any]]) -> str | None:
    """The prompts that stand in a message drawn by `draw_prompts`; None where there are none."""
    texts = (block.get("text") or {} for block in blocks)
    in_markup = (str(text.get("text", "")) for text in texts if text.get("type") == _MARKUP)
    parts = [
        text.removeprefix(_OPEN).removesuffix(_CLOSE)
        for text in in_markup
        if text.startswith(_OPEN) and text.endswith(_CLOSE)
    ]
    return _KEPT_APART.sub(r"`\1", unescape("".join(parts))) if parts else None


def _remarks(surface: Surface, whole: bool) -> list[str]:
    """What is said of the files in the thread."""
    say, remarks = surface.language.say, []
    if surface.problem:
        remarks.append(clip(say(surface.problem), _PROBLEM_LENGTH))
    elif surface.file_in_thread and not surface.picture:
        remarks.append(say(_PICTURE_BELOW))
    if not whole:
        remarks.append(say(_IN_A_FILE))
    return remarks


def _buttons(card: PromptsCard, surface: Surface) -> list[ButtonElement]:
    language = surface.language
    label = None if card.ready else language.say("Animate with them")
    buttons = [button(Action.FILL, card.inputs_of, language, label)]
    if card.ready:
        buttons.insert(0, button(Action.ANIMATE, card.inputs_of, language))
    if card.topics is not None:
        buttons.append(button(Action.DRAW, " ".join(card.topics.split()), language))
    return buttons
