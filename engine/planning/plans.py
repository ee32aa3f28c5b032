"""From complete settings and the files that come with them to a frame plan."""

from collections.abc import Sequence

from engine.groups.animation import Interpolation
from engine.media.loudness import loudness
from engine.plan import FramePlan
from engine.planning.compilation import compile_plan, known
from engine.request import Inputs
from engine.settings import Settings


def plan_frames(settings: Settings, inputs: Inputs) -> FramePlan:
    """The plan of settings that `resolve` has made complete. MediaError as `hear`."""
    drives = settings.animation.interpolation is Interpolation.AUDIO
    return compile_plan(settings, hear(settings, inputs) if drives else ())


def hear(settings: Settings, inputs: Inputs) -> Sequence[float]:
    """The energy of the attached sound during each frame; nothing where none is attached.

    MediaError if the sound can't be read.
    """
    if inputs.audio is None:
        return ()
    return loudness(
        inputs.audio,
        settings.media.audio_component,
        settings.animation.mel_reduce,
        known(settings.output.fps),
        known(settings.animation.frames),
    )
