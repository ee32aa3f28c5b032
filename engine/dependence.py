"""How frames hang together: which are drawn, which in one call, what each needs of earlier ones.

Pure; no torch. All of it follows from the plan and from what is attached, so that a render that is
cut into segments draws what the whole would.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from engine.plan import FramePlan, FramePoint
from engine.request import Inputs


@dataclass(frozen=True, slots=True)
class Carried:
    """What a frame needs of earlier ones.

    `picture`: the one drawn before it, which it begins as, moved, or frames in between are made of.
    `latents`: that one's, after every step. `colors`: those of the first picture that was drawn.
    """

    picture: bool
    latents: bool
    colors: bool

    @property
    def changes(self) -> bool:
        """Whether what is carried is another thing after every frame."""
        return self.picture or self.latents

    def __bool__(self) -> bool:
        """Whether anything is carried."""
        return self.changes or self.colors


def carried(plan: FramePlan, *, fed_back: bool) -> Carried:
    """What frames of the plan need of earlier ones; `fed_back` as `is_fed_back` says."""
    return Carried(
        picture=fed_back or plan.cadence > 1,
        latents=any(frame.coherence_scale > 0 for frame in plan.frames),
        colors=plan.coherence.color_match,
    )


def is_fed_back(plan: FramePlan, inputs: Inputs, *, drawn_over: bool) -> bool:
    """Whether each frame begins as the one before it, moved.

    `drawn_over` tells whether an attached picture or video is. Not where a video's frames are drawn
    over: there the camera moves over the video.
    """
    return plan.moves and not (drawn_over and inputs.video)


def drawn_frames(count: int, cadence: int) -> list[int]:
    """The frames of `count` that are drawn: every `cadence`-th, and the last one.

    So each other frame lies between two drawn ones.
    """
    return sorted({*range(0, count, cadence), *range(count - 1, count)})


def batches(plan: FramePlan) -> Iterator[list[FramePoint]]:
    """The drawn frames in order, those together that may share a call of the pipeline.

    Drawn in another batch a frame is another one in its lowest bits: so a render is cut between
    batches alone.
    """
    drawn = [plan.frames[index] for index in drawn_frames(len(plan.frames), plan.cadence)]
    size = 1 if plan.is_coherent else plan.batch_size
    for _, run in groupby(drawn, lambda frame: _likeness(plan, frame)):
        alike = list(run)
        for first in range(0, len(alike), size):
            yield alike[first : first + size]


def cuts(plan: FramePlan) -> list[int]:
    """The numbers of frames after which a render can be cut, rising; the last is all of them."""
    return [batch[-1].index + 1 for batch in batches(plan)]


def steps_for(strength: float, steps: int) -> int:
    """How many of `steps` denoising steps change a picture with `strength` 0…1: at least one."""
    rounding = 1e-9  # 0.29 · 100 is 28.999…
    return min(steps, max(1, int(steps * strength + rounding)))


def frame_steps(
    plan: FramePlan, *, drawn_over: bool, fed_back: bool, skips: bool
) -> tuple[int, ...]:
    """The denoising steps that each frame takes: none where it is made of its neighbours.

    `drawn_over` tells whether an attached picture or video is, `fed_back` as `is_fed_back` says,
    and `skips` whether what begins at a picture takes the steps of its strength alone.
    """
    steps = [0] * len(plan.frames)
    for index in drawn_frames(len(plan.frames), plan.cadence):
        begins_at_picture = drawn_over or (fed_back and index > 0)
        strength = plan.frames[index].strength if skips and begins_at_picture else 1.0
        steps[index] = steps_for(strength, plan.steps)
    return tuple(steps)


def _likeness(plan: FramePlan, frame: FramePoint) -> object:
    """What must be equal in frames that share a call of the pipeline."""
    steps = steps_for(frame.strength, plan.steps)
    # What is drawn over takes on the first frame's colours before, so that one is drawn alone.
    sets_colors = plan.coherence.color_match and frame.index == 0
    return frame.guidance_scale, frame.controlnet_scale, steps, sets_colors
