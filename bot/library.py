"""What people have made: found by its name, shown again, deleted."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

from bot.cards import PromptsCard, ResultCard
from bot.commands import Load, write_flags
from bot.language import N_, Sentence
from bot.port import Recalled
from bot.recollection import Recollection
from bot.summary import chosen_of, keyframe_lines, title
from engine.configuration import Configuration
from engine.errors import InputError, JobError
from engine.owners import same_person
from engine.request import RenderRequest
from engine.sessions.local import LocalSessions
from engine.sessions.shelf import Shelf
from engine.settings import Settings

Details = Iterable[tuple[str, str]]


class Library:
    """The sessions of everybody, and on the `shelf` the names that people gave their own.

    `recollection` brings back what they were made from.
    """

    def __init__(
        self,
        sessions: LocalSessions,
        shelf: Shelf,
        recollection: Recollection,
        configuration: Configuration,
    ) -> None:
        self._sessions = sessions
        self._shelf = shelf
        self._recollection = recollection
        self._configuration = configuration

    async def find(self, user: str, text: str) -> str:
        """A session's id from its user's name for it, an id or a link; JobError if it is none."""
        return await asyncio.to_thread(self._shelf.find, user, text)

    async def save(self, session: str, user: str, name: str) -> str:
        """Give a session a name of its user's, and say which it is now."""
        await asyncio.to_thread(self._sessions.load, session)
        kept = await asyncio.to_thread(self._shelf.name, user, session, name)
        return Sentence("Saved as {name}.", name=kept)

    async def delete(self, session: str, user: str, *, moderator: bool = False) -> None:
        """Delete a session for its owner, an admin or a moderator."""
        found = await asyncio.to_thread(self._sessions.load, session)
        if not moderator and not self.may(user, found.request.owner):
            raise JobError(
                "Only the person who asked for this animation, or an admin, can delete it."
            )
        await asyncio.to_thread(self._sessions.delete, session)

    def may(self, user: str, owner: str) -> bool:
        """Whether somebody may end or delete what belongs to `owner`."""
        admins = self._configuration.queue.admins
        return same_person(user, owner) or any(fnmatchcase(user, admin) for admin in admins)

    async def card(self, session: str) -> ResultCard:
        """A finished animation, shown again."""
        found = await asyncio.to_thread(self._sessions.load, session)
        return self.result(found.request, found.result, found.seconds)

    def result(
        self, request: RenderRequest, file: Path, seconds: float, remarks: Details = ()
    ) -> ResultCard:
        """A finished request's card; `remarks` are further details."""
        return ResultCard(
            job=request.id,
            title=title(request.settings),
            file=file,
            details=(*_chosen(request, self._configuration), *remarks),
            link=f"{self._configuration.public_url}/s/{request.id}",
            local_link=self._configuration.links_are_local,
            seconds=seconds,
            prompts=keyframe_lines(request.settings),
        )

    async def load(self, user: str, command: Load) -> PromptsCard:
        """A session's settings, ready to be changed: all of them or those of some groups."""
        session = await self.find(user, command.session)
        recalled = only(await self._recollection.recall(session), command.groups)
        return PromptsCard(
            text=N_("What it was made from. Change it as you like, and send it:"),
            to_copy=f"{recalled.prompts} {write_flags(recalled.settings)}".strip(),
            inputs_of=session if recalled.inputs.files else "",
        )


def only(recalled: Recalled, groups: Iterable[str]) -> Recalled:
    """What was recalled, without the settings of other groups than these; all without any.

    InputError where there is no such group.
    """
    known, wanted = Settings.groups(), tuple(groups)
    if not wanted:
        return recalled
    for group in wanted:
        if group not in known:
            raise InputError(
                "groups", f"there is no group {group}", f"there are {', '.join(known)}"
            )
    names = {name for group in wanted for name in known[group]}
    kept = {name: text for name, text in recalled.settings.items() if name in names}
    return replace(recalled, settings=kept, prompts=recalled.prompts if "prompts" in wanted else "")


def _chosen(request: RenderRequest, configuration: Configuration) -> Details:
    """The seed, then what was chosen besides the prompts."""
    chosen = chosen_of(request, configuration)
    yield "seed", str(request.settings.diffusion.seed)
    yield from ((name, text) for name, text in chosen.items() if name not in ("prompts", "seed"))
