"""Cards that another one follows: waiting, and being rendered."""

from bot.card_words import bar, counts, place_in_queue, times
from bot.cards import ProgressCard, QueuedCard, WaitingCard
from bot.gestures.actions import Action
from bot.language import N_
from bot.slack.buttons import button
from bot.slack.message import (
    SECTION_LENGTH,
    SlackMessage,
    Surface,
    actions,
    message,
    paragraphs,
    picture,
    plain_context,
    section,
    title,
)
from bot.slack.text import clip, escape

_NOTE_LENGTH = 300
_PREVIEW = N_("How it looks so far")


def draw_passing(card: QueuedCard | ProgressCard | WaitingCard, surface: Surface) -> SlackMessage:
    """Draw how it stands."""
    match card:
        case QueuedCard():
            return _draw_queued(card, surface)
        case ProgressCard():
            return _draw_progress(card, surface)
        case WaitingCard():
            return _draw_waiting(card, surface)


def _draw_waiting(card: WaitingCard, surface: Surface) -> SlackMessage:
    text = clip(surface.language.say(card.text).strip(), SECTION_LENGTH) or "…"
    return message(escape(text), [*paragraphs(text)])


def _draw_queued(card: QueuedCard, surface: Surface) -> SlackMessage:
    language = surface.language
    place = place_in_queue(card, language)
    said = (language.say(note).strip() for note in card.notes)
    notes = "\n".join(f"• {clip(note, _NOTE_LENGTH)}" for note in said if note)
    return message(
        place,
        [
            title(card.title),
            *paragraphs(place),
            *([plain_context(notes)] if notes else []),
            actions([button(Action.CANCEL, card.job, language)]),
        ],
    )


def _draw_progress(card: ProgressCard, surface: Surface) -> SlackMessage:
    language = surface.language
    done, time = counts(card, language), times(card, language)
    keep = [button(Action.KEEP, card.job, language)] if card.can_be_kept else []
    shown = [picture(surface.picture, language.say(_PREVIEW))] if surface.picture else []
    return message(
        " · ".join(filter(None, [done, time])),
        [
            title(card.title),
            section("\n".join(filter(None, [f"`{bar(card)}`", done, time]))),
            *shown,
            actions([*keep, button(Action.CANCEL, card.job, language)]),
        ],
    )
