"""The sound that goes with an animation: the attached one, or that of the video it is made from."""

from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from engine.media.facts import VideoFacts, is_heard
from engine.media.inspection import inspect_in, named, used_as
from engine.media.limits import CEILING
from engine.media.sandbox.messages import TimeFrame
from engine.media.sandbox.process import DecodingProcess
from engine.request import Inputs
from engine.video_part import VideoPart


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
    name = inputs.video.name
    with DecodingProcess() as process:
        found = inspect_in(process, inputs.video, name, CEILING)
        facts: VideoFacts = used_as(found, "video", name)
        if not is_heard(facts, part, fps):
            return None
        return Soundtrack(inputs.video, beginning_of_frame(process, inputs.video, part.start))


def beginning_of_frame(process: DecodingProcess, path: Path, number: int) -> float:
    """When a clip's frame comes on, in seconds since its file's beginning; at most its last one.

    What `Sound` has to begin at to go with pictures that begin at this frame.
    """
    with named(path.name):
        answer, _ = process.open(path, TimeFrame(number=number))
        return answer.seconds or 0.0
