"""What a command asks for, however it was given: typed, chosen from options, or by a button."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.media.keyframes import Mark

COMMAND = "/giffusion"

Values = Mapping[str, object]
"""Settings' names and their values, or texts as users type them; None for as by itself."""


@dataclass(frozen=True, slots=True)
class Animate:
    """Make an animation.

    `values` go over those of the `preset` of that name, and these over those of the session `like`,
    whose files are used as well. `inputs_of` names a job whose files alone are used. New files take
    the place of old ones of their kind.
    """

    values: Values = field(default_factory=dict)
    preset: str = ""
    like: str = ""
    inputs_of: str = ""


@dataclass(frozen=True, slots=True)
class Help:
    """Tell how the command is used; with a `topic`, all of one group of settings or one of them."""

    topic: str = ""


@dataclass(frozen=True, slots=True)
class Keyframes:
    """Find the keyframes of an attached sound. `values` are of the settings that it looks at."""

    values: Values = field(default_factory=dict)
    mark: Mark = Mark.ONSETS


@dataclass(frozen=True, slots=True)
class Inspire:
    """Draw prompts, from topics if there are any."""

    topics: str = ""


@dataclass(frozen=True, slots=True)
class Queue:
    """Tell what waits and what is rendered."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop what the asking user has in the queue.

    `which` is a place there (0 is rendered now), `now`, `all`, or a job's id; without it their only
    one is meant.
    """

    which: str = ""


@dataclass(frozen=True, slots=True)
class Models:
    """Tell what may be drawn with."""


@dataclass(frozen=True, slots=True)
class Presets:
    """Tell which settings have a name."""


@dataclass(frozen=True, slots=True)
class Sessions:
    """Tell what the asking user has made."""


@dataclass(frozen=True, slots=True)
class Load:
    """Show a session's settings, ready to be changed: all, or those of some groups.

    `session` is a name that its user gave it, its id, or its link.
    """

    session: str
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Save:
    """Give a session a name."""

    session: str
    name: str


List = Queue | Models | Presets | Sessions
"""What is answered with a list."""
Command = Animate | Help | Keyframes | Inspire | List | Cancel | Load | Save
