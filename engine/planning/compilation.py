"""Compiles complete settings into a frame plan. Pure; no torch."""

import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from engine.plan import Coherence, FramePlan, FramePoint, Keyframe, Move, PipelineSpec
from engine.planning.length import part_of_video
from engine.planning.weights import weight_function
from engine.prompts import parse_prompts
from engine.schedule import Schedule, Timeline
from engine.settings import Settings

_T = TypeVar("_T")

_MOVES = {
    "zoom": "zoom",
    "angle": "angle",
    "translation_x": "translation_x",
    "translation_y": "translation_y",
    "center_x": "transform_center_x",
    "center_y": "transform_center_y",
}
"""A move's fields, and the settings they are scheduled by."""


def compile_plan(settings: Settings, loudness: Sequence[float] = ()) -> FramePlan:
    """The plan of settings that `resolve` has made complete: a point for every frame.

    `loudness` is the energy of the sound heard during each frame; without it audio interpolation is
    linear.
    """
    diffusion, animation, coherence = settings.diffusion, settings.animation, settings.coherence
    keyframes = _keyframes(settings)
    return FramePlan(
        pipeline=_pipeline(settings),
        keyframes=keyframes,
        frames=_frame_points(settings, [keyframe.frame for keyframe in keyframes], loudness),
        fps=known(settings.output.fps),
        width=known(diffusion.width),
        height=known(diffusion.height),
        latent_channels=known(diffusion.num_latent_channels),
        steps=known(diffusion.steps),
        batch_size=diffusion.batch_size,
        use_fixed_latent=diffusion.use_fixed_latent,
        use_prompt_embeds=settings.prompts.use_prompt_embeds,
        preprocess=settings.preprocessing.preprocess.names,
        coherence=Coherence(
            coherence.coherence_alpha, coherence.coherence_steps, coherence.color_match
        ),
        padding=settings.motion.padding,
        cadence=animation.diffusion_cadence,
        optical_flow=animation.optical_flow_cadence,
        video=part_of_video(settings),
    )


def timeline_of(settings: Settings) -> Timeline:
    """What the schedules of complete settings are laid over."""
    return Timeline(
        frames=known(settings.animation.frames),
        fps=known(settings.output.fps),
        seed=known(settings.diffusion.seed),
    )


def frames_move(settings: Settings) -> bool:
    """Whether complete settings move any frame but the first away from the one before it."""
    motion, timeline = settings.motion, timeline_of(settings)
    still = {"zoom": 1, "angle": 0, "translation_x": 0, "translation_y": 0}
    return any(
        value != rest
        for name, rest in still.items()
        for value in getattr(motion, name).over(timeline)[1:]
    )


def known(value: _T | None) -> _T:
    """A value that `engine.planning.resolve` has filled in."""
    if value is None:
        raise ValueError("the settings are not resolved")
    return value


def _pipeline(settings: Settings) -> PipelineSpec:
    chosen, diffusion = settings.pipeline, settings.diffusion
    return PipelineSpec(
        model=known(chosen.model),
        pipeline=chosen.pipeline,
        custom_pipeline=chosen.custom_pipeline,
        controlnets=chosen.controlnet.entries,
        adapters=chosen.adapter.entries,
        loras=chosen.lora.entries,
        scheduler=diffusion.scheduler,
        scheduler_args=diffusion.scheduler_args,
        pipeline_args=diffusion.pipeline_args,
    )


def _keyframes(settings: Settings) -> tuple[Keyframe, ...]:
    prompts, fps = settings.prompts, known(settings.output.fps)
    keys = sorted(parse_prompts(prompts.prompts), key=lambda key: key.frame(fps))
    seed = known(settings.diffusion.seed)
    keyframes = [
        Keyframe(
            frame=key.frame(fps),
            prompt=key.prompt,
            negative_prompt=prompts.negative_prompt
            if key.negative_prompt is None
            else key.negative_prompt,
            seed=_keyframe_seed(seed, place),
        )
        for place, key in enumerate(keys)
    ]
    if not settings.output.loop:
        return tuple(keyframes)
    # The first keyframe again, at the frame after the last: drawn, it would be seen twice.
    end = known(settings.animation.frames)
    return (*(key for key in keyframes if key.frame < end), replace(keyframes[0], frame=end))


def _keyframe_seed(seed: int, place: int) -> int:
    """The first keyframe has the request's own seed; the others' follow from it."""
    if place == 0:
        return seed
    return int.from_bytes(hashlib.sha256(f"{seed}/{place}".encode()).digest()[:8]) >> 1


def _frame_points(
    settings: Settings, keys: Sequence[int], loudness: Sequence[float]
) -> tuple[FramePoint, ...]:
    timeline, values = timeline_of(settings), _Values(settings)
    weight_at = weight_function(settings.animation, timeline, loudness)
    points = []
    for index in range(timeline.frames):
        source, target = _segment(index, keys)
        points.append(
            FramePoint(
                index=index,
                time=float(index / timeline.fps),
                source=source,
                target=target,
                weight=weight_at(index, (keys[source], keys[target])) if source != target else 0.0,
                guidance_scale=values.at("guidance_scale", index),
                strength=values.at("strength", index),
                controlnet_scale=values.at("controlnet_scale", index),
                coherence_scale=values.at("coherence_scale", index),
                noise=values.at("noise", index),
                move=Move(**{field: values.at(name, index) for field, name in _MOVES.items()}),
            )
        )
    return tuple(points)


class _Values:
    """Every schedule's value at every frame, by the setting's name."""

    def __init__(self, settings: Settings) -> None:
        timeline = timeline_of(settings)
        flat: dict[str, Any] = settings.flat()
        self._values = {
            name: value.over(timeline)
            for name, value in flat.items()
            if isinstance(value, Schedule)
        }

    def at(self, name: str, frame: int) -> float:
        return self._values[name][frame]


def _segment(frame: int, keys: Sequence[int]) -> tuple[int, int]:
    """The keyframes before and after a frame, by their places in `keys`; twice the one that holds.

    The last keyframe ends its segment. Before the first and after the last one, that one holds.
    """
    last = len(keys) - 1
    if frame < keys[0] or last == 0:
        return 0, 0
    if frame > keys[last]:
        return last, last
    source = min(bisect_right(keys, frame), last) - 1
    return source, source + 1
