"""What a chat shows: each card stands in the place of the one before, until a last one.

Cards are data without a platform; each adapter draws them in its own way. Where there is a `job`,
that is its id, which is its session's as well.
"""

from dataclasses import dataclass
from pathlib import Path


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
    """Rendering, for `elapsed` seconds. `preview` is a WebP picture.

    `seconds_left` is None until it can be told. `steps` are the denoising steps done, for all
    frames together; 0 where they weren't counted. While `can_be_kept`, there are frames that could
    be the animation, and others still missing.
    """

    job: str
    title: str
    done: int
    frames: int
    seconds_left: float | None
    preview: bytes | None
    elapsed: float = 0.0
    steps: int = 0

    @property
    def can_be_kept(self) -> bool:
        """Whether stopping now leaves an animation that is shorter than asked for."""
        return 0 < self.done < self.frames

    @property
    def speed(self) -> float | None:
        """Denoising steps a second; None while that isn't known."""
        return self.steps / self.elapsed if self.steps and self.elapsed > 0 else None


@dataclass(frozen=True, slots=True)
class ResultCard:
    """The animation, with what it was made from.

    `prompts` has a keyframe a line. `details` are (name, value) pairs worth showing: the seed
    first, then every setting that was chosen. `link` is the session's page; `local_link` is true
    where it works on the service's own machine only. `seconds` is the time its making took.
    """

    job: str
    title: str
    file: Path
    details: tuple[tuple[str, str], ...]
    link: str
    local_link: bool
    seconds: float
    prompts: str = ""


@dataclass(frozen=True, slots=True)
class WaitingCard:
    """What is being done, in a word or two; another card follows within minutes."""

    text: str


@dataclass(frozen=True, slots=True)
class PromptsCard:
    """Prompts and flags ready to be copied or used, and words about them.

    `text` and `to_copy` have no more characters together than the place takes in a message.
    `picture` (PNG) is described by `alt`. `ready` prompts can be animated as they are, others have
    gaps to fill in. `inputs_of` names the job whose files they go with. Those that were drawn from
    `topics` (empty for any) can be drawn again; None for all others.
    """

    text: str
    to_copy: str
    picture: bytes | None = None
    alt: str = ""
    ready: bool = True
    inputs_of: str = ""
    topics: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list.

    In the queue's, `position` is the place (0 is rendered now) and `seconds` are those until it
    starts, where that is known; `job` is one that whoever asked may cancel here, and others' have
    no title. `session` is the animation that a row is about; its page is at `link`, where others
    than the service's own machine can open it.
    """

    title: str
    text: str = ""
    job: str | None = None
    position: int | None = None
    seconds: float | None = None
    session: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class ListCard:
    """A list, such as the queue; `note` stands below it, and alone where it is empty."""

    title: str
    rows: tuple[Row, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class TextCard:
    """Words alone: help, an error, a cancellation. `error` asks for the platform's error look."""

    text: str
    error: bool = False


LastCard = ResultCard | PromptsCard | ListCard | TextCard
"""Nothing follows these."""
Card = QueuedCard | ProgressCard | WaitingCard | LastCard
