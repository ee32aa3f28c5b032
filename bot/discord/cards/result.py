"""The finished animation, what it was made from, and what can be done with it."""

import ipaddress

import discord
from yarl import URL

from bot.card_words import DELETED, details, keyframes, link_line, made_in
from bot.cards import ResultCard
from bot.discord.buttons import ActionButton
from bot.discord.cards.surface import Surface, embed_of
from bot.discord.message import Button, Drawing, plain
from bot.gestures.actions import OF_A_RESULT
from bot.language import Language

_LINK_LENGTH = 512
_LINE_LENGTH = 300
_PROMPTS_LENGTH, _DETAILS_LENGTH, _WRITTEN_LINK_LENGTH = 1_500, 1_200, 1_000


def draw_result(card: ResultCard, surface: Surface) -> Drawing:
    """Draw an animation; one whose session is gone without buttons, as nothing can follow it."""
    language, kept = surface.language, card.file.is_file()
    button = _link_button(card, language) if kept else None
    lines = [
        keyframes(card, lambda key: plain(key, _LINE_LENGTH), _PROMPTS_LENGTH, language),
        details(card, _detail, _DETAILS_LENGTH),
        _missing(card, surface),
        _written_link(card, language) if kept and button is None else "",
    ]
    embed = embed_of(card.title, "\n".join(filter(None, lines)), discord.Colour.green())
    embed.set_footer(text=made_in(card, language))
    if not kept:
        return Drawing(embed)
    actions = (
        ActionButton(action, card.job, language) for action in OF_A_RESULT
    )  # Discord breaks the row after five
    buttons = (*actions, *([button] if button else []))
    files = ((surface.name(card.file.name), card.file),) if surface.takes(card.file) else ()
    return Drawing(embed, buttons, files)


def _detail(name: str, value: str) -> str:
    return f"**{plain(name, 50)}** {plain(value, 200)}"


def _missing(card: ResultCard, surface: Surface) -> str:
    """Why the animation isn't there, if it isn't."""
    if not card.file.is_file():
        return surface.language.say(DELETED)
    if surface.takes(card.file):
        return ""
    size = f"{card.file.stat().st_size / 1e6:.1f} MB"
    return surface.language.say(
        "The animation ({size}) can't be uploaded here: it is kept in its session.", size=size
    )


def _written_link(card: ResultCard, language: Language) -> str:
    link = card.link[:_WRITTEN_LINK_LENGTH]
    return link_line(card, link, language) if link else ""


def _link_button(card: ResultCard, language: Language) -> Button | None:
    """A button to the session's page, where Discord takes its address; else None.

    Discord refuses a whole message for a button whose host is a bare name such as `localhost`.
    """
    url = URL(card.link)
    host = url.host or ""
    if card.local_link or url.scheme not in ("http", "https") or len(card.link) > _LINK_LENGTH:
        return None
    if "." not in host and not _is_address(host):
        return None
    return discord.ui.Button(label=language.say("Session"), url=card.link)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
