"""The frame plan: plain numbers for every frame of an animation. Pure; no torch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from pydantic import JsonValue

from engine.groups.motion import Padding
from engine.values import Weighted
from engine.video_part import VideoPart


@dataclass(frozen=True, slots=True)
class Keyframe:
    """A prompt at a frame, with the negative prompt and the noise seed that go with it."""

    frame: int
    prompt: str
    negative_prompt: str
    seed: int


@dataclass(frozen=True, slots=True)
class Move:
    """How a frame's start is moved away from the frame before.

    `zoom` is a factor, `angle` in degrees counter-clockwise, translations in pixels to the right
    and down, the centre in 0 … 1 of width and height.
    """

    zoom: float = 1.0
    angle: float = 0.0
    translation_x: float = 0.0
    translation_y: float = 0.0
    center_x: float = 0.5
    center_y: float = 0.5

    @property
    def is_still(self) -> bool:
        """Whether it leaves a picture as it is."""
        return (self.zoom, self.angle, self.translation_x, self.translation_y) == (1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class FramePoint:
    """One frame: where it lies between two keyframes, and every scheduled setting's value there.

    `time` is in seconds. `source` and `target` index `FramePlan.keyframes`; `weight` 0 is all
    source, 1 all target.
    """

    index: int
    time: float
    source: int
    target: int
    weight: float
    guidance_scale: float
    strength: float
    controlnet_scale: float = 1.0
    coherence_scale: float = 0.0
    noise: float = 0.0
    move: Move = Move()


@dataclass(frozen=True, slots=True)
class PipelineSpec:
    """Which weights and which code draw. Names are the operator's; None lets the inputs decide."""

    model: str
    pipeline: str | None = None
    custom_pipeline: str | None = None
    controlnets: tuple[Weighted, ...] = ()
    adapters: tuple[Weighted, ...] = ()
    loras: tuple[Weighted, ...] = ()
    scheduler: str = "default"
    scheduler_args: Mapping[str, JsonValue] = field(default_factory=dict)
    pipeline_args: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Coherence:
    """How frames are held together: memory 0 … 1, at every n-th step, and by colour."""

    alpha: float = 1.0
    every: int = 1
    color_match: bool = False


@dataclass(frozen=True, slots=True)
class FramePlan:
    """An animation without any open question: what the renderer works from.

    `width` and `height` are in pixels, `fps` in frames a second (exact). What changes from frame to
    frame is in `frames`; the rest holds for the whole animation. `preprocess` names a processor for
    each ControlNet, then each adapter.
    """

    pipeline: PipelineSpec
    keyframes: tuple[Keyframe, ...]
    frames: tuple[FramePoint, ...]
    fps: Fraction
    width: int
    height: int
    latent_channels: int
    steps: int
    batch_size: int
    use_fixed_latent: bool
    use_prompt_embeds: bool
    preprocess: tuple[str, ...] = ()
    coherence: Coherence = Coherence()
    padding: Padding = Padding.BORDER
    cadence: int = 1
    optical_flow: bool = False
    video: VideoPart = field(default_factory=VideoPart)

    @property
    def moves(self) -> bool:
        """Whether any frame but the first starts as the one before it, moved."""
        return any(not frame.move.is_still for frame in self.frames[1:])

    @property
    def is_coherent(self) -> bool:
        """Whether a frame is pulled or stirred while it is drawn, and so is drawn by itself."""
        return any(frame.coherence_scale > 0 or frame.noise > 0 for frame in self.frames)
