"""Cards as Discord messages: an embed, its buttons and files, within Discord's limits.

Limits: https://discord.com/developers/docs/resources/message#embed-object-embed-limits
"""

import ipaddress
import re
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Self

import discord
from discord.utils import escape_mentions
from yarl import URL

from bot.port import Card, ProgressCard, QueuedCard, ResultCard, TextCard

CONTENT_LENGTH = 2_000
TITLE_LENGTH = 256
TEXT_LENGTH = 4_000  # of the 4,096 that an embed's description takes
_LINK_LENGTH = 512
_BAR_CELLS = 20
_NO_MENTIONS = discord.AllowedMentions.none()


class CancelButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"giffusion:cancel:(?P<job>[0-9a-f]{24})",
):
    """A button that names its job, so that it works for as long as its message stands."""

    def __init__(self, job: str) -> None:
        super().__init__(
            discord.ui.Button(
                label="Cancel",
                style=discord.ButtonStyle.danger,
                custom_id=f"giffusion:cancel:{job}",
            )
        )
        self.job = job

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: object, match: re.Match[str], /
    ) -> Self:
        """Make the button anew from its id, as Discord sends it with a press."""
        return cls(match["job"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the press to the client's `on_cancel`."""
        interaction.client.dispatch("cancel", interaction, self.job)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A message ready to be sent or to replace another; `files` are (name, content) pairs."""

    embed: discord.Embed
    button: discord.ui.Item[Any] | None = None
    files: tuple[tuple[str, Path | bytes], ...] = ()

    def as_edit(self) -> dict[str, Any]:
        """Arguments that make an edit leave nothing of the message before."""
        files = self._open_files()
        return {"content": None, "view": self._view(), "attachments": files, **self._common()}

    def as_message(self) -> dict[str, Any]:
        """Arguments that send it as a new message."""
        return {"view": self._view() or discord.utils.MISSING, "files": self._open_files()} | (
            self._common()
        )

    def _common(self) -> dict[str, Any]:
        return {"embeds": [self.embed], "allowed_mentions": _NO_MENTIONS}

    def _view(self) -> discord.ui.View | None:
        if self.button is None:
            return None
        return discord.ui.View(timeout=None).add_item(self.button)

    def _open_files(self) -> list[discord.File]:
        # discord.py closes files after each try, so every try opens its own.
        return [
            discord.File(BytesIO(content) if isinstance(content, bytes) else content, name)
            for name, content in self.files
        ]


def draw(card: Card, upload_bytes: int) -> Drawing:
    """Draw a card for a place that takes files of up to `upload_bytes`."""
    match card:
        case QueuedCard():
            return _draw_queued(card)
        case ProgressCard():
            return _draw_progress(card, upload_bytes)
        case ResultCard():
            return _draw_result(card, upload_bytes)
        case TextCard():
            return _draw_text(card, upload_bytes)


def plain(text: str, length: int) -> str:
    """Text that Discord shows as it was written, cut to `length` characters."""
    text = _escape(text[:length]) + "…" * (len(text) > length)
    return text if len(text) <= length else text[: length - 1].rstrip("\\") + "…"


def _escape(text: str) -> str:
    # discord.py's escape_markdown takes cubic time on "[](" written over and over.
    text = re.sub(r"[\\*_~|`\[<]", r"\\\g<0>", text)
    text = re.sub(r"^([ \t]*)([>#-])", r"\1\\\2", text, flags=re.MULTILINE)
    return escape_mentions(text)


def _draw_queued(card: QueuedCard) -> Drawing:
    place = "Next in the queue" if card.position <= 1 else f"Place {card.position} in the queue"
    text = "\n".join([f"{place}.", *(f"• {plain(note, 300)}" for note in card.notes)])
    return Drawing(_embed(card.title, text, discord.Colour.greyple()), CancelButton(card.job))


def _draw_progress(card: ProgressCard, upload_bytes: int) -> Drawing:
    filled = _BAR_CELLS * card.done // max(card.frames, 1)
    bar = "█" * filled + "░" * (_BAR_CELLS - filled)
    text = f"`{bar}`\n{card.done} of {card.frames} frames"
    if card.seconds_left is not None:
        text += f" · about {_duration(card.seconds_left)} left"
    embed = _embed(card.title, text, discord.Colour.blurple())
    if card.preview is None or len(card.preview) > upload_bytes:
        return Drawing(embed, CancelButton(card.job))
    embed.set_image(url="attachment://preview.webp")
    return Drawing(embed, CancelButton(card.job), (("preview.webp", card.preview),))


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
    return Drawing(embed, button, ((card.file.name, card.file),) if fits else ())


def _draw_text(card: TextCard, upload_bytes: int) -> Drawing:
    colour = discord.Colour.red() if card.error else discord.Colour.blurple()
    embed = discord.Embed(description=plain(card.text, TEXT_LENGTH), colour=colour)
    whole = card.text.encode()
    if len(_escape(card.text)) <= TEXT_LENGTH or len(whole) > upload_bytes:
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
