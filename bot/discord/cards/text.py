"""Words alone."""

import discord

from bot.cards import TextCard
from bot.discord.cards.surface import Surface
from bot.discord.message import TEXT_LENGTH, Drawing, escape, plain


def draw_text(card: TextCard, surface: Surface) -> Drawing:
    """Draw words; those that are too many are attached whole."""
    words = surface.language.say(card.text)
    colour = discord.Colour.red() if card.error else discord.Colour.blurple()
    embed = discord.Embed(description=plain(words, TEXT_LENGTH), colour=colour)
    whole = words.encode()
    if len(escape(words)) <= TEXT_LENGTH or not surface.takes(whole):
        return Drawing(embed)
    return Drawing(embed, files=(("message.txt", whole),))
