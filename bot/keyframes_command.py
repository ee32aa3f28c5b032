"""`giffusion keyframes`: where in a sound something begins, as a table, as JSON or as a picture."""

import argparse
import json
import logging
import sys
from fractions import Fraction
from pathlib import Path

from bot.commands import read_flags
from engine.configuration import Configuration
from engine.errors import InputError
from engine.groups.media import AudioComponent
from engine.media.inspection import inspect_file, used_as
from engine.media.keyframes import Mark, SoundKeyframes

_USUAL_FPS = Fraction(12)


def add_keyframes(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a sound, or a video with sound")
    parser.add_argument(
        "--fps",
        metavar="N",
        help="frames a second, fractions such as 30000/1001 are exact; default: 12, or the video's",
    )
    parser.add_argument(
        "--component",
        type=str.lower,
        choices=[component.value for component in AudioComponent],
        metavar="|".join(AudioComponent),
        default=AudioComponent.BOTH,
        help="the part of the sound that is listened to (default both)",
    )
    parser.add_argument("--beats", action="store_true", help="the steady beat, not every onset")
    parser.add_argument("--json", action="store_true", help="as JSON instead of a table")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw them too, as in sound.png")


def show_keyframes(chosen: argparse.Namespace, configuration: Configuration) -> None:
    """Print the keyframes of `chosen.file`, and draw them into `chosen.plot` where that is given.

    A line is a frame and when it comes on, in seconds; what else there is to tell goes to the error
    stream.
    """
    fps = _fps(chosen, configuration)
    from engine.media.onsets import find_keyframes  # librosa takes seconds to load

    mark = Mark.BEATS if chosen.beats else Mark.ONSETS
    found = find_keyframes(chosen.file, fps, AudioComponent(chosen.component), mark)
    if chosen.plot:
        _plot(found, chosen)
    count = f"{len(found.keyframes)} keyframes in {found.frames} frames"
    tempo = f", {found.tempo:.1f} beats a minute" if found.tempo else ""
    print(f"note: {count} at {float(fps):.5g} a second{tempo}", file=sys.stderr)
    if chosen.json:
        print(json.dumps(_as_json(found)))
        return
    for frame in found.keyframes:
        print(frame, f"{found.time_of(frame):.3f}", sep="\t")


def _fps(chosen: argparse.Namespace, configuration: Configuration) -> Fraction:
    """The rate that is asked for, or the video's own. MediaError if the file has no sound."""
    written = read_flags({} if chosen.fps is None else {"fps": chosen.fps})
    asked = configuration.defaults.updated(written).output.fps
    facts = inspect_file(chosen.file, configuration.limits.media)
    used_as(facts, "audio", chosen.file.name)
    return asked or (facts.video.fps if facts.video else _USUAL_FPS)


def _plot(found: SoundKeyframes, chosen: argparse.Namespace) -> None:
    logging.getLogger("matplotlib").setLevel(logging.WARNING)
    from engine.media.waveform import draw_waveform  # matplotlib takes a second to load

    try:
        draw_waveform(chosen.file, found, chosen.plot)
    except (OSError, ValueError) as error:  # ValueError: an ending that names no kind of picture
        raise InputError("plot", str(error), "name a file like sound.png") from None


def _as_json(found: SoundKeyframes) -> dict[str, object]:
    return {
        "fps": _number(found.fps),
        "seconds": _number(found.seconds),
        "frames": found.frames,
        "tempo": found.tempo,
        "keyframes": [{"frame": key, "time": found.time_of(key)} for key in found.keyframes],
    }


def _number(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)
