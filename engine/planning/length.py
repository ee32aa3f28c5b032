"""How long an animation is: to its last keyframe, as told, or as long as what is attached."""

import math
from collections.abc import Sequence
from fractions import Fraction

from engine.configuration import Limits
from engine.errors import InputError
from engine.groups.animation import Fit
from engine.media.facts import MediaFacts, frames_of, own_fps
from engine.prompts import PromptKey, parse_prompts
from engine.settings import Settings
from engine.video_part import VideoPart

DEFAULT_FPS = Fraction(12)


def part_of_video(settings: Settings) -> VideoPart:
    """The frames that the settings take from a video."""
    media = settings.media
    return VideoPart(media.video_start, media.video_end, media.video_every_nth)


def frame_rate(settings: Settings, media: MediaFacts) -> Fraction:
    """Frames a second: as asked, with a fit to a video the video's, else 12."""
    if settings.output.fps is not None:
        return settings.output.fps
    if settings.animation.fit is Fit.VIDEO and media.video is not None:
        return min(max(own_fps(media.video, part_of_video(settings)), Fraction(1)), Fraction(60))
    return DEFAULT_FPS


def frame_count(settings: Settings, fps: Fraction, media: MediaFacts, limits: Limits) -> int:
    """Frames of the animation: the most that its prompts, `frames`, `seconds` and `fit` ask for.

    InputError where that is more than the limit, two keyframes are at one frame, or the video
    doesn't have the part that is taken from it.
    """
    if media.video is not None:
        frames_of(media.video, part_of_video(settings), fps)
    keys = parse_prompts(settings.prompts.prompts)
    frames = _key_frames(keys, fps)
    lengths = {
        "prompts": _closed(keys, frames) if settings.output.loop else max(frames) + 1,
        "frames": settings.animation.frames or 1,
        "seconds": math.ceil((settings.animation.seconds or 0) * fps),
        "fit": _fitted(settings, fps, media),
    }
    longest = max(lengths, key=lambda name: lengths[name])
    if lengths[longest] > limits.frames:
        most = f"{limits.frames} frames ({float(limits.frames / fps):g} s at {float(fps):g} fps)"
        raise InputError(
            longest, f"that makes {lengths[longest]} frames", f"the most here is {most}"
        )
    return lengths[longest]


def _closed(keys: Sequence[PromptKey], frames: Sequence[int]) -> int:
    """Frames of a loop: the first keyframe comes again right after them.

    A last keyframe that repeats the first one's prompts is that closing; otherwise the way back is
    as long as the keyframes lie apart on average.
    """
    ordered = sorted(zip(frames, keys, strict=True), key=lambda pair: pair[0])
    (first, opening), (last, closing) = ordered[0], ordered[-1]
    if last == first:
        return last + 1
    same = (closing.prompt, closing.negative_prompt) == (opening.prompt, opening.negative_prompt)
    return last if same else last + max(1, round((last - first) / (len(keys) - 1)))


def _fitted(settings: Settings, fps: Fraction, media: MediaFacts) -> int:
    match settings.animation.fit:
        case Fit.AUDIO:
            if media.audio is None:
                raise InputError("fit", "there is no sound to fit to", "attach one")
            return math.ceil(media.audio.seconds * fps)
        case Fit.VIDEO:
            if media.video is None:
                raise InputError("fit", "there is no video to fit to", "attach one")
            return frames_of(media.video, part_of_video(settings), fps)
    return 0


def _key_frames(keys: Sequence[PromptKey], fps: Fraction) -> list[int]:
    places: dict[int, int] = {}
    for place, key in enumerate(keys, 1):
        frame = key.frame(fps)
        if frame in places:
            raise InputError(
                "prompts",
                f"keyframes {places[frame]} and {place} are both at frame {frame}",
                "give each its own frame",
            )
        places[frame] = place
    return list(places)
