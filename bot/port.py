"""The port between the core and the chats: as small as it can be.

In comes an `Incoming` command with lazily opened attachments. Out go cards, which each adapter
draws in its platform's own way. A conversation is data (channel, message), never a live object, so
that an answer still finds its place after a restart.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pydantic import JsonValue

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
class Incoming:
    """A user's command: the text after `/giffusion`, and the files that came with it.

    `user` is `platform:tenant:user`, as the owner of the job it may start.
    """

    user: str
    text: str
    conversation: Conversation
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class QueuedCard:
    """Accepted and waiting. `position` 1 starts next; `notes` are remarks on the command.

    `seconds` until it starts, roughly; None where that isn't known.
    """

    job: str
    title: str
    position: int
    notes: tuple[str, ...] = ()
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class ProgressCard:
    """Rendering. `seconds_left` is None until it can be told; `preview` is a WebP picture."""

    job: str
    title: str
    done: int
    frames: int
    seconds_left: float | None
    preview: bytes | None


@dataclass(frozen=True, slots=True)
class ResultCard:
    """The animation, with what it was made from.

    `details` are (name, value) pairs worth showing: the seed first, then every setting that differs
    from its default. `link` is the session's page. `local_link` is true where the link works on
    the service's own machine only.
    """

    job: str
    title: str
    file: Path
    details: tuple[tuple[str, str], ...]
    link: str
    local_link: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class WaitingCard:
    """What is being done, in a word or two; another card follows within minutes."""

    text: str


@dataclass(frozen=True, slots=True)
class PictureCard:
    """A picture (PNG) that `alt` describes, what it shows in words, and text ready to be copied.

    `text` and `to_copy` have no more characters together than the place takes in a message.
    """

    text: str
    to_copy: str
    picture: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class TextCard:
    """Words alone: help, an error, a cancellation. `error` asks for the platform's error look."""

    text: str
    error: bool = False


LastCard = ResultCard | PictureCard | TextCard
"""Nothing follows these."""
Card = QueuedCard | ProgressCard | WaitingCard | LastCard


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


class Service(Protocol):
    """What an adapter may ask of the core; the presenter is it."""

    async def handle(self, chat: Chat, incoming: Incoming) -> None:
        """Carry out a command and show cards until it is over or waits in the queue.

        Returns once the command is recorded or refused; later cards come by themselves.
        """
        ...

    async def cancel(self, job: str, user: str) -> str:
        """Stop a job for its owner and say so in one sentence; JobError if it can't be done."""
        ...
