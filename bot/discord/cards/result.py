"""The finished animation, what it was made from, and what can be done with it."""

import ipaddress

import discord
from yarl import URL

from bot.cards import ResultCard
from bot.discord.buttons import ActionButton
from bot.discord.cards.surface import Surface, embed_of
from bot.discord.message import Button, Drawing, plain
from bot.gestures.actions import OF_A_RESULT
from bot.language import Language

_LINK_LENGTH = 512
_MOST_LINES, _LINE_LENGTH = 12, 300
_PROMPTS_LENGTH, _DETAILS_LENGTH, _WRITTEN_LINK_LENGTH = 1_500, 1_200, 1_000


def draw_result(card: ResultCard, surface: Surface) -> Drawing:
    """Draw an animation; one whose session is gone without buttons, as nothing can follow it."""
    language, kept = surface.language, card.file.is_file()
    button = _link_button(card, language) if kept else None
    lines = [
        _prompts(card, language),
        _details(card),
        _missing(card, surface),
        _written_link(card, language) if kept and button is None else "",
    ]
    embed = embed_of(card.title, "\n".join(filter(None, lines)), discord.Colour.green())
    made = language.say("Made in {time}", time=language.duration(card.seconds))
    embed.set_footer(text=made)
    if not kept:
        return Drawing(embed)
    actions = (
        ActionButton(action, card.job, language) for action in OF_A_RESULT
    )  # Discord breaks the row after five
    buttons = (*actions, *([button] if button else []))
    files = ((surface.name(card.file.name), card.file),) if surface.takes(card.file) else ()
    return Drawing(embed, buttons, files)


def _prompts(card: ResultCard, language: Language) -> str:
    """The prompts, a keyframe a line; nothing where the title says it all."""
    keys = [key.strip() for key in card.prompts.splitlines() if key.strip()]
    if len(keys) == 1 and card.title in keys[0] and not keys[0].startswith(card.title + " "):
        return ""
    shown: list[str] = []
    room = _PROMPTS_LENGTH
    for key in keys[:_MOST_LINES]:
        line = plain(key, _LINE_LENGTH)
        room -= len(line) + 1
        if room < 0:
            break
        shown.append(line)
    left = len(keys) - len(shown)
    if left:
        shown.append(
            language.count("and {number} more keyframe", "and {number} more keyframes", left)
        )
    return "\n".join(shown)


def _details(card: ResultCard) -> str:
    """As many of the settings as there is room for."""
    text = ""
    for name, value in card.details:
        detail = f"**{plain(name, 50)}** {plain(value, 200)}"
        longer = f"{text} · {detail}" if text else detail
        if len(longer) > _DETAILS_LENGTH:
            return f"{text} · …"
        text = longer
    return text


def _missing(card: ResultCard, surface: Surface) -> str:
    """Why the animation isn't there, if it isn't."""
    if not card.file.is_file():
        return surface.language.say("The animation has been deleted.")
    if surface.takes(card.file):
        return ""
    size = f"{card.file.stat().st_size / 1e6:.1f} MB"
    return surface.language.say(
        "The animation ({size}) can't be uploaded here: it is kept in its session.", size=size
    )


def _written_link(card: ResultCard, language: Language) -> str:
    if not card.link:
        return ""
    link = card.link[:_WRITTEN_LINK_LENGTH]
    if card.local_link:
        return language.say("Session (opens on the machine that runs the bot): {link}", link=link)
    return language.say("Session (opens in a browser): {link}", link=link)


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
