"""The sound that goes with an animation: the attached one, or that of the video it is made from."""

from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from engine.media.clip import beginning_of_frame
from engine.media.facts import own_fps
from engine.media.inspection import inspect_video
from engine.plan import VideoPart
from engine.request import Inputs


class Soundtrack(NamedTuple):
    """A file with sound, and the second of it that is heard with the first frame."""

    file: Path
    begin: float


def soundtrack(inputs: Inputs, part: VideoPart, fps: Fraction) -> Soundtrack | None:
    """The sound for an animation at `fps` that is made from `part` of a video, if from any.

    A video's own sound is left out where its pictures go faster or slower than it. MediaError if
    the video can't be read.
    """
    if inputs.audio is not None:
        return Soundtrack(inputs.audio, 0.0)
    if inputs.video is None:
        return None
    facts = inspect_video(inputs.video)
    in_step = part.every_nth is None or own_fps(facts, part) == fps
    if not (facts.has_sound and in_step):
        return None
    return Soundtrack(inputs.video, beginning_of_frame(inputs.video, part.start))
