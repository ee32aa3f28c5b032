"""Cards that another one follows: waiting, and being rendered."""

from bot.card_words import bar, counts, place_in_queue, times
from bot.cards import ProgressCard, QueuedCard, WaitingCard
from bot.gestures.actions import Action
from bot.language import N_
from bot.slack.buttons import button
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

_NOTES, _NOTE_LENGTH = 10, 500
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
    text = escape(surface.language.say(card.text))
    return message(text, [section(text)])


def _draw_queued(card: QueuedCard, surface: Surface) -> SlackMessage:
    language = surface.language
    place = place_in_queue(card, language)
    notes = [language.say(note) for note in card.notes if note.strip()]
    return message(
        place,
        [
            title(card.title),
            section(place),
            *(context(clip(escape(f"• {note}"), _NOTE_LENGTH)) for note in notes[:_NOTES]),
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
