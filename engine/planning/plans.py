"""From complete settings and the files that come with them to a frame plan."""

from collections.abc import Sequence

from engine.groups.animation import Interpolation
from engine.media.loudness import loudness
from engine.media.soundtrack import soundtrack
from engine.plan import FramePlan
from engine.planning.compilation import compile_plan, known
from engine.planning.length import part_of_video
from engine.request import Inputs
from engine.settings import Settings


def plan_frames(settings: Settings, inputs: Inputs) -> FramePlan:
    """The plan of settings that `resolve` has made complete. MediaError as `hear`."""
    drives = settings.animation.interpolation is Interpolation.AUDIO
    return compile_plan(settings, hear(settings, inputs) if drives else ())


def hear(settings: Settings, inputs: Inputs) -> Sequence[float]:
    """The energy, during each frame, of the sound that is heard with it; nothing without any.

    MediaError if the sound can't be read.
    """
    fps = known(settings.output.fps)
    sound = soundtrack(inputs, part_of_video(settings), fps)
    if sound is None:
        return ()
    return loudness(
        sound.file,
        settings.media.audio_component,
        settings.animation.mel_reduce,
        fps,
        known(settings.animation.frames),
        begin=sound.begin,
    )
