"""What the form for an animation is filled in with: an earlier animation, or prompts."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from bot.commands import parse_flags, split_flags
from bot.gestures.actions import Action
from bot.language import N_
from bot.port import Recalled
from engine.errors import GiffusionError
from engine.prompts import parse_prompts
from engine.request import Inputs

_USUAL_FPS = Fraction(12)
_STARTS = frozenset({"image", "video"})  # only one of them can be started from
_BEFORE_KEY = re.compile(r"[^\S\n]*\|\s*(?=\d)")


@dataclass(frozen=True, slots=True)
class Composition:
    """What stands in a form from the first.

    `settings` are texts by settings' names. `subject` is a job whose files go with it, `lost` are
    the kinds of its files that are gone.
    """

    title: str
    prompts: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    preset: str = ""
    subject: str = ""
    lost: frozenset[str] = frozenset()

    @property
    def lines(self) -> str:
        """The prompts with each keyframe on a line of its own, as a form asks for them."""
        return _BEFORE_KEY.sub("\n", self.prompts)


def from_session(title: str, recalled: Recalled) -> Composition:
    """What an animation was made from, whose files go with it."""
    return Composition(
        title,
        recalled.prompts,
        recalled.settings,
        subject=recalled.job if recalled.inputs.files else "",
        lost=recalled.lost,
    )


def from_prompts(text: str, inputs_of: str) -> Composition:
    """Prompts and flags to be changed before they are animated; InputError for wrong flags."""
    prompts, flags = split_flags(text)
    written = parse_flags(flags)
    settings = {name: str(value) for name, value in written.values.items()}
    return Composition(N_("Edit"), prompts, settings, written.preset, inputs_of)


def edit(recalled: Recalled) -> Composition:
    """All that an animation was made from, to be changed."""
    return from_session(N_("Edit"), recalled)


def from_frame(recalled: Recalled) -> Composition:
    """One of its frames as the picture to start from; the last one, until it is changed."""
    start = f"{recalled.job}@{_last_frame(recalled)}"
    return _restarted(N_("Start from a frame: its number is after @"), recalled, start)


def from_video(recalled: Recalled) -> Composition:
    """The whole animation as the video to start from."""
    return _restarted(N_("Use as video: change the prompts"), recalled, recalled.job)


OF_ACTION: dict[Action, Callable[[Recalled], Composition]] = {
    Action.EDIT: edit,
    Action.FRAME: from_frame,
    Action.VIDEO: from_video,
}
"""What the buttons fill in that open a form for an animation."""


def _restarted(title: str, recalled: Recalled, start: str) -> Composition:
    """The same settings, started from a result; its own picture or clip would be in the way."""
    kinds = {kind for kind, file in recalled.inputs if file} | recalled.lost
    if kinds & _STARTS:
        recalled = replace(recalled, inputs=Inputs(), lost=frozenset())
    settings = {**recalled.settings, "resample": start}
    return from_session(title, replace(recalled, settings=settings))


def _last_frame(recalled: Recalled) -> int:
    """A frame that is surely there: the last keyframe's, or the last of the frames asked for."""
    settings = recalled.settings
    try:
        fps = Fraction(settings.get("fps", _USUAL_FPS))
        keyframes = [key.frame(fps) for key in parse_prompts(recalled.prompts)]
        return max(*keyframes, int(settings.get("frames", 1)) - 1)
    except (ValueError, GiffusionError):
        return 0
