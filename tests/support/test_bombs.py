"""Bombs are small, cheap to make, and hold or claim what they should."""

import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from tests.support.corpus import BOMBS
from tests.support.corpus.film_bombs import endless_film, index_bomb
from tests.support.corpus.films import FRAMES
from tests.support.corpus.picture_bombs import (
    huge_png,
    huge_screen_gif,
    huge_tiff,
    huge_webp,
    zeros_compressed,
)
from tests.support.corpus.sound_bombs import endless_flac, endless_mp3

MIB = 2**20


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_small_and_cheap_to_make(name: str, tmp_path: Path) -> None:
    tracemalloc.start()
    try:
        BOMBS[name](tmp_path / name)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    limit = 11 * MIB if name == "hours.mp3" else 2.2 * MIB
    assert (tmp_path / name).stat().st_size < limit
    assert peak < 100 * MIB


def test_zeros_are_compressed_without_being_written() -> None:
    for count in (0, 5, MIB, 3 * MIB + 17):
        assert zlib.decompress(zeros_compressed(count)) == bytes(count)


@pytest.mark.parametrize("make", [huge_png, huge_tiff, huge_webp])
def test_huge_pictures_are_all_there(make: Callable[..., None], tmp_path: Path) -> None:
    make(tmp_path / "huge", side=300)
    with Image.open(tmp_path / "huge") as image:
        assert image.size == (300, 300)
        assert not np.asarray(image.convert("L")).any()


COUNTS = {"huge.gif": 160, "huge-screen.gif": 1000, "huge-animated.webp": 1000}


@pytest.mark.parametrize(
    ("name", "side"),
    [
        *(("huge.png", 13_300), ("huge.gif", 9_400), ("huge.webp", 16_383), ("huge.jpg", 65_500)),
        *(("huge-progressive.jpg", 65_500), ("huge.tiff", 13_300), ("huge.avif", 16_000)),
        *(("huge-animated.webp", 16_383), ("huge-screen.gif", 9_400)),
    ],
)
def test_huge_pictures_claim_their_size(name: str, side: int, tmp_path: Path) -> None:
    BOMBS[name](tmp_path / name)
    with no_limit(), Image.open(tmp_path / name) as image:
        assert image.size == (side, side)
        assert getattr(image, "n_frames", 1) == COUNTS.get(name, 1)


@pytest.mark.parametrize("kind", ["text", "unicode-text", "colour-profile"])
def test_texts_unfold_beyond_what_pillow_takes(kind: str, tmp_path: Path) -> None:
    BOMBS[f"{kind}.png"](tmp_path / "text.png")
    with pytest.raises(ValueError, match="too large"), Image.open(tmp_path / "text.png") as image:
        image.load()


@pytest.mark.parametrize("told", [True, False])
def test_silence_is_decoded_to_its_end(told: bool, tmp_path: Path) -> None:
    endless_flac(tmp_path / "hours.flac", hours=3, told=told)
    with av.open(tmp_path / "hours.flac", options={"err_detect": "crccheck+explode"}) as container:
        assert (container.duration is not None) == told
        samples = sum(frame.samples for frame in container.decode(audio=0))
    assert samples / 8000 / 3600 == pytest.approx(3, abs=0.01)


def test_an_endless_mp3_is_silence(tmp_path: Path) -> None:
    endless_mp3(tmp_path / "short.mp3", hours=0.01)
    with av.open(tmp_path / "short.mp3") as container:
        frames = list(container.decode(audio=0))
    assert sum(frame.samples for frame in frames) / 24_000 == pytest.approx(36, abs=0.1)
    assert not any(frame.to_ndarray().any() for frame in frames)


def test_an_endless_film_is_black_all_along(tmp_path: Path) -> None:
    endless_film(tmp_path / "film.mp4", 500, (64, 48))
    with av.open(tmp_path / "film.mp4", options={"err_detect": "explode"}) as container:
        frames = list(container.decode(video=0))
    assert len(frames) == 500
    assert all((frame.to_ndarray()[:48] == 16).all() for frame in frames)


def test_the_endless_film_has_34000_frames_in_4k(tmp_path: Path) -> None:
    BOMBS["endless-4k.mp4"](tmp_path / "film.mp4")
    with av.open(tmp_path / "film.mp4") as container:
        assert container.streams.video[0].frames == 34_000
        for frame in islice(container.decode(video=0), 20):
            assert (frame.width, frame.height) == (3840, 2160)


def test_a_film_says_it_is_small(tmp_path: Path) -> None:
    BOMBS["understated.mp4"](tmp_path / "film.mp4")
    content = (tmp_path / "film.mp4").read_bytes()
    place = content.index(b"avc1", content.index(b"stsd")) + 28
    assert content[place : place + 4] == bytes([0, 64, 0, 48])
    with av.open(tmp_path / "film.mp4") as container:
        assert next(container.decode(video=0)).width == 7680


def test_a_large_screens_frames_are_whole(tmp_path: Path) -> None:
    huge_screen_gif(tmp_path / "screen.gif", side=100, frames=5)
    with Image.open(tmp_path / "screen.gif") as image:
        for number in range(5):
            image.seek(number)
            assert not np.asarray(image.convert("L")).any()


def test_an_index_claims_frames_that_are_not_there(tmp_path: Path) -> None:
    index_bomb(tmp_path / "film.mp4", count=1234)
    with av.open(tmp_path / "film.mp4") as container:
        assert container.streams.video[0].frames == 1234
        assert len([packet for packet in container.demux(video=0) if packet.size]) > FRAMES


@contextmanager
def no_limit() -> Iterator[None]:
    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        yield
    finally:
        Image.MAX_IMAGE_PIXELS = limit
