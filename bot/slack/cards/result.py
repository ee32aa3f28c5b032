"""The finished animation, what it was made from, and what can be done with it."""

import re

from slack_sdk.models.blocks import ButtonElement

from bot.card_words import DELETED, details, keyframes, link_line, made_in
from bot.cards import ResultCard
from bot.gestures.actions import OF_A_RESULT
from bot.language import N_
from bot.slack.buttons import SESSION, button
from bot.slack.message import (
    SlackMessage,
    Surface,
    actions,
    context,
    message,
    paragraphs,
    picture,
    title,
)
from bot.slack.text import as_typed, bold, clip, escape

_LINE_LENGTH, _PROMPTS_LENGTH = 300, 2_500
_NAME_LENGTH, _VALUE_LENGTH, _DETAILS_LENGTH = 50, 200, 2_500
_PROBLEM_LENGTH = 500
_LINK_LENGTH, _WRITTEN_LINK_LENGTH = 3_000, 1_000
_IN_THREAD = N_("The animation is in the thread.")
_ELSEWHERE = N_("Its session has it.")
_ADDRESS = re.compile(r"https?://[^\s<>|]+")


def draw_result(card: ResultCard, surface: Surface) -> SlackMessage:
    """Draw an animation; one whose session is gone without buttons, as nothing can follow it."""
    language, kept = surface.language, card.file.is_file()
    prompts = keyframes(card, lambda key: clip(key, _LINE_LENGTH), _PROMPTS_LENGTH, language)
    chosen = details(card, _detail, _DETAILS_LENGTH)
    where = _where(surface) if kept else language.say(DELETED)
    made = made_in(card, language)
    link = _link_button(card, surface) if kept else None
    written = _written_link(card, surface) if kept and link is None else ""
    blocks = [
        title(card.title),
        *paragraphs(prompts),
        *([context(chosen)] if chosen else []),
        *([picture(surface.picture, card.title)] if surface.picture and kept else []),
        *paragraphs(where),
        context(" · ".join(filter(None, [made, written]))),
    ]
    if kept:
        buttons = [button(action, card.job, language) for action in OF_A_RESULT]
        blocks.append(actions([*buttons, *([link] if link else [])]))
    return message(" ".join(filter(None, [f"{made}.", escape(where)])), blocks)


def _detail(name: str, value: str) -> str:
    return f"{bold(name, _NAME_LENGTH)} {as_typed(value, _VALUE_LENGTH)}".strip()


def _where(surface: Surface) -> str:
    """Where the animation is, or why it isn't there."""
    say = surface.language.say
    if surface.problem:
        return f"{clip(say(surface.problem), _PROBLEM_LENGTH)} {say(_ELSEWHERE)}"
    return say(_IN_THREAD) if surface.file_in_thread else ""


def _written_link(card: ResultCard, surface: Surface) -> str:
    """Where its session opens, in Slack's markup; an address of the web can be followed."""
    if not card.link:
        return ""
    whole = escape(card.link)
    link = clip(whole, _WRITTEN_LINK_LENGTH)
    followed = link == whole and _ADDRESS.fullmatch(card.link)
    return link_line(card, f"<{link}>" if followed else link, surface.language)


def _link_button(card: ResultCard, surface: Surface) -> ButtonElement | None:
    """A button to the session's page, where Slack takes its address."""
    if card.local_link or len(card.link) > _LINK_LENGTH or not _ADDRESS.fullmatch(card.link):
        return None
    label = surface.language.say("Session")
    return ButtonElement(text=label, url=card.link, action_id=SESSION)
