"""The frame plan: plain numbers for every frame of an animation. Pure; no torch."""

import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from engine.interpolation import weight_function
from engine.prompts import parse_prompts
from engine.settings import Settings

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Keyframe:
    """A prompt at a frame, with the negative prompt and the noise seed that go with it."""

    frame: int
    prompt: str
    negative_prompt: str
    seed: int


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


@dataclass(frozen=True, slots=True)
class FramePlan:
    """An animation without any open question: what the renderer works from.

    `width` and `height` are in pixels, `fps` in frames a second (exact). What changes from frame to
    frame is in `frames`; the rest holds for the whole animation.
    """

    model: str
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


def compile_plan(settings: Settings) -> FramePlan:
    """The plan of settings that `engine.resolve` has made complete: a point for every frame."""
    diffusion, output = settings.diffusion, settings.output
    keyframes = _keyframes(settings)
    return FramePlan(
        model=_known(settings.pipeline.model),
        keyframes=keyframes,
        frames=_frame_points(settings, [keyframe.frame for keyframe in keyframes]),
        fps=output.fps,
        width=_known(diffusion.width),
        height=_known(diffusion.height),
        latent_channels=_known(diffusion.num_latent_channels),
        steps=_known(diffusion.steps),
        batch_size=diffusion.batch_size,
        use_fixed_latent=diffusion.use_fixed_latent,
        use_prompt_embeds=settings.prompts.use_prompt_embeds,
    )


def _keyframes(settings: Settings) -> tuple[Keyframe, ...]:
    prompts, fps = settings.prompts, settings.output.fps
    keys = sorted(parse_prompts(prompts.prompts), key=lambda key: key.frame(fps))
    seed = _known(settings.diffusion.seed)
    return tuple(
        Keyframe(
            frame=key.frame(fps),
            prompt=key.prompt,
            negative_prompt=prompts.negative_prompt
            if key.negative_prompt is None
            else key.negative_prompt,
            seed=_keyframe_seed(seed, place),
        )
        for place, key in enumerate(keys)
    )


def _keyframe_seed(seed: int, place: int) -> int:
    """The first keyframe has the request's own seed; the others' follow from it."""
    if place == 0:
        return seed
    return int.from_bytes(hashlib.sha256(f"{seed}/{place}".encode()).digest()[:8]) >> 1


def _frame_points(settings: Settings, keys: Sequence[int]) -> tuple[FramePoint, ...]:
    weight_at = weight_function(settings.animation)
    count = _known(settings.animation.frames)
    guidance_scale = _known(settings.diffusion.guidance_scale).over(count)
    strength = settings.diffusion.strength.over(count)
    points = []
    for index in range(count):
        source, target, position = _segment(index, keys)
        weight = weight_at(index, position) if source != target else 0.0
        points.append(
            FramePoint(
                index=index,
                time=float(index / settings.output.fps),
                source=source,
                target=target,
                weight=weight,
                guidance_scale=guidance_scale[index],
                strength=strength[index],
            )
        )
    return tuple(points)


def _segment(frame: int, keys: Sequence[int]) -> tuple[int, int, float]:
    """Source, target and position 0 … 1 of a frame between the keyframes at the frames `keys`.

    The last keyframe ends its segment (position 1). Before the first and after the last one, that
    one holds.
    """
    if frame <= keys[0]:
        return (0, min(1, len(keys) - 1), 0.0) if frame == keys[0] else (0, 0, 0.0)
    last = len(keys) - 1
    if frame > keys[last]:
        return last, last, 0.0
    source = min(bisect_right(keys, frame), last) - 1
    return source, source + 1, (frame - keys[source]) / (keys[source + 1] - keys[source])


def _known(value: _T | None) -> _T:
    if value is None:
        raise ValueError("the settings are not resolved")
    return value
