"""The stages around the denoising, each beside the plain way it stands for: `make bench`.

`python -m bench.stages`. Milliseconds a frame on one thread; the two ways of a row are timed in
turn, so that the ratio holds on a busy machine too. A ratio below 1 is what accuracy costs.
"""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import cv2
import keyframed
import librosa
import numpy as np
import torch
from librosa.effects import percussive
from PIL import Image
from scipy import ndimage
from scipy.io import wavfile
from skimage import color, exposure, feature, filters

from engine.groups.animation import MelReduce
from engine.groups.media import AudioComponent
from engine.groups.motion import Padding
from engine.groups.output import Format
from engine.media import Picture
from engine.media.loudness import loudness
from engine.media.sound import RATE
from engine.plan import Coherence, FramePoint, Move
from engine.render.cadence import between
from engine.render.coherence import FrameCoherence
from engine.render.color import ColorReference
from engine.render.diffusion import Step
from engine.render.motion import inverse, matrix, moved, moved_once
from engine.render.output.budget import fitted_copy
from engine.render.output.encoders import open_encoder
from engine.render.output.playback import played_frames
from engine.render.preprocessing.edges import canny, lineart, soft_edge
from engine.render.threads import use_threads
from engine.schedule.curve import Schedule, Timeline

SIDES = (512, 1024)
ROUNDS = 7
SLOW_ROUNDS = 2
MOVE = Move(zoom=1.01, angle=0.5, translation_x=0.3)
LATENTS_PER_SIDE = 8
FRAMES = 2400
SECONDS = 60
CLIP_FRAMES = 48
FPS = Fraction(24)

Run = Callable[[], object]


@dataclass(frozen=True)
class Row:
    """A stage as the engine has it and as it would be done plainly."""

    name: str
    engine: Run
    plain_name: str
    plain: Run
    rounds: int = ROUNDS

    def measured(self) -> tuple[float, float, float]:
        """Milliseconds of the engine, of the plain way, and the plain one's by the engine's."""
        for run in (self.engine, self.plain):
            run()  # warms up
        pairs = [
            (_milliseconds(self.engine), _milliseconds(self.plain)) for _ in range(self.rounds)
        ]
        ours, theirs = (median(column) for column in zip(*pairs, strict=True))
        return ours, theirs, median(plain / engine for engine, plain in pairs)


def _milliseconds(run: Run) -> float:
    started = time.perf_counter()
    run()
    return 1000 * (time.perf_counter() - started)


def scene(side: int, seed: int = 0) -> Picture:
    """Soft blobs with some grain: structure of every size, as pictures have it."""
    noise = np.random.default_rng(seed)
    layers = [
        cv2.resize(noise.normal(0, 1, (side // scale, side // scale, 3)), (side, side)) * spread
        for scale, spread in ((64, 50), (8, 20), (1, 5))
    ]
    picture: Picture = np.rint(128 + sum(layers)).clip(0, 255).astype(np.uint8)
    return picture


def motion(side: int) -> Iterator[Row]:
    picture, total = scene(side), matrix(MOVE, side, side)
    back = inverse(total)
    rows_first = back[[1, 0]][:, [1, 0]]
    size = (side, side)

    def by_scipy() -> object:
        return [
            ndimage.affine_transform(channel, rows_first, back[[1, 0], 2], order=5)
            for channel in np.moveaxis(picture, -1, 0)
        ]

    def by_opencv() -> object:
        return cv2.warpAffine(picture, total[:2], size, flags=cv2.INTER_LANCZOS4)

    def by_pillow() -> object:
        coefficients = tuple(back[:2].ravel())
        affine, cubic = Image.Transform.AFFINE, Image.Resampling.BICUBIC
        return Image.fromarray(picture).transform(size, affine, coefficients, cubic)

    def engine() -> object:
        return moved(picture, MOVE, Padding.BORDER)

    yield Row("a move", engine, "scipy, order 5", by_scipy)
    yield Row("a move", engine, "OpenCV, Lanczos", by_opencv)
    yield Row("a move", engine, "Pillow, bicubic", by_pillow)
    yield Row(
        "a move of an input",
        lambda: moved_once(picture, total, Padding.BORDER),
        "OpenCV, Lanczos",
        by_opencv,
    )


def colours(side: int) -> Iterator[Row]:
    picture, first = scene(side), scene(side, seed=1)
    reference, lab = ColorReference(first), color.rgb2lab(first)

    def by_scikit() -> object:
        matched = exposure.match_histograms(color.rgb2lab(picture), lab, channel_axis=-1)
        return color.lab2rgb(matched)

    yield Row("colour match", lambda: reference.match(picture), "scikit-image", by_scikit)


def pull(side: int) -> Iterator[Row]:
    before, latents = torch.randn((2, 1, 4, side // LATENTS_PER_SIDE, side // LATENTS_PER_SIDE))
    coherence, step = FrameCoherence(Coherence(), seed=0), Step(0, 1, 0.0)

    def engine() -> object:
        coherence.begin_frame(FramePoint(1, 0, 0, 0, 0, 1, 1, coherence_scale=500.0))
        return coherence(step, latents)

    def by_autograd() -> object:
        pulled = latents.clone().requires_grad_()
        (slope,) = torch.autograd.grad(torch.mean((pulled - before) ** 2), pulled)
        return latents - 500.0 * slope, latents.clone()

    yield Row("coherence, a step", engine, "autograd", by_autograd)


def cadence(side: int) -> Iterator[Row]:
    before = scene(side)
    after = moved(before, MOVE, Padding.BORDER)
    half, size = matrix(MOVE, side, side), (side, side)
    first, last = (cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in (before, after))
    no_flow = np.zeros((side, side, 2), np.float32)
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)

    def engine(optical_flow: bool) -> object:
        return between(before, after, [MOVE, MOVE], 1, Padding.BORDER, optical_flow=optical_flow)

    def two_warps() -> object:
        warped = (
            cv2.warpAffine(picture, there[:2], size, flags=cv2.INTER_LANCZOS4)
            for picture, there in ((before, half), (after, inverse(half)))
        )
        return cv2.addWeighted(next(warped), 0.5, next(warped), 0.5, 0)

    def farneback() -> object:
        flow = cv2.calcOpticalFlowFarneback(first, last, no_flow, 0.5, 3, 15, 3, 5, 1.2, 0) / 2
        carried = cv2.remap(before, x - flow[..., 0], y - flow[..., 1], cv2.INTER_CUBIC)
        return cv2.addWeighted(carried, 0.5, two_warps(), 0.5, 0)

    yield Row("in between", lambda: engine(False), "two warps", two_warps)
    yield Row("in between, with flow", lambda: engine(True), "and Farnebäck's", farneback)


def edges(side: int) -> Iterator[Row]:
    picture = scene(side)
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    yield Row("canny", lambda: canny(picture), "scikit-image", lambda: feature.canny(grey))
    yield Row("soft edge", lambda: soft_edge(picture), "its Sobel", lambda: filters.sobel(picture))
    yield Row(
        "line art",
        lambda: lineart(picture),
        "its DoG",
        lambda: filters.difference_of_gaussians(grey, 1, 1.6),
    )


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

    for component in (AudioComponent.BOTH, AudioComponent.PERCUSSIVE):
        name, plain = f"{SECONDS} s of sound, {component}", "librosa at once"
        yield Row(
            name, partial(engine, component), plain, partial(by_librosa, component), SLOW_ROUNDS
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


def show(title: str, rows: Iterator[Row]) -> None:
    for row in rows:
        ours, theirs, ratio = row.measured()
        print(f"{title:6}{row.name:28}{ours:9.2f}  {row.plain_name:16}{theirs:9.2f}{ratio:8.2f}")


def main() -> None:
    """Print a row for each stage and plain way."""
    use_threads(1)
    cv2.setNumThreads(1)
    print(f"{'milliseconds':34}{'engine':>9}  {'plain way':16}{'':9}{'ratio':>8}")
    for side in SIDES:
        for stage in (motion, colours, pull, cadence, edges):
            show(f"{side}²", stage(side))
    show("", schedules())
    with TemporaryDirectory() as folder:
        show("", sounds(Path(folder)))
        show("", budgets(Path(folder)))


if __name__ == "__main__":
    main()
