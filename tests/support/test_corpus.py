"""The corpus is what it says: every file is opened by Pillow or FFmpeg, which guess its kind."""

import io
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image, ImageOps

from tests.support.corpus import BOMBS, Sample, sample, samples
from tests.support.corpus.film_bombs import endless_film
from tests.support.corpus.films import FRAMES, KEY, UNEVEN
from tests.support.corpus.picture_bombs import huge_png, huge_tiff, huge_webp, zeros_compressed
from tests.support.corpus.pictures import MIRRORED, TURNS, picture
from tests.support.corpus.sound_bombs import endless_flac, endless_mp3

PICTURES = {"png", "jpg", "webp", "gif", "bmp", "tiff", "avif"}
MIB = 2**20


def test_names_are_unique_and_files_small() -> None:
    names = [file.name for file in samples()]
    assert len(set(names)) == len(names)
    assert max(len(file.content) for file in samples()) < MIB // 2


KINDS = {
    "image": PICTURES,
    "audio": {"wav", "w64", "mp3", "flac", "ogg", "m4a", "mp4", "webm", "aiff", "caf", "aac"}
    | {"ac3", "asf", "amr", "flv"},
    "video": {"gif", "webp", "mp4", "mov", "webm", "mkv", "avi", "flv", "asf", "ts", "m2ts", "mpg"},
}


def test_all_kinds_of_pictures_sounds_and_films_are_there() -> None:
    kinds = {kind: {f.ending for f in samples() if f.kind == kind} for kind in KINDS}
    assert kinds == KINDS


def test_pictures_are_as_large_and_long_as_told() -> None:
    for file in samples():
        if file.ending in PICTURES:
            with Image.open(io.BytesIO(file.content)) as image:
                assert image.size == file.size, file.name
                assert getattr(image, "n_frames", 1) == file.frames, file.name
                image.load()


def test_an_interlaced_picture_is_the_picture() -> None:
    with Image.open(io.BytesIO(sample("interlaced.png").content)) as image:
        assert image.info["interlace"] == 1
        np.testing.assert_array_equal(image, picture())


@pytest.mark.parametrize("orientation", TURNS)
def test_photos_are_turned_and_then_mirrored_to_be_upright(orientation: int) -> None:
    file = sample(f"orientation-{orientation}.png")
    upright = np.rot90(np.asarray(picture()), -file.rotation // 90)
    expected = upright[:, ::-1] if orientation in MIRRORED else upright
    assert file.mirrored == (orientation in MIRRORED)
    with Image.open(io.BytesIO(file.content)) as image:
        np.testing.assert_array_equal(ImageOps.exif_transpose(image), expected)


def test_films_have_the_frames_told() -> None:
    for file in samples():
        if file.kind == "video" and file.ending not in PICTURES and not file.encrypted:
            with av.open(io.BytesIO(file.content)) as container:
                frames = list(container.decode(video=0))
                assert len(frames) == file.frames == FRAMES, file.name
                assert (frames[0].width, frames[0].height) == file.size, file.name
                assert -frames[0].rotation % 360 == file.rotation, file.name
                stream = container.streams.video[0]
                assert (stream.sample_aspect_ratio or 1) == file.aspect, file.name
                assert not file.steady or stream.average_rate == file.fps, file.name
                assert bool(container.streams.audio) == bool(file.sound), file.name


def test_a_films_uneven_times_are_kept() -> None:
    for ending in ("mp4", "webm"):
        with av.open(io.BytesIO(sample(f"uneven.{ending}").content)) as container:
            times = [round(frame.time * 1000) for frame in container.decode(video=0)]
        assert tuple(times) == UNEVEN


def test_the_turned_film_is_shown_turned() -> None:
    """A quarter turn clockwise is one, not its opposite: by the film's display matrix."""
    with av.open(io.BytesIO(sample("turned-90.mp4").content)) as container:
        assert next(container.decode(video=0)).rotation == -90  # FFmpeg counts the other way


def test_only_who_has_the_key_sees_the_encrypted_film() -> None:
    content = sample("encrypted.mp4").content
    with av.open(io.BytesIO(content)) as container, pytest.raises(av.InvalidDataError):
        next(container.decode(video=0))
    with av.open(io.BytesIO(content), options={"decryption_key": KEY}) as container:
        assert len(list(container.decode(video=0))) == FRAMES


def test_sounds_last_as_long_as_told() -> None:
    for file in samples():
        if file.sound:
            with av.open(io.BytesIO(file.content)) as container:
                stream = container.streams.audio[0]
                assert (stream.rate, stream.channels) == file.sound[:2], file.name
                seconds = sum(frame.samples for frame in container.decode(stream)) / stream.rate
                assert seconds == pytest.approx(file.sound.seconds, abs=0.11), file.name


def test_songs_have_a_cover_and_no_film() -> None:
    songs = [file for file in samples() if file.cover]
    assert {file.ending for file in songs} == {"mp3", "m4a", "flac"}
    for file in songs:
        with av.open(io.BytesIO(file.content)) as container:
            (cover,) = container.streams.video
            assert cover.disposition & av.stream.Disposition.attached_pic, file.name


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


@pytest.mark.parametrize(
    ("name", "side"),
    [
        *(("huge.png", 13_300), ("huge.gif", 9_400), ("huge.webp", 16_383), ("huge.jpg", 65_500)),
        *(("huge-progressive.jpg", 65_500), ("huge.tiff", 13_300), ("huge.avif", 16_000)),
        ("huge-animated.webp", 16_383),
    ],
)
def test_huge_pictures_claim_their_size(name: str, side: int, tmp_path: Path) -> None:
    BOMBS[name](tmp_path / name)
    with no_limit(), Image.open(tmp_path / name) as image:
        assert image.size == (side, side)
        frames = {"huge.gif": 160, "huge-animated.webp": 1000}.get(name, 1)
        assert getattr(image, "n_frames", 1) == frames


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


def test_samples_are_found_by_name() -> None:
    assert isinstance(sample("h264.mp4"), Sample)
    with pytest.raises(StopIteration):
        sample("unknown")


@contextmanager
def no_limit() -> Iterator[None]:
    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        yield
    finally:
        Image.MAX_IMAGE_PIXELS = limit
