"""Cards that another one follows: waiting, and being rendered."""

import discord

from bot.card_words import bar, counts, place_in_queue, times
from bot.cards import ProgressCard, QueuedCard, WaitingCard
from bot.discord.buttons import ActionButton
from bot.discord.cards.surface import Surface, embed_of
from bot.discord.message import TEXT_LENGTH, Drawing, plain
from bot.gestures.actions import Action
from bot.language import Language

_NOTE_LENGTH = 300
_PREVIEW = "preview.webp"


def draw_passing(card: QueuedCard | ProgressCard | WaitingCard, surface: Surface) -> Drawing:
    """Draw how it stands."""
    match card:
        case QueuedCard():
            return _draw_queued(card, surface)
        case ProgressCard():
            return _draw_progress(card, surface)
        case WaitingCard():
            return _draw_waiting(card, surface)


def _draw_waiting(card: WaitingCard, surface: Surface) -> Drawing:
    text = plain(surface.language.say(card.text), TEXT_LENGTH)
    return Drawing(discord.Embed(description=text, colour=discord.Colour.greyple()))


def _draw_queued(card: QueuedCard, surface: Surface) -> Drawing:
    language = surface.language
    notes = (f"• {plain(language.say(note), _NOTE_LENGTH)}" for note in card.notes)
    text = "\n".join([place_in_queue(card, language), *notes])
    embed = _embed(card.title, text, discord.Colour.greyple(), surface)
    return Drawing(embed, (ActionButton(Action.CANCEL, card.job, language),))


def _draw_progress(card: ProgressCard, surface: Surface) -> Drawing:
    text = _progress(card, surface.language)
    embed = _embed(card.title, text, discord.Colour.blurple(), surface)
    keep = (ActionButton(Action.KEEP, card.job, surface.language),) if card.can_be_kept else ()
    buttons = (*keep, ActionButton(Action.CANCEL, card.job, surface.language))
    # A covered preview would be covered again with each that follows.
    if card.preview is None or surface.spoiler or not surface.takes(card.preview):
        return Drawing(embed, buttons)
    surface.show(embed, _PREVIEW)
    return Drawing(embed, buttons, ((_PREVIEW, card.preview),))


def _embed(title: str, text: str, colour: discord.Colour, surface: Surface) -> discord.Embed:
    embed = embed_of(title, text, colour)
    return embed.set_footer(text=surface.footnote) if surface.footnote else embed


def _progress(card: ProgressCard, language: Language) -> str:
    lines = [f"`{bar(card)}`", counts(card, language), times(card, language)]
    return "\n".join(filter(None, lines))
