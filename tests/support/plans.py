"""Small plans."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from engine.plan import FramePlan, FramePoint, Keyframe, PipelineSpec

SIZE = 64
PROMPTS = ("a red circle", "a blue star on a night sky")


def plan_of(
    frames: int = 5,
    prompts: Sequence[str] = PROMPTS,
    guidance_scale: Sequence[float] = (3.0,),
    strength: Sequence[float] = (0.6,),
    **changes: object,
) -> FramePlan:
    """A plan whose keyframes are spread evenly, with what a test wants otherwise."""
    gap = (frames - 1) // max(1, len(prompts) - 1) or 1
    keyframes = tuple(
        Keyframe(frame=place * gap, prompt=prompt, negative_prompt="blurry", seed=place + 7)
        for place, prompt in enumerate(prompts)
    )
    last = len(keyframes) - 1
    points = tuple(
        FramePoint(
            index=index,
            time=index / 12,
            source=min(index // gap, last),
            target=min(index // gap + 1, last),
            weight=index % gap / gap,
            guidance_scale=guidance_scale[index % len(guidance_scale)],
            strength=strength[index % len(strength)],
        )
        for index in range(frames)
    )
    plan = FramePlan(
        pipeline=PipelineSpec("sd"),
        keyframes=keyframes,
        frames=points,
        fps=Fraction(12),
        width=SIZE,
        height=SIZE,
        latent_channels=4,
        steps=4,
        batch_size=4,
        use_fixed_latent=False,
        use_prompt_embeds=True,
    )
    return replace(plan, **changes)


def with_frames(plan: FramePlan, **changes: object) -> FramePlan:
    """The plan, something of every frame changed."""
    return replace(plan, frames=tuple(replace(frame, **changes) for frame in plan.frames))
