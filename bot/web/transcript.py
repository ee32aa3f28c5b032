"""What the web chat's users wrote and were answered, kept on disk.

One exchange is a user's message and the card that answers it; a new card replaces the one before.
Every change gives the exchange the next revision, so a browser that knows a revision is up to date
once it has every exchange with a higher one: nothing has to be replayed in between.
"""

import asyncio
import json
import secrets
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from bot.cards import Card, LastCard, ProgressCard, PromptsCard, QueuedCard
from bot.web.cards import card_json
from engine.errors import ConfigurationError

KEPT_EXCHANGES = 200  # a user; older ones leave the chat, their sessions stay

_SCHEMA = """
CREATE TABLE IF NOT EXISTS exchange (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    user TEXT NOT NULL,
    revision INTEGER NOT NULL UNIQUE,
    text TEXT NOT NULL,
    files TEXT NOT NULL,
    card TEXT NOT NULL DEFAULT 'null',
    notes TEXT NOT NULL DEFAULT '[]',
    preview BLOB,
    preview_revision INTEGER
);
CREATE INDEX IF NOT EXISTS exchange_by_user ON exchange (user, revision);
"""
# A preview stays until the next one or the end of the render, a picture for good;
# `preview_revision` tells the browser when there is a new one to fetch.
_UPDATE = """
UPDATE exchange SET
    revision = :revision,
    card = :card,
    notes = coalesce(:notes, notes),
    preview = CASE WHEN :over THEN :preview ELSE coalesce(:preview, preview) END,
    preview_revision = CASE
        WHEN :over AND :preview IS NULL THEN NULL
        WHEN :preview IS NULL OR :preview = preview THEN preview_revision
        ELSE :revision END
WHERE user = :user AND id = :id
"""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One exchange as the browser gets it: `json` is complete, `revision` orders the changes."""

    revision: int
    json: str


class Transcript:
    """The exchanges of all users, in one SQLite file; ConfigurationError if it can't be opened."""

    def __init__(self, path: Path) -> None:
        try:
            self._store = _open(path)
        except sqlite3.Error as error:
            raise ConfigurationError(f"{path} can't be opened: {error}") from error
        self._followers: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    def close(self) -> None:
        """Close the file; nothing is lost."""
        self._store.close()

    def add(self, user: str, text: str, files: list[str]) -> str:
        """Record a user's message with its files' names; returns the exchange's id."""
        exchange = secrets.token_hex(12)
        self._insert(exchange, user, text, files)
        self._store.execute(
            "DELETE FROM exchange WHERE user = ? AND number NOT IN "
            "(SELECT number FROM exchange WHERE user = ? ORDER BY number DESC LIMIT ?)",
            (user, user, KEPT_EXCHANGES),
        )
        self._wake(user)
        return exchange

    def answer(self, user: str, exchange: str, card: Card) -> None:
        """Make `card` the answer. An exchange that is no longer there begins anew with it."""
        if not self._update(user, exchange, card):
            self._insert(exchange, user, "", [])
            self._update(user, exchange, card)
        self._wake(user)

    def after(self, user: str, revision: int) -> list[Exchange]:
        """The user's exchanges that changed after `revision`, in the order of their changes."""
        rows = self._store.execute(
            "SELECT * FROM exchange WHERE user = ? AND revision > ? ORDER BY revision",
            (user, revision),
        )
        return [Exchange(row["revision"], _as_json(row)) for row in rows]

    def revision(self) -> int:
        """The latest change's revision; 0 where there is none."""
        row = self._store.execute("SELECT coalesce(max(revision), 0) FROM exchange").fetchone()
        return int(row[0])

    def preview(self, user: str, exchange: str) -> bytes | None:
        """The latest preview (WebP) of a render that is going on, or a card's picture (PNG)."""
        row = self._store.execute(
            "SELECT preview FROM exchange WHERE user = ? AND id = ?", (user, exchange)
        ).fetchone()
        return row["preview"] if row else None

    def unanswered(self) -> list[tuple[str, str]]:
        """(user, exchange) of every message that has no answer, or only waits for one."""
        rows = self._store.execute(
            "SELECT user, id FROM exchange WHERE card = 'null' OR card ->> 'kind' = 'waiting'"
        )
        return [(row["user"], row["id"]) for row in rows]

    @contextmanager
    def follow(self, user: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever one of the user's exchanges changes."""
        changed = asyncio.Event()
        self._followers[user].add(changed)
        try:
            yield changed
        finally:
            self._followers[user].discard(changed)
            if not self._followers[user]:
                del self._followers[user]

    def _insert(self, exchange: str, user: str, text: str, files: list[str]) -> None:
        self._store.execute(
            "INSERT INTO exchange (id, user, revision, text, files) VALUES (?, ?, ?, ?, ?)",
            (exchange, user, self.revision() + 1, text, json.dumps(files)),
        )

    def _update(self, user: str, exchange: str, card: Card) -> bool:
        values: dict[str, str | int | bytes | None] = {
            "revision": self.revision() + 1,
            "user": user,
            "id": exchange,
            "card": json.dumps(card_json(card)),
            "notes": json.dumps(card.notes)
            if isinstance(card, QueuedCard) and card.notes
            else None,
            "preview": _picture(card),
            "over": isinstance(card, LastCard),
        }
        return self._store.execute(_UPDATE, values).rowcount == 1

    def _wake(self, user: str) -> None:
        for changed in self._followers.get(user, ()):
            changed.set()


def _open(path: Path) -> sqlite3.Connection:
    with ExitStack() as stack:
        store = stack.enter_context(closing(sqlite3.connect(path, isolation_level=None)))
        store.row_factory = sqlite3.Row
        store.execute("PRAGMA journal_mode = WAL")
        store.execute("PRAGMA synchronous = NORMAL")
        store.executescript(_SCHEMA)
        stack.pop_all()
    return store


def _picture(card: Card) -> bytes | None:
    match card:
        case ProgressCard():
            return card.preview
        case PromptsCard():
            return card.picture
    return None


def _as_json(row: sqlite3.Row) -> str:
    exchange: dict[str, JsonValue] = {
        "id": row["id"],
        "number": row["number"],
        "text": row["text"],
        "files": json.loads(row["files"]),
        "notes": json.loads(row["notes"]),
        "preview": row["preview_revision"],
        "card": json.loads(row["card"]),
    }
    return json.dumps(exchange)
