"""The stages around the denoising, each beside the plain way it stands for.

`python -m bench.stages`. Milliseconds a frame on one thread; the two ways of a row are timed in
turn, so that the ratio holds on a busy machine too. A ratio below 1 is what accuracy costs.
"""

import threading
from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import keyframed
import librosa
import numpy as np
from librosa.beat import beat_track
from librosa.effects import percussive
from librosa.onset import onset_detect
from scipy.io import wavfile

from bench.pictures import PICTURE_STAGES, scene
from bench.rows import Row, show
from engine.groups.animation import MelReduce
from engine.groups.media import AudioComponent
from engine.groups.output import Format
from engine.media import RATE
from engine.media.keyframes import Mark
from engine.media.loudness import loudness
from engine.media.onsets import find_keyframes
from engine.render.output.budget import fitted_copy
from engine.render.output.encoders import open_encoder
from engine.render.output.playback import played_frames
from engine.render.threads import use_threads
from engine.schedule.curve import Schedule, Timeline

SIDES = (512, 1024)
SLOW_ROUNDS = 2
FRAMES = 2400
SECONDS = 60
CLIP_FRAMES = 48
FPS = Fraction(24)


def schedules() -> Iterator[Row]:
    values = {frame: float(1 + frame % 7) for frame in range(0, FRAMES, 24)}
    points = ", ".join(f"{frame}: ({value})" for frame, value in values.items())
    formula = "1.02 + 0.02*sin(2*3.14*t/30)"
    timeline = Timeline(FRAMES, FPS)

    def by_keyframed() -> object:
        curve = keyframed.Curve(values)
        return [curve[frame] for frame in range(FRAMES)]

    def by_eval() -> object:
        return [eval(formula, {"sin": np.sin, "t": frame}) for frame in range(FRAMES)]

    yield Row(
        f"{FRAMES} frames, 100 points",
        lambda: Schedule(points).over(timeline),
        "keyframed",
        by_keyframed,
    )
    yield Row(
        f"{FRAMES} frames, a formula",
        lambda: Schedule(f"0: ({formula})").over(timeline),
        "eval",
        by_eval,
    )


def sounds(folder: Path) -> Iterator[Row]:
    times = np.arange(SECONDS * RATE) / RATE
    tone, beats = np.sin(2 * np.pi * 220 * times), times % 0.5 < 0.01
    hiss = np.random.default_rng(0).uniform(-1, 1, times.size)
    file = folder / "sound.wav"
    wavfile.write(file, RATE, (0.3 * tone + 0.5 * beats * hiss).astype(np.float32))

    def engine(component: AudioComponent) -> object:
        return loudness(file, component, MelReduce.MAX, FPS, SECONDS * int(FPS))

    def by_librosa(component: AudioComponent) -> object:
        samples, rate = librosa.load(file, sr=RATE)
        if component is AudioComponent.PERCUSSIVE:
            samples = percussive(samples)
        return librosa.feature.melspectrogram(y=samples, sr=rate).max(axis=0)

    def keyframes(component: AudioComponent) -> object:
        return find_keyframes(file, FPS, component, Mark.ONSETS)

    def onsets_by_librosa(component: AudioComponent) -> object:
        samples, rate = librosa.load(file)
        if component is AudioComponent.PERCUSSIVE:
            samples = percussive(samples)
        beat_track(y=samples, sr=rate)
        return onset_detect(y=samples, sr=rate)

    for component in (AudioComponent.BOTH, AudioComponent.PERCUSSIVE):
        for name, ours, theirs in (
            ("of sound", engine, by_librosa),
            ("to keyframes", keyframes, onsets_by_librosa),
        ):
            yield Row(
                f"{SECONDS} s {name}, {component}",
                partial(ours, component),
                "librosa at once",
                partial(theirs, component),
                SLOW_ROUNDS,
            )


def budgets(folder: Path) -> Iterator[Row]:
    picture, side = scene(SIDES[0]), SIDES[0]
    for format_ in (Format.MP4, Format.GIF):
        file = folder / f"clip.{format_}"
        with open_encoder(file, format_, FPS, side, side) as encoder:
            for number in range(CLIP_FRAMES):
                encoder.add(np.roll(picture, 3 * number, axis=1))
        target = folder / f"fitted.{format_}"
        name = f"{CLIP_FRAMES} frames, half the {format_}"
        engine, plain = partial(_fitted, file, target), partial(_encoded, file, target, format_)
        yield Row(name, engine, "encoded once", plain, SLOW_ROUNDS)


def _fitted(file: Path, target: Path) -> object:
    return fitted_copy(file, target, FPS, file.stat().st_size // 2, threading.Event())


def _encoded(file: Path, target: Path, format_: Format) -> None:
    with open_encoder(target, format_, FPS, SIDES[0], SIDES[0]) as encoder:
        for frame in played_frames(file, FPS):
            encoder.add(frame)


def main() -> None:
    """Print a row for each stage and plain way."""
    use_threads(1)
    cv2.setNumThreads(1)
    print(f"{'milliseconds':34}{'engine':>9}  {'plain way':16}{'':9}{'ratio':>8}")
    for side in SIDES:
        for stage in PICTURE_STAGES:
            show(f"{side}²", stage(side))
    show("", schedules())
    with TemporaryDirectory() as folder:
        show("", sounds(Path(folder)))
        show("", budgets(Path(folder)))


if __name__ == "__main__":
    main()
