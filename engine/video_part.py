"""Which of a video's frames are taken."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VideoPart:
    """The frames taken from a video, counted from 0: `start` to `end`, both of them.

    `every_nth` None keeps the video's own speed, whatever the animation's fps.
    """

    start: int = 0
    end: int | None = None
    every_nth: int | None = None
