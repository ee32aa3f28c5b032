"""Commands that a chat has acknowledged and that have no answer yet, noted on the disk.

Nothing is promised to their users; but one who still sees "is thinking…" after a restart would wait
for ever. Each note is a file, there from before the first card until the answer or the queued job.
"""

import logging
import secrets
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, JsonValue

from bot.cards import TextCard
from bot.language import N_
from bot.port import Conversation

LOST = TextCard(N_("I was restarted before I could answer this; please send it again."), error=True)

log = logging.getLogger(__name__)


class Command(BaseModel):
    """Where a command was given."""

    platform: str
    conversation: dict[str, JsonValue]


class Note(NamedTuple):
    """A command's note."""

    file: Path
    command: Command

    def remove(self) -> None:
        """The command is answered, or its job is queued."""
        with suppress(OSError):
            self.file.unlink()


class Unanswered:
    """The notes in a folder. `left` are those of runs before this one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.left = [note for file in folder.glob("*.json") if (note := _read(file))]

    def note(self, platform: str, conversation: Conversation) -> Note:
        """Note a command. Where that can't be done it is done without, as it is no promise."""
        command = Command(platform=platform, conversation=dict(conversation))
        file = self._folder / f"{secrets.token_hex(8)}.json"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            file.write_text(command.model_dump_json())
        except OSError as error:
            log.warning("a command could not be noted: %s", error)
        return Note(file, command)


def _read(file: Path) -> Note | None:
    try:
        return Note(file, Command.model_validate_json(file.read_text()))
    except (OSError, ValueError):  # killed while it was written
        file.unlink(missing_ok=True)
        return None
