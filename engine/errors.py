"""Every error the program raises on purpose.

GiffusionError
├── InputError         the request is wrong: names the setting, what is wrong, what would be right
├── ConfigurationError the operator's settings.toml or environment is wrong
├── ModelError         a model is missing or can't be loaded
├── MediaError         a picture, sound or clip can't be used; its `fault` says of what kind that is
├── JobError           a job can't be found, or isn't the caller's to touch
│   └── ExpiredError   a session that was there, and is kept no longer
├── RenderError        a render failed; the text is fit for its user
│   └── StateError     what was kept of a render doesn't fit what is to be gone on with
├── DiskFullError      the disk has no room left for what was asked
├── StoreAwayError     the job store's server can't be reached now
├── StorageError       what hosts share can't be reached
└── RenderCancelled    a render stopped because it was asked to
"""

from enum import StrEnum


class GiffusionError(Exception):
    """Base of the tree: its text may be shown to a user as it is."""


class InputError(GiffusionError):
    """A request that can't be carried out as written.

    `setting` is the name a user typed or would type (`prompts`, `steps`), `problem` says what is
    wrong and where, `remedy` what would be right.
    """

    def __init__(self, setting: str, problem: str, remedy: str = "") -> None:
        self.setting = setting
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{setting}: {problem}" + (f"; {remedy}" if remedy else ""))


class ConfigurationError(GiffusionError):
    """The operator's configuration is wrong; the text names the table and the key."""


class ModelError(GiffusionError):
    """A model is missing, incomplete or of a kind that can't be used here."""


class MediaFault(StrEnum):
    """What can be wrong with a file."""

    EMPTY = "empty"
    WRONG_TYPE = "wrong type"
    MALFORMED = "malformed"
    TRUNCATED = "truncated"
    ENCRYPTED = "encrypted"
    TOO_LARGE = "too large"
    TOO_LONG = "too long"
    NO_SOUND = "no sound"
    NO_PICTURE = "no picture"
    UNAVAILABLE = "unavailable"
    """It can't be had from where it is: a chat, a folder."""


class MediaError(GiffusionError):
    """An attached or named file can't be used; the text is one sentence for the user."""

    def __init__(self, text: str, fault: MediaFault = MediaFault.UNAVAILABLE) -> None:
        self.fault = fault
        super().__init__(text)


class JobError(GiffusionError):
    """A job is unknown, already over, or belongs to somebody else."""


class ExpiredError(JobError):
    """A session was there, and is kept no longer: its time was over, or it was deleted."""

    def __init__(self) -> None:
        super().__init__("This animation is no longer kept; make it again from its prompts.")


class RenderError(GiffusionError):
    """A render failed; the text says what happened and what can be done."""


class StateError(RenderError):
    """What was kept of a render can't be gone on from; from the first frame on it can be made."""


class DiskFullError(GiffusionError):
    """The disk has no room left; the text says so to the user, and nothing of the disk."""

    def __init__(self) -> None:
        super().__init__("The bot's disk is full; try again when its operator has made room.")


class StoreAwayError(GiffusionError):
    """The job store's server can't be reached now; the text says so to the user."""

    def __init__(self) -> None:
        super().__init__("The job store can't be reached now; try again in a minute.")


class StorageError(GiffusionError):
    """What hosts share can't be reached; the text says so to the user, and nothing of the store."""

    def __init__(self) -> None:
        super().__init__("The bot can't reach its file store; try again in a while.")


class RenderCancelled(GiffusionError):  # noqa: N818 - stopping on request is no error
    """The render was asked to stop, and did."""
