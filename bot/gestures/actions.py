"""What the buttons of the bot's messages do, and how they look."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from bot.language import N_


class Action(StrEnum):
    """What a press does. The values are in the ids of buttons posted long ago: they stay."""

    CANCEL = "cancel"
    KEEP = "keep"
    AGAIN = "again"
    EDIT = "edit"
    INSPIRE = "inspire"
    FRAME = "frame"
    VIDEO = "video"
    SAVE = "save"
    DELETE = "delete"
    CONFIRM = "confirm"  # that it is deleted, where a chat asks by a message of its own
    ANIMATE = "animate"  # the prompts that stand in the message
    FILL = "fill"  # the same, but in a form first; the subject is a job whose files they go with
    DRAW = "draw"  # other prompts; the subject is their topics


class Weight(Enum):
    """How much a button calls to be pressed, or warns."""

    USUAL = auto()
    PRIMARY = auto()
    DANGER = auto()


@dataclass(frozen=True, slots=True)
class Look:
    """How a button appears; `label` is said in its reader's language."""

    label: str
    emoji: str = ""
    weight: Weight = Weight.USUAL


LOOKS = {
    Action.CANCEL: Look(N_("Cancel"), weight=Weight.DANGER),
    Action.KEEP: Look(N_("Stop and keep")),
    Action.AGAIN: Look(N_("Again"), "🔁", Weight.PRIMARY),
    Action.EDIT: Look(N_("Edit"), "✏️"),
    Action.INSPIRE: Look(N_("Inspire"), "✨"),
    Action.FRAME: Look(N_("Frame as picture"), "🖼️"),
    Action.VIDEO: Look(N_("Use as video"), "🎞️"),
    Action.SAVE: Look(N_("Save"), "💾"),
    Action.DELETE: Look(N_("Delete"), "🗑️", Weight.DANGER),
    Action.CONFIRM: Look(N_("Delete it"), weight=Weight.DANGER),
    Action.ANIMATE: Look(N_("Animate"), "🎬", Weight.PRIMARY),
    Action.FILL: Look(N_("Edit"), "✏️"),
    Action.DRAW: Look(N_("Again"), "🎲"),
}

SURE = N_("Delete this animation, its session and this message? That can't be undone.")
"""What is asked before it is deleted."""

OF_A_RESULT = (
    Action.AGAIN,
    Action.EDIT,
    Action.INSPIRE,
    Action.FRAME,
    Action.VIDEO,
    Action.SAVE,
    Action.DELETE,
)
"""What can be done with an animation, in the order of its buttons; their subject is its job."""


def job_among(subjects: Mapping[Action, str]) -> str | None:
    """The job of the animation that a message shows, by its buttons; None where it shows none."""
    return next((subjects[action] for action in OF_A_RESULT if action in subjects), None)
