"""Makes a user's settings complete: what model and media decide, what is drawn, how long it is."""

import secrets
from fractions import Fraction
from typing import Any, NamedTuple

from engine.catalogue import Catalogue
from engine.catalogue.choice import check_choice
from engine.catalogue.models import Model
from engine.configuration import Limits
from engine.errors import InputError
from engine.groups.animation import Interpolation
from engine.media.facts import MediaFacts, is_heard
from engine.options import values_within
from engine.planning.advice import surprises
from engine.planning.compilation import frames_move, timeline_of
from engine.planning.length import frame_count, frame_rate, part_of_video
from engine.planning.size import frame_size
from engine.planning.weights import weight_function
from engine.prompts.weighting import translate_weights
from engine.schedule import Schedule
from engine.settings import Settings

_STRENGTH = Schedule(0.6)
_STRENGTH_IN_MOTION = Schedule(0.4)
"""Less, as every frame is drawn over the one before: what is kept of it is what moves."""


class Resolved(NamedTuple):
    """Complete settings, and what the user should know of how they came about."""

    settings: Settings
    notes: tuple[str, ...]


def resolve(
    settings: Settings, catalogue: Catalogue, limits: Limits, media: MediaFacts | None = None
) -> Resolved:
    """Fill in every open setting and hold the request to the limits; InputError where it can't be.

    `media` tells of the files that come with the request. Nothing that grows with the number of
    frames is made before that number is known to be allowed.
    """
    media = media or MediaFacts()
    settings, remarks = _weighted(settings)
    model = catalogue.model(settings.pipeline.model)
    fps = frame_rate(settings, media)
    size, size_notes = frame_size(settings, model, media, limits)
    settings = settings.updated(
        {
            **size,
            "fps": fps,
            "frames": frame_count(settings, fps, media, limits),
            "model": model.name,
            "seed": secrets.randbelow(2**32) if (s := settings.diffusion.seed) is None else s,
            "steps": settings.diffusion.steps or model.steps,
            "guidance_scale": settings.diffusion.guidance_scale or Schedule(model.guidance_scale),
            "num_latent_channels": _channels(settings, model),
            "interpolation": _interpolation(settings, media, fps),
        }
    )
    _check_schedules(settings)
    moves = frames_move(settings)
    if settings.diffusion.strength is None:
        settings = settings.updated({"strength": _STRENGTH_IN_MOTION if moves else _STRENGTH})
    weight_function(settings.animation, timeline_of(settings))  # refuses what doesn't fit
    choice = check_choice(settings, catalogue, model, media, moves=moves)
    settings = settings.updated({"preprocess": ", ".join(choice.preprocess)})
    return Resolved(settings, (*remarks, *size_notes, *surprises(settings, media)))


def _weighted(settings: Settings) -> tuple[Settings, tuple[str, ...]]:
    """The settings with every prompt's weights as they are read here, and remarks on them."""
    prompts = settings.prompts
    text, remarks = translate_weights(prompts.prompts)
    negative, more = translate_weights(prompts.negative_prompt)
    return settings.updated({"prompts": text, "negative_prompt": negative}), remarks + more


def _channels(settings: Settings, model: Model) -> int:
    channels = settings.diffusion.num_latent_channels or model.latent_channels
    if channels != model.latent_channels:
        raise InputError(
            "num_latent_channels",
            f"{channels} channels of noise don't fit {model.name}",
            f"it takes {model.latent_channels}",
        )
    return channels


def _interpolation(settings: Settings, media: MediaFacts, fps: Fraction) -> Interpolation:
    chosen = settings.animation.interpolation
    heard = media.video and is_heard(media.video, part_of_video(settings), fps)
    if chosen is Interpolation.AUDIO and not (media.audio or heard):
        raise InputError("interpolation", "audio needs a sound", "attach one")
    return chosen or (Interpolation.AUDIO if media.audio else Interpolation.LINEAR)


def _check_schedules(settings: Settings) -> None:
    """Compute every schedule once, so that one that fails does so before anything is queued."""
    timeline, options = timeline_of(settings), settings.options()
    values: dict[str, Any] = settings.flat()
    for name, value in values.items():
        if isinstance(value, Schedule):
            try:
                values_within(options[name], value.over(timeline))
            except ValueError as error:
                raise InputError(name, str(error)) from None
