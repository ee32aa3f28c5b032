"""The finished animation, what it was made from, and what can be done with it."""

from slack_sdk.models.blocks import ButtonElement
from yarl import URL

from bot.card_words import details, keyframes, link_line, made_in
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
    picture,
    section,
    title,
)
from bot.slack.text import clip, escape

_LINE_LENGTH, _PROMPTS_LENGTH, _DETAILS_LENGTH = 300, 2_500, 2_500
_LINK_LENGTH, _WRITTEN_LINK_LENGTH = 3_000, 1_000
_IN_THREAD = N_("The animation is in the thread.")
_ELSEWHERE = N_("Its session has it.")
_DELETED = N_("The animation has been deleted.")


def draw_result(card: ResultCard, surface: Surface) -> SlackMessage:
    """Draw an animation; one whose session is gone without buttons, as nothing can follow it."""
    language, kept = surface.language, card.file.is_file()
    prompts = keyframes(
        card, lambda key: clip(escape(key), _LINE_LENGTH), _PROMPTS_LENGTH, language
    )
    chosen = details(card, _detail, _DETAILS_LENGTH)
    where = _where(surface) if kept else language.say(_DELETED)
    made = made_in(card, language)
    link = _link_button(card, surface) if kept else None
    below = [made] if link or not kept else [made, _written_link(card, surface)]
    blocks = [
        title(card.title),
        *([section(prompts)] if prompts else []),
        *([context(chosen)] if chosen else []),
        *([picture(surface.picture, card.title or "…")] if surface.picture and kept else []),
        *([section(escape(where))] if where else []),
        context(" · ".join(filter(None, below))),
    ]
    if kept:
        buttons = [button(action, card.job, language) for action in OF_A_RESULT]
        blocks.append(actions([*buttons, *([link] if link else [])]))
    return message(" ".join(filter(None, [f"{made}.", escape(where)])), blocks)


def _keyframe(key: str) -> str:
    return clip(escape(key), _LINE_LENGTH)


def _detail(name: str, value: str) -> str:
    return f"*{clip(escape(name), 50)}* {clip(escape(value), 200)}"


def _where(surface: Surface) -> str:
    """Where the animation is, or why it isn't there."""
    if surface.problem:
        language = surface.language
        return f"{language.say(surface.problem)} {language.say(_ELSEWHERE)}"
    return surface.language.say(_IN_THREAD) if surface.file_in_thread else ""


def _written_link(card: ResultCard, surface: Surface) -> str:
    link = card.link[:_WRITTEN_LINK_LENGTH]
    return escape(link_line(card, link, surface.language)) if link else ""


def _link_button(card: ResultCard, surface: Surface) -> ButtonElement | None:
    """A button to the session's page, where Slack takes its address."""
    schemes = ("http", "https")
    if card.local_link or URL(card.link).scheme not in schemes or len(card.link) > _LINK_LENGTH:
        return None
    label = surface.language.say("Session")
    return ButtonElement(text=label, url=card.link, action_id=SESSION)
