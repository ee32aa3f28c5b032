"""What a request comes with, looked at and made complete before it is queued."""

from pathlib import Path
from typing import NamedTuple

from engine.configuration import Configuration, Limits
from engine.errors import InputError
from engine.media.inspection import Attached, inspect_inputs
from engine.media.limits import CEILING
from engine.media.resample import resampled
from engine.planning.advice import idle_settings
from engine.planning.resolve import resolve
from engine.request import Inputs
from engine.sessions.local import LocalSessions
from engine.settings import Settings


class Accepted(NamedTuple):
    """Complete settings, the files they work from, and what the user should know."""

    settings: Settings
    inputs: Inputs
    notes: tuple[str, ...]


def accept(
    settings: Settings,
    attached: Attached,
    configuration: Configuration,
    sessions: LocalSessions,
    folder: Path,
    *,
    limits: Limits,
) -> Accepted:
    """Make a request complete. InputError or MediaError says why it can't be rendered.

    `limits` are those of where it was asked for, the operator's at most. A frame taken from an
    earlier result is written into `folder`. Blocks for as long as looking at that result takes.
    """
    inputs, facts = attached
    if settings.media.resample:
        if inputs.image or inputs.video:
            raise InputError(
                "resample", "a picture or video is attached too", "send the one to start from"
            )
        taken = resampled(settings.media.resample, sessions, folder)
        inputs = inputs.model_copy(update={"image": taken.image, "video": taken.video})
        made = inspect_inputs(taken, CEILING)
        facts = facts.model_copy(update={"image": made.image, "video": made.video})
    resolved, notes = resolve(settings, configuration.catalogue, limits, facts)
    idle = idle_settings(settings, configuration.defaults, resolved, facts)
    return Accepted(resolved, inputs, (*notes, *idle))
