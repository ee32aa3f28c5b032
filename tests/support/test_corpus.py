"""The corpus is what it says: every file is opened by Pillow or FFmpeg, which guess its kind."""

import io

import av
import numpy as np
import pytest
from PIL import Image, ImageOps

from tests.support.corpus import Sample, sample, samples
from tests.support.corpus.films import FRAMES, KEY, UNEVEN
from tests.support.corpus.pictures import MIRRORED, TURNS, picture

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


def test_samples_are_found_by_name() -> None:
    assert isinstance(sample("h264.mp4"), Sample)
    with pytest.raises(StopIteration):
        sample("unknown")
