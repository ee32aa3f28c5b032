"""What is told of a sound's keyframes, in its user's language."""

from fractions import Fraction
from itertools import accumulate
from typing import NamedTuple

from bot.cards import PromptsCard, TextCard
from bot.language import Language
from engine.groups.media import AudioComponent
from engine.media.facts import VideoFacts
from engine.media.keyframes import Mark, SoundKeyframes

_ROOM_FOR_FACTS = 700


class Heard(NamedTuple):
    """Keyframes of one component of a sound, at its `mark`s, and a picture (PNG) of them."""

    found: SoundKeyframes
    picture: bytes
    component: AudioComponent
    mark: Mark


def keyframes_card(
    heard: Heard, clip: VideoFacts | None, room: int, language: Language
) -> PromptsCard:
    """Keyframes to fill in, as many as can be told in `room` characters, and their clip's facts."""
    say, found = language.say, heard.found
    told, count = _fitting(found, room - _ROOM_FOR_FACTS, language), len(found.keyframes)
    keyframes = _keyframes(heard, language)
    frames = found.keyframes[:told]
    text = [
        *([_clip(clip, language)] if clip else []),
        _sound(found, language),
        say("{keyframes}.", keyframes=keyframes) + _left_out(told, count, language),
        say("Frame {places}", places=", ".join(_when(found, frame, language) for frame in frames)),
        say("To fill in with prompts, and to send with the file:"),
    ]
    alt = say(
        "The wave of {seconds} s of sound with {keyframes}.",
        seconds=_number(found.seconds),
        keyframes=keyframes,
    )
    to_copy = " | ".join(map(_prompt, frames)) + f" --fps {found.fps}"
    return PromptsCard("\n".join(text), to_copy, heard.picture, alt, ready=False)


def no_keyframes(clip: VideoFacts | None, language: Language) -> TextCard:
    """What is told of a clip that can't be listened to."""
    about = [_clip(clip, language)] if clip else []
    return TextCard("\n".join([*about, language.say("It has no sound, and so no keyframes.")]))


def _fitting(found: SoundKeyframes, room: int, language: Language) -> int:
    """How many keyframes, the first at least, can be told of in so many characters."""
    sizes = (
        len(f"{_when(found, frame, language)}, ") + len(f"{_prompt(frame)} | ")
        for frame in found.keyframes
    )
    return max(1, sum(size <= room for size in accumulate(sizes)))


def _keyframes(heard: Heard, language: Language) -> str:
    count = len(heard.found.keyframes)
    keyframes = language.count("{number} keyframe", "{number} keyframes", count)
    if heard.component is not AudioComponent.BOTH:
        part = language.name(heard.component)
        keyframes = language.say("{keyframes} of its {part} part", keyframes=keyframes, part=part)
    if heard.mark is Mark.BEATS:
        return language.say("{keyframes}, at its beats", keyframes=keyframes)
    return language.say("{keyframes}, where something begins", keyframes=keyframes)


def _left_out(told: int, count: int, language: Language) -> str:
    if told == count:
        return ""
    return " " + language.say(
        "These are the first {told}; {more} more don't fit here.", told=told, more=count - told
    )


def _when(found: SoundKeyframes, frame: int, language: Language) -> str:
    seconds = _number(found.time_of(frame))
    return language.say("{frame} at {seconds}\N{NO-BREAK SPACE}s", frame=frame, seconds=seconds)


def _prompt(frame: int) -> str:
    return f"{frame}: …"


def _sound(found: SoundKeyframes, language: Language) -> str:
    say = language.say
    return say(
        "Sound: {seconds} s, {frames} at {rate}, {tempo}.",
        seconds=_number(found.seconds),
        frames=_frames(found.frames, language),
        rate=_rate(found.fps, language),
        tempo=say("no steady beat")
        if found.tempo is None
        else say("{beats:.0f} beats a minute", beats=found.tempo),
    )


def _clip(video: VideoFacts, language: Language) -> str:
    say, rate = language.say, _rate(video.fps, language)
    return say(
        "Clip: {seconds} s, {frames} at {rate}, {width} × {height} pixels.",
        seconds=_number(video.seconds),
        frames=_frames(video.frames, language),
        rate=rate if video.steady else say("{rate} on average", rate=rate),
        width=video.width,
        height=video.height,
    )


def _frames(count: int, language: Language) -> str:
    return language.count("{number} frame", "{number} frames", count)


def _rate(fps: Fraction, language: Language) -> str:
    """A frame rate, exactly, and in a number where that is no whole one."""
    number = "" if fps.denominator == 1 else f" ({float(fps):.4g})"
    return language.say("{fps} frames a second", fps=f"{fps}{number}")


def _number(seconds: float | Fraction) -> str:
    return f"{float(seconds):.2f}".rstrip("0").rstrip(".")
