"""The port between the core and the chats: as small as it can be.

In comes an `Incoming` command with lazily opened attachments. Out go cards, which each adapter
draws in its platform's own way. A conversation is data (channel, message), never a live object, so
that an answer still finds its place after a restart.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from pydantic import JsonValue

from bot.cards import Card, ListCard, ResultCard
from bot.commands import Command, List
from engine.request import Inputs

Conversation = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What one place in a chat can take.

    `upload_bytes`: the largest file; `text_length`: characters in a message; `edit_seconds`: the
    least time between two edits of one message.
    """

    upload_bytes: int
    text_length: int
    edit_seconds: float


class Attachment(Protocol):
    """A file that came with a command. Nothing is fetched before `save`."""

    name: str
    size: int

    async def save(self, target: Path, limit: int) -> None:
        """Write the file to `target`; MediaError if it can't be had or passes `limit` bytes."""
        ...


@dataclass(frozen=True, slots=True)
class HouseRules:
    """What holds in the place of a command, set by those who run it.

    `preset` is taken where the command names none. `frames` and `user_jobs` are limits within the
    operator's. Models for adults draw only where it is `age_restricted`.
    """

    preset: str = ""
    frames: int | None = None
    user_jobs: int | None = None
    age_restricted: bool = False


@dataclass(frozen=True, slots=True)
class Incoming:
    """A user's command, as typed after `/giffusion` or given otherwise, and the files with it.

    `user` is `platform:tenant:user`, as the owner of the job it may start. `locale` is that of the
    user's language, as the platform writes it; empty where it doesn't tell.
    """

    user: str
    command: Command | str
    conversation: Conversation
    attachments: tuple[Attachment, ...] = ()
    rules: HouseRules = HouseRules()
    locale: str = ""


class Chat(Protocol):
    """What an adapter does for the presenter.

    `attaching` tells a user how a file comes with a command there: "drop it into the chat".
    """

    platform: str
    attaching: str

    def capabilities(self, conversation: Conversation) -> Capabilities:
        """The limits of the place where this conversation is."""
        ...

    async def show(self, conversation: Conversation, card: Card) -> Conversation | None:
        """Make the conversation's message show `card`, replacing what it showed before.

        Returns once it does, or never will; raises where a later try may succeed. To show a card
        again changes nothing, after a restart either. If it had to go somewhere else, the
        conversation that it is in from now on is returned.
        """
        ...


@dataclass(frozen=True, slots=True)
class Recalled:
    """What an animation was made from: its prompts, then the other settings that were chosen.

    `settings` are texts by settings' names, its seed among them. `inputs` are the files that are
    still there, `lost` the kinds of those that are not.
    """

    job: str
    owner: str
    prompts: str
    settings: Mapping[str, str]
    inputs: Inputs = field(default_factory=Inputs)
    lost: frozenset[str] = frozenset()


class Service(Protocol):
    """What an adapter may ask of the core; the presenter is it."""

    async def handle(self, chat: Chat, incoming: Incoming) -> None:
        """Carry out a command and show cards until it is over or waits in the queue.

        Returns once the command is recorded or refused; later cards come by themselves.
        """
        ...

    async def cancel(self, job: str, user: str, *, keep: bool = False) -> str:
        """Stop a job for somebody who may, and say so in a sentence; JobError if it can't be done.

        With `keep` what is finished of it becomes its animation.
        """
        ...

    async def recall(self, job: str) -> Recalled:
        """What an animation was made from; JobError where nobody knows it any more."""
        ...

    async def find(self, user: str, text: str) -> str:
        """The session that a user means by a name of theirs, an id or a link; else JobError."""
        ...

    async def save(self, session: str, user: str, name: str) -> str:
        """Give a session a name of its user's, and say so in a sentence; JobError if there is none.

        InputError where that can't be its name.
        """
        ...

    async def delete(self, session: str, user: str, *, moderator: bool = False) -> None:
        """Delete a session for its owner, an admin or a `moderator`; JobError for anybody else."""
        ...

    async def result(self, session: str) -> ResultCard:
        """The card of a finished animation; JobError if there is none any more."""
        ...

    async def suggest(self, kind: str, user: str, typed: str) -> list[tuple[str, str]]:
        """Up to 25 (label, value) pairs of a kind that go with what a user has typed so far.

        Kinds are `model`, `preset`, `scheduler`, `session` and `job`: the user's own in the queue.
        """
        ...

    async def list_card(self, user: str, command: List) -> ListCard:
        """What a command lists for a user, for a chat that shows it by itself."""
        ...
