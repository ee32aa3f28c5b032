"""What a Discord message of the bot is made of: an embed, buttons, files; and safe text.

Limits: https://discord.com/developers/docs/resources/message#embed-object-embed-limits
"""

import re
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import discord
from discord.utils import escape_mentions

CONTENT_LENGTH = 2_000
TITLE_LENGTH = 256
TEXT_LENGTH = 4_000  # of the 4,096 that an embed's description takes
_NO_MENTIONS = discord.AllowedMentions.none()

Button = discord.ui.Button[discord.ui.View]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A message ready to be sent or to replace another.

    `files` are (name, content) pairs; `alt` describes them to those who don't see them.
    """

    embed: discord.Embed
    buttons: tuple[discord.ui.Item[Any], ...] = ()
    files: tuple[tuple[str, Path | bytes], ...] = ()
    alt: str | None = None

    def as_edit(self) -> dict[str, Any]:
        """Arguments that make an edit leave nothing of the message before."""
        files = self._open_files()
        return {"content": None, "view": self._view(), "attachments": files, **self._common()}

    def as_message(self) -> dict[str, Any]:
        """Arguments that send it as a new message."""
        return {"view": self._view() or discord.utils.MISSING, "files": self._open_files()} | (
            self._common()
        )

    def is_in(self, message: discord.Message) -> bool:
        """Whether a message shows this; in doubt not."""
        names = [name for name, _ in self.files]
        return [_words_of(embed) for embed in message.embeds] == [_words_of(self.embed)] and [
            file.filename for file in message.attachments
        ] == names

    def _common(self) -> dict[str, Any]:
        return {"embeds": [self.embed], "allowed_mentions": _NO_MENTIONS}

    def _view(self) -> discord.ui.View | None:
        if not self.buttons:
            return None
        view = discord.ui.View(timeout=None)
        for button in self.buttons:
            view.add_item(button)
        return view

    def _open_files(self) -> list[discord.File]:
        # discord.py closes files after each try, so every try opens its own.
        return [
            discord.File(
                BytesIO(content) if isinstance(content, bytes) else content,
                name,
                description=self.alt,
            )
            for name, content in self.files
        ]


def _words_of(embed: discord.Embed) -> tuple[str | None, ...]:
    return embed.title, embed.description, embed.footer.text


def plain(text: str, length: int) -> str:
    """Text that Discord shows as it was written, cut to `length` characters."""
    text = escape(text[:length]) + "…" * (len(text) > length)
    return text if len(text) <= length else text[: length - 1].rstrip("\\") + "…"


def escape(text: str) -> str:
    """Put a backslash before all that Discord would format, link or take for a mention."""
    # discord.py's escape_markdown takes cubic time on "[](" written over and over.
    text = re.sub(r"[\\*_~|`\[<]", r"\\\g<0>", text)
    text = re.sub(r"^([ \t]*)([>#-])", r"\1\\\2", text, flags=re.MULTILINE)
    return escape_mentions(text)
