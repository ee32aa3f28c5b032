"""A budget of bytes, on noisy pictures that move, which compress badly in every format."""

import re
import threading
import tracemalloc
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from engine.errors import RenderCancelled, RenderError
from engine.groups.output import Format
from engine.render.output.budget import fitted_copy, hold_to
from engine.render.output.encoders import open_encoder
from engine.render.output.playback import played_frames

FORMATS = list(Format)
FPS = Fraction(12)
WIDTH, HEIGHT = 192, 160
GOING = threading.Event()
RATE = 44_100

MakeAnimation = Callable[..., Path]


def picture(number: int) -> np.ndarray:
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    ground = np.stack([np.sin(x / 20 + number / 5), np.cos(y / 25), np.sin((x + y) / 30)], axis=-1)
    noise = np.random.default_rng(number).normal(0, 12, (HEIGHT, WIDTH, 3))
    return (128 + 90 * ground + noise).clip(0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MakeAnimation:
    """A full-quality animation, made once for all tests that want the same."""
    folder = tmp_path_factory.mktemp("made")

    def make(format_: Format, frames: int = 60, fps: Fraction = FPS, sound: bool = False) -> Path:
        path = folder / f"{frames}-{fps.numerator}-{sound}.{format_}"
        if not path.exists():
            audio = save_clicks(folder / "clicks.wav", float(frames / fps)) if sound else None
            with open_encoder(path, format_, fps, WIDTH, HEIGHT, audio=audio) as encoder:
                for number in range(frames):
                    encoder.add(picture(number))
        return path

    return make


def save_clicks(path: Path, seconds: float) -> Path:
    """Noise all along, louder for a moment at 2.5 s."""
    samples = np.random.default_rng(0).uniform(-0.1, 0.1, (1, round(seconds * RATE)))
    at = round(2.5 * RATE)
    samples[0, at : at + 500] *= 9
    with av.open(path, "w") as container:
        stream = container.add_stream("pcm_s16le", rate=RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples, np.float32), format="fltp", layout="mono"
        )
        frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
        container.mux([*stream.encode(frame), *stream.encode(None)])
    return path


def seconds_of(path: Path) -> float:
    if path.suffix == ".mp4":
        with av.open(path) as container:
            return container.duration / av.time_base
    with Image.open(path) as image:
        total = 0
        for number in range(image.n_frames):
            image.seek(number)
            image.load()
            total += image.info["duration"]
        return total / 1000


def pictures_of(path: Path) -> list[np.ndarray]:
    if path.suffix == ".mp4":
        with av.open(path) as container:
            return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    with Image.open(path) as image:
        frames = []
        for number in range(image.n_frames):
            image.seek(number)
            frames.append(np.asarray(image.convert("RGB")))
        return frames


def error_between(pictures: list[np.ndarray], originals: list[int]) -> float:
    """Mean difference of 255 at the pictures' own size."""
    height, width, _ = pictures[0].shape
    small = [np.asarray(Image.fromarray(picture(n)).resize((width, height))) for n in originals]
    return float(np.abs(np.array(pictures, float) - np.array(small, float)).mean())


@pytest.mark.holds("max_bytes")
@pytest.mark.parametrize("budget", [400_000, 200_000, 50_000, 30_000])
@pytest.mark.parametrize("format_", FORMATS)
def test_the_file_fits_plays_as_long_and_says_truly_what_was_given_up(
    made: MakeAnimation, tmp_path: Path, format_: Format, budget: int
) -> None:
    source = made(format_)
    assert source.stat().st_size > budget
    fitted = fitted_copy(source, tmp_path / f"small.{format_}", FPS, budget, GOING)
    assert fitted.file == tmp_path / f"small.{format_}"
    assert fitted.size == fitted.file.stat().st_size <= budget
    assert fitted.size > budget / 4  # no more is given up than must be
    assert seconds_of(fitted.file) == pytest.approx(60 / 12, abs=0.001)

    pictures = pictures_of(fitted.file)
    every = {60: 1, 30: 2, 15: 4}[len(pictures)]
    told = " ".join(fitted.given_up)
    assert ("half the frames" in told) == (every == 2)
    assert ("a quarter of the frames" in told) == (every == 4)
    height, width, _ = pictures[0].shape
    assert width / height == pytest.approx(WIDTH / HEIGHT, rel=0.03)
    assert ("as large" in told) == (width < WIDTH)
    if width < WIDTH:
        assert f"made {100 * width / WIDTH:.0f} % as large in each direction" in fitted.given_up
    if format_ == Format.GIF:
        [colours] = [int(part.split()[0]) for part in fitted.given_up if "colours" in part]
        # What doesn't change keeps its colour from the palette before.
        assert max(len(np.unique(p.reshape(-1, 3), axis=0)) for p in pictures) <= 2 * colours < 255
    else:
        assert "picture quality lowered" in fitted.given_up
    assert error_between(pictures, list(range(0, 60, every))) < 25
    assert [file.name for file in tmp_path.iterdir()] == [fitted.file.name]


def test_a_file_that_fits_is_left_as_it_is(made: MakeAnimation, tmp_path: Path) -> None:
    source = made(Format.MP4)
    size = source.stat().st_size
    fitted = fitted_copy(source, tmp_path / "small.mp4", FPS, size, GOING)
    assert (fitted.file, fitted.size, fitted.given_up) == (source, size, ())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format_", FORMATS)
def test_the_less_room_the_more_is_given_up(
    made: MakeAnimation, tmp_path: Path, format_: Format
) -> None:
    source = made(format_)
    details = []
    for budget in (source.stat().st_size * 3 // 4, 150_000, 40_000):
        fitted = fitted_copy(source, tmp_path / f"{budget}.{format_}", FPS, budget, GOING)
        frames = pictures_of(fitted.file)
        details.append(len(frames) * frames[0].size)
    assert all(more >= less for more, less in pairwise(details))


@pytest.mark.holds("max_bytes")
@pytest.mark.parametrize("format_", FORMATS)
def test_an_impossible_budget_is_refused_with_one_that_is_possible(
    made: MakeAnimation, tmp_path: Path, format_: Format
) -> None:
    file = tmp_path / f"a.{format_}"
    file.write_bytes(made(format_).read_bytes())
    assert fitted_copy(file, tmp_path / f"small.{format_}", FPS, 1000, GOING).file is None
    with pytest.raises(RenderError, match=r"allow \d+ kB or more \(max_bytes\)") as refusal:
        hold_to(file, FPS, 1000, GOING)
    assert file.read_bytes() == made(format_).read_bytes()
    assert list(tmp_path.iterdir()) == [file]
    [possible] = re.findall(r"(\d+) kB", str(refusal.value))
    assert hold_to(file, FPS, 1000 * int(possible), GOING)
    assert file.stat().st_size <= 1000 * int(possible)


def test_it_can_be_made_smaller_in_its_place(made: MakeAnimation, tmp_path: Path) -> None:
    file = tmp_path / "a.webp"
    file.write_bytes(made(Format.WEBP).read_bytes())
    given_up = hold_to(file, FPS, 100_000, GOING)
    assert given_up
    assert file.stat().st_size <= 100_000
    assert hold_to(file, FPS, 100_000, GOING) == ()
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("budget", [300_000, 60_000])
def test_the_sound_stays_and_stays_in_time(
    made: MakeAnimation, tmp_path: Path, budget: int
) -> None:
    source = made(Format.MP4, sound=True)
    fitted = fitted_copy(source, tmp_path / "small.mp4", FPS, budget, GOING)
    assert fitted.size <= budget
    with av.open(fitted.file) as container:
        stream = container.streams.audio[0]
        frames = list(container.decode(stream))
        assert float(frames[0].time) == pytest.approx(0, abs=0.001)
    sound = np.concatenate([np.abs(frame.to_ndarray()).max(axis=0) for frame in frames])
    assert np.argmax(sound > 0.4) / stream.rate == pytest.approx(2.5, abs=1 / 12)
    assert len(sound) / stream.rate == pytest.approx(60 / 12, abs=0.03)
    lowered = [part for part in fitted.given_up if part.startswith("sound at ")]
    assert len(lowered) == 1
    assert stream.bit_rate < 160_000


@pytest.mark.parametrize("frames", [1, 7, 61])
@pytest.mark.parametrize("fps", [Fraction(30000, 1001), Fraction(60), Fraction(10)])
@pytest.mark.parametrize("format_", FORMATS)
def test_any_rate_and_number_of_frames_keeps_its_length(
    made: MakeAnimation, tmp_path: Path, format_: Format, fps: Fraction, frames: int
) -> None:
    source = made(format_, frames, fps)
    budget = source.stat().st_size // 12
    fitted = fitted_copy(source, tmp_path / f"small.{format_}", fps, budget, GOING)
    if fitted.file is None:  # one frame's index can be most of a file
        assert frames == 1
        return
    tick = 0.01 if format_ == Format.GIF else 0.001
    assert seconds_of(fitted.file) == pytest.approx(float(frames / fps), abs=tick)


@pytest.mark.parametrize("format_", FORMATS)
def test_stopping_leaves_nothing_behind(
    made: MakeAnimation, tmp_path: Path, format_: Format
) -> None:
    stopped = threading.Event()
    stopped.set()
    with pytest.raises(RenderCancelled):
        fitted_copy(made(format_), tmp_path / f"small.{format_}", FPS, 50_000, stopped)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format_", FORMATS)
def test_memory_does_not_grow_with_the_number_of_frames(
    made: MakeAnimation, tmp_path: Path, format_: Format
) -> None:
    def peak(frames: int) -> int:
        source = made(format_, frames)
        budget = source.stat().st_size // 3
        tracemalloc.start()
        fitted_copy(source, tmp_path / f"{frames}.{format_}", FPS, budget, GOING)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    peak(12)
    assert peak(120) < peak(24) + 40 * WIDTH * HEIGHT * 3  # 96 frames more


@pytest.mark.parametrize("format_", FORMATS)
def test_a_damaged_file_is_told(tmp_path: Path, format_: Format) -> None:
    file = tmp_path / f"a.{format_}"
    file.write_bytes(b"no animation" * 1000)
    with pytest.raises(RenderError, match="can't be read back"):
        hold_to(file, FPS, 1000, GOING)


@pytest.mark.parametrize("fps", [Fraction(12), Fraction(30000, 1001), Fraction(60), Fraction(1)])
@pytest.mark.parametrize("count", [1, 2, 13, 60])
@pytest.mark.parametrize("format_", FORMATS)
def test_reading_back_gives_as_many_frames_as_were_written(
    tmp_path: Path, format_: Format, count: int, fps: Fraction
) -> None:
    path = tmp_path / f"a.{format_}"
    levels = [4 * number for number in range(count)]
    with open_encoder(path, format_, fps, 64, 64) as encoder:
        for level in levels:
            encoder.add(np.full((64, 64, 3), level, np.uint8))
    back = [frame.mean() for frame in played_frames(path, fps)]
    left_out = 4 if format_ == Format.GIF and fps > 50 else 0  # the one before it again
    assert len(back) == count
    assert np.abs(np.subtract(back, levels)).max() <= left_out + 3
