"""Stopping animations, by a button or by their places in the queue."""

import re

from bot.cards import ListCard, TextCard
from bot.commands import COMMAND
from bot.language import N_, Sentence
from bot.library import Library
from bot.listing import Listing, row_of
from bot.summary import title
from engine.errors import InputError, JobError
from engine.owners import same_person
from engine.queue import JobQueue, Standing

_ID = re.compile(r"[0-9a-f]{24}")
_ALL, _NOW = "all", "now"


class Cancellation:
    """Stops jobs of the queue for those who may."""

    def __init__(self, queue: JobQueue, library: Library, listing: Listing) -> None:
        self._queue = queue
        self._library = library
        self._listing = listing

    async def cancel(self, job: str, user: str, *, keep: bool = False) -> str:
        """Stop a job for its owner or an admin. JobError if it is unknown, over, or not theirs.

        With `keep` the frames that are finished become its animation.
        """
        request = await self._queue.request(job)
        if request is None:
            raise JobError("There is no such job.")
        if not self._library.may(user, request.owner):
            raise JobError(
                "Only the person who asked for this animation, or an admin of the bot, can stop it."
            )
        by_admin = not same_person(user, request.owner)
        kept = await self._queue.cancel(job, keep=keep, by_admin=by_admin)
        return N_("Stopping. What is finished becomes the animation.") if kept else N_("Cancelled.")

    async def answer(self, user: str, which: str) -> TextCard | ListCard:
        """Stop what a user means, see `Cancel`, and say so; or ask which one it is.

        JobError where nothing of theirs is meant, InputError where it can't be read.
        """
        if _ID.fullmatch(which):
            return TextCard(await self.cancel(which, user))
        mine = await self._listing.jobs(user)
        if not mine:
            raise JobError("You have no animation in the queue.")
        if which == _ALL:
            return await self._cancel_all(mine)
        meant = _meant(mine, which)
        if not meant:
            raise JobError("None of your animations is at this place; queue shows where they are.")
        if len(meant) > 1:
            return _question(meant)
        await self._queue.cancel(meant[0].request.id)
        return TextCard(_cancelled(meant[0]))

    async def _cancel_all(self, mine: list[Standing]) -> TextCard:
        stopped = []
        for job in mine:
            try:
                await self._queue.cancel(job.request.id)
            except JobError:  # it ended meanwhile
                continue
            stopped.append(job)
        if not stopped:
            raise JobError("This job is over already.")
        if len(stopped) == 1:
            return TextCard(_cancelled(stopped[0]))
        return TextCard(Sentence("{number} of your animations are cancelled.", number=len(stopped)))


def _meant(mine: list[Standing], which: str) -> list[Standing]:
    """Those of a user's jobs that are at a place; all without one."""
    if not which:
        return mine
    place = "0" if which == _NOW else which
    if not (place.isascii() and place.isdigit()):
        raise InputError(
            "cancel",
            f"{which[:60]!r} won't do",
            "write cancel and a place in the queue, as in cancel 2, or cancel now, or cancel all",
        )
    return [job for job in mine if str(job.position) == (place.lstrip("0") or "0")]


def _question(jobs: list[Standing]) -> ListCard:
    how = Sentence(
        "Write {command} cancel and its place, such as cancel 2; cancel now stops the one that is "
        "rendered, cancel all stops all of yours.",
        command=COMMAND,
    )
    return ListCard(N_("Which one?"), tuple(map(row_of, jobs)), how)


def _cancelled(job: Standing) -> str:
    return Sentence("Cancelled: {title}", title=title(job.request.settings))
