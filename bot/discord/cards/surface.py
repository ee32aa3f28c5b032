"""What a card is drawn on, and what all cards have in common."""

from dataclasses import dataclass
from pathlib import Path

import discord

from bot.discord.message import TEXT_LENGTH, TITLE_LENGTH, plain
from bot.language import Language

_SPOILER = "SPOILER_"  # Discord covers a file whose name begins so, until somebody uncovers it


@dataclass(frozen=True, slots=True)
class Surface:
    """A place that takes files of up to `upload_bytes`, for readers of `language`.

    With `spoiler` pictures are covered. `footnote` stands below a job's card that another follows.
    """

    upload_bytes: int
    language: Language
    spoiler: bool = False
    footnote: str = ""

    def takes(self, content: Path | bytes) -> bool:
        """Whether a file isn't too large for the place."""
        size = len(content) if isinstance(content, bytes) else content.stat().st_size
        return size <= self.upload_bytes

    def name(self, file: str) -> str:
        """The name that a file is sent under."""
        return _SPOILER + file if self.spoiler else file

    def show(self, embed: discord.Embed, file: str) -> None:
        """Show a file inside of an embed; a covered one stays beside it, as embeds can't cover."""
        if not self.spoiler:
            embed.set_image(url=f"attachment://{file}")


def embed_of(title: str, text: str, colour: discord.Colour) -> discord.Embed:
    """An embed with a user's words as its title, over text that is ready to be shown."""
    return discord.Embed(
        title=plain(title, TITLE_LENGTH), description=text[:TEXT_LENGTH], colour=colour
    )
