"""Makes a user's settings complete: what the model decides, what is drawn, how long it is."""

import math
import secrets
from collections.abc import Sequence
from typing import NamedTuple

from engine.configuration import Limits
from engine.errors import InputError
from engine.interpolation import weight_function
from engine.models import Model
from engine.prompts import PromptKey, parse_prompts
from engine.schedule import Schedule
from engine.settings import Settings
from engine.weighting import translate_weights


class Resolved(NamedTuple):
    """Complete settings, and what the user should know of how they came about."""

    settings: Settings
    notes: tuple[str, ...]


def resolve(settings: Settings, model: Model, limits: Limits) -> Resolved:
    """Fill in every open setting and hold the request to the limits; InputError where it can't be.

    Nothing that grows with the number of frames is made before that number is known to be allowed.
    """
    settings, remarks = _weighted(settings)
    diffusion, notes = settings.diffusion, [*remarks]
    frames = _length(settings, limits)
    weight_function(settings.animation)  # refuses arguments that don't fit
    sizes = {}
    for name, default in (("width", model.width), ("height", model.height)):
        asked = getattr(diffusion, name) or default
        sizes[name] = max(1, round(asked / model.multiple)) * model.multiple
        if sizes[name] != asked:
            notes.append(
                f"{name} {asked} became {sizes[name]}: {model.name} draws in steps of "
                f"{model.multiple}"
            )
    if sizes["width"] * sizes["height"] > limits.pixels:
        raise InputError(
            "width",
            f"{sizes['width']} by {sizes['height']} is {sizes['width'] * sizes['height']:,} pixels",
            f"the most here is {limits.pixels:,} pixels a frame",
        )
    channels = diffusion.num_latent_channels or model.latent_channels
    if channels != model.latent_channels:
        raise InputError(
            "num_latent_channels",
            f"{channels} channels of noise don't fit {model.name}",
            f"it takes {model.latent_channels}",
        )
    seed = secrets.randbelow(2**32) if diffusion.seed is None else diffusion.seed
    filled = {
        **sizes,
        "frames": frames,
        "model": model.name,
        "seed": seed,
        "steps": diffusion.steps or model.steps,
        "guidance_scale": diffusion.guidance_scale or Schedule(model.guidance_scale),
        "num_latent_channels": channels,
    }
    if frames == 1:
        notes.append("one frame is a still picture: add a second keyframe, as in 0: … | 24: …")
    return Resolved(settings.updated(filled), tuple(notes))


def _weighted(settings: Settings) -> tuple[Settings, tuple[str, ...]]:
    """The settings with every prompt's weights as they are read here, and remarks on them."""
    prompts = settings.prompts
    text, remarks = translate_weights(prompts.prompts)
    negative, more = translate_weights(prompts.negative_prompt)
    return settings.updated({"prompts": text, "negative_prompt": negative}), remarks + more


def _length(settings: Settings, limits: Limits) -> int:
    """Frames of the animation: to the last keyframe, or `frames` or `seconds` if that is more."""
    fps, animation = settings.output.fps, settings.animation
    keys = parse_prompts(settings.prompts.prompts)
    lengths = {
        "prompts": max(_key_frames(keys, settings)) + 1,
        "frames": animation.frames or 1,
        "seconds": math.ceil((animation.seconds or 0) * fps),
    }
    longest = max(lengths, key=lambda name: lengths[name])
    if lengths[longest] > limits.frames:
        most = f"{limits.frames} frames ({float(limits.frames / fps):g} s at {float(fps):g} fps)"
        raise InputError(
            longest, f"that makes {lengths[longest]} frames", f"the most here is {most}"
        )
    return lengths[longest]


def _key_frames(keys: Sequence[PromptKey], settings: Settings) -> list[int]:
    frames = [key.frame(settings.output.fps) for key in keys]
    for place, frame in enumerate(frames):
        if frame in frames[:place]:
            raise InputError(
                "prompts",
                f"keyframes {frames.index(frame) + 1} and {place + 1} are both at frame {frame}",
                "give each its own frame",
            )
    return frames
