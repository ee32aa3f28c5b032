"""Finished animations made to fit into so many bytes.

The finished file itself is decoded and written again. A lossless copy beside it would cost a second
encoder in every render and gigabytes for a long one, for a difference that can't be seen: the file
looks like the original, and what fits is much coarser than that.
"""

import math
import threading
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.errors import RenderCancelled, RenderError
from engine.groups.output import Format
from engine.media import Picture
from engine.render.output.mp4 import SOUND_RATE, Rate
from engine.render.output.playback import Parts, frame_count, measure, played_frames
from engine.render.output.reductions import FULL_LEVEL, Reduction, Shape, shapes

ATTEMPTS = 4
"""Whole encodings at the most, as each takes seconds; the last gives up all that can be."""
PASSES = 2
"""Second passes of an MP4 at the most; the later one knows by how much the earlier missed."""
ENOUGH = 0.8
"""Of the room is used: less is quality given away."""
SAMPLE = 12
"""Frames from which sizes are estimated: a GIF's palette is for as many."""
MARGIN = 0.95
"""Of the budget is aimed at, as an estimate is one."""
SOUND_RATES = (SOUND_RATE, 128_000, 96_000, 64_000, 48_000, 32_000)
SOUND_SHARE = 0.25
"""Of the budget is for sound at the most, unless the lowest rate needs more."""


@dataclass(frozen=True)
class Fitted:
    """A file within the budget: where it is, its size in bytes, and what was given up for it.

    Where nothing fits, `file` is None and `size` is the smallest that was reached.
    """

    file: Path | None
    size: int
    given_up: tuple[str, ...] = ()


def hold_to(file: Path, fps: Fraction, budget: int, stop: threading.Event) -> tuple[str, ...]:
    """Make a finished file of the encoders no larger than `budget` bytes, in its place.

    What was given up for that, in a user's words; nothing if it was small enough. RenderError with
    what would be possible if it can't be made so small, RenderCancelled if `stop` is set; the file
    stays as it was then.
    """
    fitted = fitted_copy(file, file, fps, budget, stop)
    if fitted.file is None:
        # x264's sizes differ by some bytes from run to run.
        possible = math.ceil(1.02 * fitted.size / 1000)
        raise RenderError(
            f"the animation can't be made as small as {budget:,} bytes; "
            f"allow {possible} kB or more (max_bytes), or make it shorter"
        )
    return fitted.given_up


def fitted_copy(
    source: Path, target: Path, fps: Fraction, budget: int, stop: threading.Event
) -> Fitted:
    """A copy of a finished file that is no larger than `budget` bytes, at `target`.

    `fps` is what the file was written with. If `source` is small enough it is the answer itself.
    Memory does not grow with the number of frames. RenderCancelled if `stop` is set.
    """
    size = _size(source)
    if size <= budget:
        return Fitted(source, size)
    with TemporaryDirectory(dir=target.parent, prefix=f".{target.stem}-") as folder:
        fitter = _Fitter(source, fps, budget, Path(folder), stop)
        fitted = fitter.fit()
        if fitted.file:
            fitted = replace(fitted, file=fitted.file.replace(target))
        return fitted


class _Fitter:
    """Encodes one file by reductions until it fits."""

    def __init__(
        self, source: Path, fps: Fraction, budget: int, folder: Path, stop: threading.Event
    ) -> None:
        self._source = source
        self._fps = fps
        self._budget = budget
        self._folder = folder
        self._stop = stop
        self._format = Format(source.suffix.lstrip("."))
        count = frame_count(source)
        start = max(0, (count - SAMPLE) // 2)
        self._sample = list(islice(self._frames(), start, start + SAMPLE))
        self._height, self._width, _ = self._sample[0].shape
        self._parts = measure(source)
        self._audio = source if self._parts.sound else None
        self._seconds = float(count / fps)
        self._shapes = shapes(self._format, self._width, self._height)
        self._harshest = self._reduction(self._shapes[-1], self._shapes[-1].levels[-1])
        self._measured_sample = cache(self._measure_sample)

    def fit(self) -> Fitted:
        """Encode by what the estimates say, and again with estimates mended by the result."""
        excess = 1.0
        for attempt in range(ATTEMPTS):
            reduction = self._choose(excess) if attempt < ATTEMPTS - 1 else self._harshest
            file = self._encode(self._folder / f"{attempt}{self._source.suffix}", reduction)
            size = _size(file)
            if size <= self._budget:
                return Fitted(file, size, tuple(self._told(reduction)))
            if reduction == self._harshest:
                break
            excess = size / self._estimate(reduction)
        return Fitted(None, size)

    def _choose(self, excess: float) -> Reduction:
        """The best that fits by the estimates, which are known to be too low by `excess`."""

        def fits(reduction: Reduction) -> bool:
            return self._estimate(reduction) * excess <= self._budget * MARGIN

        # In both lists sizes fall, so that few samples tell which is the first that fits.
        worst = [self._reduction(shape, shape.levels[-1]) for shape in self._shapes]
        place = min(bisect_left(worst, True, key=fits), len(worst) - 1)
        shape = self._shapes[place]
        ways = [self._reduction(shape, level) for level in shape.levels]
        return ways[min(bisect_left(ways, True, key=fits), len(ways) - 1)]

    def _reduction(self, shape: Shape, level: int) -> Reduction:
        return Reduction(self._format, level, shape.width, shape.height, shape.every)

    def _estimate(self, reduction: Reduction) -> float:
        """Bytes of the whole, from how much smaller the sample becomes."""
        full = Reduction(self._format, FULL_LEVEL[self._format], self._width, self._height)
        before, after = self._measured_sample(full), self._measured_sample(reduction)
        sound = self._rate(reduction).sound / 8 * self._seconds if self._audio else 0
        return (
            self._parts.whole * after.whole / before.whole
            + self._parts.changed * after.changed / max(1, before.changed)
            + sound
            + self._parts.rest
        )

    def _measure_sample(self, reduction: Reduction) -> Parts:
        file = self._folder / f"sample{self._source.suffix}"
        self._write(file, reduction, self._sample, Rate(crf=reduction.level))
        return measure(file)

    def _encode(self, file: Path, reduction: Reduction) -> Path:
        """Write the whole into `file`, or by more than one pass into one that fits better."""
        self._write(file, reduction, self._frames(), self._rate(reduction), self._audio)
        if self._format != Format.MP4 or reduction == self._harshest:
            return file
        files = [file, *self._second_passes(file, reduction)]
        fitting = [file for file in files if _size(file) <= self._budget]
        return max(fitting, key=_size) if fitting else min(files, key=_size)

    def _second_passes(self, file: Path, reduction: Reduction) -> Iterator[Path]:
        """The same to a bit rate, where an MP4 misses its budget or uses too little of it."""
        bits = 0.0
        for number in range(PASSES):
            parts = measure(file)
            room = self._budget - parts.sound - parts.rest
            if room <= 0 or ENOUGH * room <= parts.pictures <= room:
                return
            bits = 8 * room / self._seconds if number == 0 else bits * room / parts.pictures
            rate = replace(self._rate(reduction), bit_rate=round(MARGIN * bits))
            file = file.with_stem(f"{file.stem}-{number}")
            self._write(file, reduction, self._frames(), rate, self._audio)
            yield file

    def _frames(self) -> Iterator[Picture]:
        return played_frames(self._source, self._fps)

    def _write(
        self,
        file: Path,
        reduction: Reduction,
        frames: Iterable[Picture],
        rate: Rate,
        audio: Path | None = None,
    ) -> None:
        with reduction.open_encoder(file, self._fps, rate, audio) as encoder:
            for frame in frames:
                if self._stop.is_set():
                    raise RenderCancelled("the render was stopped")
                encoder.add(reduction.resize(frame))
            encoder.finish()

    def _rate(self, reduction: Reduction) -> Rate:
        """How the sound is coded, and the pictures of an MP4."""
        share = 0 if reduction == self._harshest else SOUND_SHARE * self._budget
        sounds = [rate for rate in SOUND_RATES if rate / 8 * self._seconds <= share]
        sound = sounds[0] if sounds else SOUND_RATES[-1]
        return Rate(reduction.level, sound=sound, statistics=self._folder / "statistics")

    def _told(self, reduction: Reduction) -> Iterator[str]:
        yield from reduction.told(self._width)
        sound = self._rate(reduction).sound
        if self._audio and sound < SOUND_RATE:
            yield f"sound at {sound // 1000} kbit/s"


def _size(file: Path) -> int:
    return file.stat().st_size
