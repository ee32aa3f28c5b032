"""`giffusion inspect`: what files are, or what is wrong with them, a line each."""

import json
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from engine.errors import MediaError
from engine.media.facts import FileFacts, PictureFacts, SoundFacts, VideoFacts
from engine.media.inspection import inspect_files
from engine.media.limits import MediaLimits

_Facts = dict[str, Any]


def show_files(files: Sequence[Path], as_json: bool, limits: MediaLimits) -> int:
    """Print a line for each file as soon as it is known; 0, or 2 if one can't be used.

    As JSON, a line is the file's facts or {"file": …, "error": …}; else errors go to the error
    stream.
    """
    bad = 0
    answers = inspect_files([(file, _shown(file)) for file in files], limits)
    for file, answer in zip(files, answers, strict=True):
        bad += isinstance(answer, MediaError)
        (_print_json if as_json else _print_words)(_shown(file), answer)
    return 2 if bad else 0


def _shown(file: Path) -> str:
    """A file's name in letters that can be printed, though it may be of any bytes."""
    return str(file).encode(errors="replace").decode()


def _print_json(name: str, answer: FileFacts | MediaError) -> None:
    if isinstance(answer, MediaError):
        line: _Facts = {"file": name, "error": str(answer).removeprefix(f"{name}: ")}
    else:
        line = {"file": name, **_facts(answer)}
    print(json.dumps(line, ensure_ascii=False), flush=True)


def _print_words(name: str, answer: FileFacts | MediaError) -> None:
    if isinstance(answer, MediaError):
        print(f"error: {answer}", file=sys.stderr, flush=True)
        return
    facts = _facts(answer)
    words = [answer.kind, answer.format]
    if answer.kind != "audio":
        words.append(f"{facts['width']}×{facts['height']}")
    if answer.kind == "video":
        sound = "with sound" if facts["sound"] else "silent"
        words += [f"{facts['frames']} frames at {facts['fps']:.5g} fps", sound]
    if answer.kind != "image":
        words.append(f"{facts['duration']:.3f} s")
    print(f"{name}: {', '.join(words)}", flush=True)


def _facts(answer: FileFacts) -> _Facts:
    facts: _Facts = {"kind": answer.kind, "format": answer.format}
    if answer.video:
        sound = _sound(answer.audio) if answer.audio else None
        return facts | _video(answer.video) | {"sound": sound}
    if answer.image:
        return facts | _image(answer.image)
    return facts | (_sound(answer.audio) if answer.audio else {})


def _image(facts: PictureFacts) -> _Facts:
    return {"width": facts.width, "height": facts.height, "rotation": facts.rotation}


def _video(facts: VideoFacts) -> _Facts:
    """`fps` as a number and as the exact fraction that it is, `duration` in seconds."""
    return {
        "width": facts.width,
        "height": facts.height,
        "rotation": facts.rotation,
        "frames": facts.frames,
        "fps": _number(facts.fps),
        "fps_exact": str(facts.fps),
        "steady": facts.steady,
        "duration": _number(facts.seconds),
    }


def _sound(facts: SoundFacts) -> _Facts:
    duration = _number(facts.seconds)
    return {"duration": duration, "rate": facts.rate, "channels": facts.channels}


def _number(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)
