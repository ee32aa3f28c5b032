"""What a user should know before the wait: what may surprise, and settings that do nothing here."""

from engine.groups.animation import Interpolation
from engine.media.facts import MediaFacts
from engine.planning.compilation import frames_move
from engine.settings import Settings

_ARGUED = (Interpolation.SINE, Interpolation.CURVE)


def surprises(settings: Settings, media: MediaFacts) -> list[str]:
    """Notes on what complete settings make, where that may not be what was meant."""
    notes = []
    if settings.animation.frames == 1:
        more = "add --fit video" if media.video else "add a second keyframe, as in 0: … | 24: …"
        notes.append(f"one frame is a still picture: {more}")
    if settings.output.loop and frames_move(settings):
        notes.append("motion goes on to the end: the loop closes in the prompts, not in the place")
    return notes


def idle_settings(
    asked: Settings, usual: Settings, settings: Settings, media: MediaFacts
) -> list[str]:
    """Notes on what the user `asked` for, apart from the `usual`, that has nothing to act on.

    `settings` are what the asked ones became when they were made complete.
    """
    acts_on = {
        "strength": bool(media.image or media.video or frames_move(settings)),
        "controlnet_scale": bool(asked.pipeline.controlnet or asked.pipeline.adapter),
        "interpolation_args": settings.animation.interpolation in _ARGUED,
        "video_every_nth": media.video is not None,
        "video_start": media.video is not None,
        "video_end": media.video is not None,
    }
    needs = {
        "strength": "a picture, a video or motion",
        "controlnet_scale": "a ControlNet or an adapter",
        "interpolation_args": "--interpolation sine or curve",
    }
    before, now = usual.flat(), asked.flat()
    return [
        f"{name} has nothing to act on: it needs {needs.get(name, 'a video')}"
        for name, acts in acts_on.items()
        if not acts and now[name] != before[name]
    ]
