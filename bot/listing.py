"""Lists of what waits, was made, and may be chosen; and the names that go with what is typed."""

import asyncio
from collections.abc import Iterable

from bot.cards import ListCard, Row
from bot.commands import List, Models, Presets, Queue, Sessions
from bot.language import N_, Sentence
from bot.summary import title
from engine.catalogue.schedulers import DEFAULT, SHORT_NAMES
from engine.configuration import Configuration
from engine.owners import same_person
from engine.queue import JobQueue, Standing
from engine.sessions.shelf import Kept, Shelf

MOST_SUGGESTIONS = 25
_NAME_LENGTH = 100
_LISTED = 20


class Listing:
    """Tells of what there is."""

    def __init__(self, queue: JobQueue, shelf: Shelf, configuration: Configuration) -> None:
        self._queue = queue
        self._shelf = shelf
        self._configuration = configuration

    async def queue(self, user: str) -> ListCard:
        """What is rendered and what waits; of others' jobs nothing but their places."""
        standing = await self._queue.standing()
        rows = [row_of(job) if _is_own(job, user) else _others(job) for job in standing]
        # One's own are told however long the queue is.
        told = [row for place, row in enumerate(rows) if row.job or place < _LISTED]
        return ListCard(N_("Queue"), tuple(told), _rest(rows, told, N_("Nothing waits.")))

    async def jobs(self, user: str) -> list[Standing]:
        """A user's own in the queue, those that are rendered first."""
        return [job for job in await self._queue.standing() if _is_own(job, user)]

    async def of(self, user: str, command: List) -> ListCard:
        """What a command lists."""
        match command:
            case Queue():
                return await self.queue(user)
            case Models():
                return self.models()
            case Presets():
                return self.presets()
            case Sessions():
                return await self.sessions(user)

    async def sessions(self, user: str) -> ListCard:
        """A user's own sessions, the newest first."""
        mine = await asyncio.to_thread(self._shelf.mine, user)
        rows = [self._session(kept) for kept in mine]
        told = rows[:_LISTED]
        rest = _rest(rows, told, N_("There are none yet."))
        return ListCard(N_("Your animations"), tuple(told), rest)

    def models(self) -> ListCard:
        """What may be drawn with."""
        catalogue = self._configuration.catalogue
        facts = [catalogue.model(name) for name in catalogue.models]
        rows = [Row(model.name, f"{model.width} × {model.height}") for model in facts]
        note = N_("The first is taken where none is chosen.")
        return ListCard(N_("Models"), tuple(rows), note)

    def presets(self) -> ListCard:
        """Which settings have a name."""
        presets = self._configuration.presets.items()
        rows = [Row(name, preset.description) for name, preset in presets]
        note = N_("What you choose besides goes over them.")
        return ListCard(N_("Presets"), tuple(rows), note)

    async def suggest(self, kind: str, user: str, typed: str) -> list[tuple[str, str]]:
        """Labels and values of a kind that go with what was typed, 25 at most."""
        pairs = await self._pairs(kind, user)
        words = typed.casefold().split()
        found = [pair for pair in pairs if all(word in pair[0].casefold() for word in words)]
        return found[:MOST_SUGGESTIONS]

    def _session(self, kept: Kept) -> Row:
        page = f"{self._configuration.public_url}/s/{kept.id}"
        link = "" if self._configuration.links_are_local else page
        made = f"{kept.created:%Y-%m-%d %H:%M} · {kept.id}"
        return Row(_name(kept), made, session=kept.id, link=link)

    async def _pairs(self, kind: str, user: str) -> Iterable[tuple[str, str]]:
        match kind:
            case "session":
                mine = await asyncio.to_thread(self._shelf.mine, user)
                return [(_name(kept), kept.id) for kept in mine]
            case "job":
                return [_pair(job) for job in await self.jobs(user)]
            case "model":
                return [(name, name) for name in self._configuration.catalogue.models]
            case "preset":
                presets = self._configuration.presets.items()
                return [(f"{name}: {preset.description}", name) for name, preset in presets]
            case "scheduler":
                return [(name, name) for name in (DEFAULT, *SHORT_NAMES)]
        raise ValueError(kind)


def row_of(job: Standing) -> Row:
    """Whoever asks may cancel it: it is their own."""
    name = title(job.request.settings)
    return Row(name, job=job.request.id, position=job.position, seconds=job.seconds)


def _others(job: Standing) -> Row:
    return Row("", position=job.position, seconds=job.seconds)


def _is_own(job: Standing, user: str) -> bool:
    return same_person(user, job.request.owner)


def _pair(job: Standing) -> tuple[str, str]:
    place = str(job.position) if job.position else "▶"
    return f"{place} · {title(job.request.settings)}", job.request.id


def _name(kept: Kept) -> str:
    text = kept.name or " ".join(kept.prompts.split())
    return text if len(text) <= _NAME_LENGTH else text[: _NAME_LENGTH - 1] + "…"


def _rest(rows: list[Row], told: list[Row], nothing: str) -> str:
    if not rows:
        return nothing
    more = len(rows) - len(told)
    return Sentence("And {number} more.", number=more) if more else ""
