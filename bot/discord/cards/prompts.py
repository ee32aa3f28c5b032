"""Prompts ready to be copied or used; and read back out of their message."""

import re

import discord

from bot.cards import PromptsCard
from bot.discord.buttons import ActionButton
from bot.discord.cards.surface import Surface
from bot.discord.message import Drawing, plain
from bot.gestures.actions import Action

_DESCRIPTION_LENGTH = 4_090  # of the 4,096 that an embed's description takes
_CODE_LENGTH = 4_000
_ALT_LENGTH = 1_024
_PICTURE = "picture.png"
# A block of code ends at the next three backticks, and nothing in it is formatted. So a character
# without a width keeps backticks apart: one more than the prompts have there, so that none is lost.
_APART = "\u200b"
_BACKTICKS = re.compile(rf"`({_APART}*)(?=`)")
_KEPT_APART = re.compile(rf"`{_APART}({_APART}*)(?=`)")
_BLOCK = re.compile(r"(?:^|\n)```\n(.*)\n```\Z", re.DOTALL)


def draw_prompts(card: PromptsCard, surface: Surface) -> Drawing:
    """Draw words, the prompts below them, and what can be done with these.

    Prompts that are too long are shown from their start, attached whole, and have no buttons.
    """
    code = _BACKTICKS.sub(rf"`{_APART}\1", card.to_copy)
    whole = len(code) <= _CODE_LENGTH
    block = f"```\n{code}\n```" if whole else f"```txt\n{code[:_CODE_LENGTH].rstrip('`')}…\n```"
    words = surface.language.say(card.text)
    text = plain(words, _DESCRIPTION_LENGTH - len(block) - 1)
    embed = discord.Embed(
        description=f"{text}\n{block}" if text.strip() else block, colour=discord.Colour.green()
    )
    files = []
    if card.picture is not None and surface.takes(card.picture):
        surface.show(embed, _PICTURE)
        files.append((surface.name(_PICTURE), card.picture))
    if not whole and surface.takes(card.to_copy.encode()):
        files.append(("prompts.txt", card.to_copy.encode()))
    buttons = _buttons(card, surface) if whole else ()
    return Drawing(embed, buttons, tuple(files), alt=card.alt[:_ALT_LENGTH] or None)


def prompts_in(message: discord.Message) -> str | None:
    """The prompts that stand in a message drawn by `draw_prompts`; None where there are none."""
    for embed in message.embeds:
        if found := _BLOCK.search(embed.description or ""):
            return _KEPT_APART.sub(r"`\1", found[1])
    return None


def _buttons(card: PromptsCard, surface: Surface) -> tuple[ActionButton, ...]:
    language = surface.language
    fill = ActionButton(
        Action.FILL,
        card.inputs_of,
        language,
        None if card.ready else language.say("Animate with them"),
    )
    buttons = [fill]
    if card.ready:
        buttons.insert(0, ActionButton(Action.ANIMATE, card.inputs_of, language))
    if card.topics is not None:
        buttons.append(ActionButton(Action.DRAW, " ".join(card.topics.split()), language))
    return tuple(buttons)
