"""Where in a sound something begins, as frames of an animation."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from engine.media.facts import Ratio


class Mark(StrEnum):
    """What a keyframe is set at: wherever a note or a stroke begins, or at the steady beat."""

    ONSETS = "onsets"
    BEATS = "beats"


class SoundKeyframes(BaseModel):
    """A sound's keyframes at a frame rate: in order, none twice, the first 0, the last its end.

    `frames` is how many frames an animation as long as the sound has; the last keyframe is its last
    frame. `tempo` is in beats a minute, None where no beat is heard.
    """

    model_config = ConfigDict(frozen=True)

    fps: Ratio
    seconds: Ratio
    frames: int
    keyframes: tuple[int, ...]
    tempo: float | None = None

    def time_of(self, frame: int) -> float:
        """When a frame comes on, in seconds."""
        return float(frame / self.fps)
