"""What must outlive the process and isn't worth a place in the bot's database: one SQLite file.

Where it can't be read or written, the bot goes on without.
"""

import logging
import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path

_DAY = 86_400.0
_TABLES = """
CREATE TABLE IF NOT EXISTS answered (key TEXT PRIMARY KEY, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS answered_at ON answered (at);
CREATE TABLE IF NOT EXISTS previews (
    file TEXT PRIMARY KEY, team TEXT NOT NULL, message TEXT NOT NULL
);
"""
_log = logging.getLogger(__name__)


class Memory:
    """Deliveries that have been answered, for a day, and the preview pictures that there are."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._connection: sqlite3.Connection | None = None

    def was_answered(self, key: str) -> bool:
        """Whether a delivery has been answered within a day."""
        since = time.time() - _DAY
        return bool(self._ask("SELECT 1 FROM answered WHERE key = ? AND at > ?", (key, since)))

    def note_answered(self, key: str) -> None:
        """Note that a delivery has been answered."""
        now = time.time()
        self._ask("DELETE FROM answered WHERE at <= ?", (now - _DAY,))
        self._ask("INSERT OR REPLACE INTO answered VALUES (?, ?)", (key, now))

    def previews(self, team: str, messages: Iterable[str]) -> list[str]:
        """The ids of the files that were uploaded for messages of a workspace."""
        sentence = "SELECT file FROM previews WHERE team = ? AND message = ?"
        return [file for message in messages for (file,) in self._ask(sentence, (team, message))]

    def note_preview(self, team: str, message: str, file: str) -> None:
        """Note that a file was uploaded for a message."""
        self._ask("INSERT OR REPLACE INTO previews VALUES (?, ?, ?)", (file, team, message))

    def forget_preview(self, file: str) -> None:
        """Note that a file is there no more."""
        self._ask("DELETE FROM previews WHERE file = ?", (file,))

    def close(self) -> None:
        """Let go of the file; it is opened again when it is needed."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self, sentence: str, values: tuple[object, ...]) -> list[tuple[str]]:
        try:
            if self._connection is None:
                self._connection = self._open()
            return self._connection.execute(sentence, values).fetchall()
        except (OSError, sqlite3.Error) as error:
            _log.warning("What Slack has been answered can't be noted: %s", error)
            return []

    def _open(self) -> sqlite3.Connection:
        self._folder.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._folder / "memory.sqlite", isolation_level=None)
        # A killed process loses nothing by this; and nothing waits for the disk.
        connection.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;{_TABLES}")
        return connection
