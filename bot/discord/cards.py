"""Cards as Discord messages: what each of them says, and how."""

import ipaddress

import discord
from yarl import URL

from bot.cards import (
    Card,
    ListCard,
    ProgressCard,
    PromptsCard,
    QueuedCard,
    ResultCard,
    TextCard,
    WaitingCard,
)
from bot.discord.buttons import Action, ActionButton
from bot.discord.message import (
    TEXT_LENGTH,
    TITLE_LENGTH,
    Drawing,
    escape,
    plain,
)
from bot.language import Language
from engine.durations import about

_LINK_LENGTH = 512
_BAR_CELLS = 20
_CODE_LENGTH = 2_500
_ALT_LENGTH = 1_024


def draw(card: Card, upload_bytes: int, language: Language) -> Drawing:
    """Draw a card for a place that takes files of up to `upload_bytes`."""
    match card:
        case QueuedCard() | ProgressCard() | WaitingCard():
            return _draw_passing(card, upload_bytes, language)
        case ResultCard():
            return _draw_result(card, upload_bytes)
        case PromptsCard():
            return _draw_picture(card, upload_bytes)
        case ListCard():
            return _draw_list(card)
        case TextCard():
            return _draw_text(card, upload_bytes)


def _draw_passing(
    card: QueuedCard | ProgressCard | WaitingCard, upload_bytes: int, language: Language
) -> Drawing:
    match card:
        case QueuedCard():
            return _draw_queued(card, language)
        case ProgressCard():
            return _draw_progress(card, upload_bytes, language)
        case WaitingCard():
            text = plain(card.text, TEXT_LENGTH)
            return Drawing(discord.Embed(description=text, colour=discord.Colour.greyple()))


def _draw_queued(card: QueuedCard, language: Language) -> Drawing:
    place = "Next in the queue" if card.position <= 1 else f"Place {card.position} in the queue"
    if card.seconds is not None:
        place += f", starts in {about(card.seconds)}"
    text = "\n".join([f"{place}.", *(f"• {plain(note, 300)}" for note in card.notes)])
    cancel = ActionButton(Action.CANCEL, card.job, language)
    return Drawing(_embed(card.title, text, discord.Colour.greyple()), (cancel,))


def _draw_progress(card: ProgressCard, upload_bytes: int, language: Language) -> Drawing:
    filled = _BAR_CELLS * card.done // max(card.frames, 1)
    bar = "█" * filled + "░" * (_BAR_CELLS - filled)
    text = f"`{bar}`\n{card.done} of {card.frames} frames"
    if card.seconds_left is not None:
        text += f" · about {_duration(card.seconds_left)} left"
    embed = _embed(card.title, text, discord.Colour.blurple())
    keep = (ActionButton(Action.KEEP, card.job, language),) if card.can_be_kept else ()
    buttons = (*keep, ActionButton(Action.CANCEL, card.job, language))
    if card.preview is None or len(card.preview) > upload_bytes:
        return Drawing(embed, buttons)
    embed.set_image(url="attachment://preview.webp")
    return Drawing(embed, buttons, (("preview.webp", card.preview),))


def _draw_result(card: ResultCard, upload_bytes: int) -> Drawing:
    details = " · ".join(
        f"**{plain(name, 50)}** {plain(value, 200)}" for name, value in card.details
    )
    lines = [details[:2_000]]
    size = card.file.stat().st_size
    fits = size <= upload_bytes
    if not fits:
        lines.append(
            f"The animation is {size / 1e6:.1f} MB, more than can be uploaded here: "
            "it is kept in its session."
        )
    button = _link_button(card)
    if button is None:
        where = "on the machine that runs the bot" if card.local_link else "in a browser"
        lines.append(f"Session (opens {where}): {card.link[:1_000]}")
    embed = _embed(card.title, "\n".join(filter(None, lines)), discord.Colour.green())
    embed.set_footer(text=f"Made in {_duration(card.seconds)}")
    buttons = (button,) if button else ()
    return Drawing(embed, buttons, ((card.file.name, card.file),) if fits else ())


def _draw_picture(card: PromptsCard, upload_bytes: int) -> Drawing:
    # Nothing is formatted inside a block of code, which ends at the next backticks.
    to_copy = card.to_copy.replace("`", "'")[:_CODE_LENGTH]
    code = f"\n```\n{to_copy}\n```"
    text = plain(card.text, TEXT_LENGTH - len(code)) + code
    embed = discord.Embed(description=text, colour=discord.Colour.green())
    if card.picture is None or len(card.picture) > upload_bytes:
        return Drawing(embed)
    embed.set_image(url="attachment://picture.png")
    return Drawing(embed, files=(("picture.png", card.picture),), alt=card.alt[:_ALT_LENGTH])


def _draw_list(card: ListCard) -> Drawing:
    lines = [f"**{plain(row.title, 200)}** {plain(row.text, 200)}" for row in card.rows]
    text = "\n".join([*lines, plain(card.note, 1_000)])
    return Drawing(_embed(card.title, text, discord.Colour.blurple()))


def _draw_text(card: TextCard, upload_bytes: int) -> Drawing:
    colour = discord.Colour.red() if card.error else discord.Colour.blurple()
    embed = discord.Embed(description=plain(card.text, TEXT_LENGTH), colour=colour)
    whole = card.text.encode()
    if len(escape(card.text)) <= TEXT_LENGTH or len(whole) > upload_bytes:
        return Drawing(embed)
    return Drawing(embed, files=(("message.txt", whole),))


def _embed(title: str, text: str, colour: discord.Colour) -> discord.Embed:
    return discord.Embed(
        title=plain(title, TITLE_LENGTH), description=text[:TEXT_LENGTH], colour=colour
    )


def _link_button(card: ResultCard) -> discord.ui.Button[discord.ui.View] | None:
    """A button to the session's page, where Discord takes its address; else None.

    Discord refuses a whole message for a button whose host is a bare name such as `localhost`.
    """
    url = URL(card.link)
    host = url.host or ""
    if card.local_link or url.scheme not in ("http", "https") or len(card.link) > _LINK_LENGTH:
        return None
    if "." not in host and not _is_address(host):
        return None
    return discord.ui.Button(label="Session", url=card.link)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _duration(seconds: float) -> str:
    whole = max(round(seconds), 1)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
