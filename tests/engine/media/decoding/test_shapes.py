"""Films are as wide, high and turned as they are meant to be seen."""

import io
import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image, ImageOps

from engine.media import Picture
from engine.media.decoding.clip import open_clip
from engine.media.decoding.orientation import ROTATIONS
from engine.media.decoding.pictures import open_part
from engine.media.decoding.source import source_of
from engine.video_part import VideoPart
from tests.engine.media.clips import HEIGHT, WIDTH
from tests.engine.media.decoding.looking import quarters, video_in

ONE = 0x10000
MATRICES = {
    1: (ONE, 0, 0, ONE),
    2: (-ONE, 0, 0, ONE),
    3: (-ONE, 0, 0, -ONE),
    4: (ONE, 0, 0, -ONE),
    5: (0, ONE, ONE, 0),
    6: (0, ONE, -ONE, 0),
    7: (0, -ONE, -ONE, 0),
    8: (0, -ONE, ONE, 0),
}
"""How a film notes what EXIF notes by these numbers: a, b, c, d of ISO 14496-12, 6.2.2."""


def film(aspect: Fraction = Fraction(1), name: str = "clip.mp4", **options: str) -> bytes:
    file = io.BytesIO()
    file.name = name
    with av.open(file, "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": "5", **options})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.sample_aspect_ratio = aspect
        for _ in range(3):
            frame = av.VideoFrame.from_ndarray(quarters(), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


def first_picture(content: bytes) -> Picture:
    """A clip's first picture at its own size."""
    with open_clip(source_of(io.BytesIO(content))) as clip:
        return np.asarray(next(clip.frames).image())


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_film_is_turned_and_mirrored_as_its_camera_was_held(orientation: int) -> None:
    content = bytearray(film())
    a, b, c, d = MATRICES[orientation]
    place = content.index(b"tkhd") + 44
    content[place : place + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 0x40000000)
    photo = Image.fromarray(quarters())
    photo.getexif()[0x0112] = orientation
    expected = np.asarray(ImageOps.exif_transpose(photo))
    shown = first_picture(bytes(content))
    assert shown.shape == expected.shape
    assert np.abs(shown.astype(int) - expected).mean() < 4
    facts = video_in(bytes(content))
    assert (facts.height, facts.width) == shown.shape[:2]
    assert facts.rotation == ROTATIONS.get(orientation, 0)


@pytest.mark.parametrize("ending", ["mp4", "mkv", "mov", "avi", "ts"])
@pytest.mark.parametrize(("aspect", "width"), [(Fraction(4, 3), 85), (Fraction(8, 9), 57)])
def test_a_film_of_pixels_that_are_not_square_has_its_shape(
    ending: str, aspect: Fraction, width: int
) -> None:
    content = film(aspect, f"clip.{ending}")
    facts = video_in(content)
    assert (facts.width, facts.height) == (width, HEIGHT)
    shown = first_picture(content)
    assert shown.shape == (HEIGHT, width, 3)
    assert shown[5, width // 2 - 6].mean() > 240 > 180 > shown[5, width // 2 + 6].mean()


def test_a_turned_film_of_wide_pixels_becomes_high() -> None:
    content = bytearray(film(Fraction(4, 3)))
    a, b, c, d = MATRICES[6]
    place = content.index(b"tkhd") + 44
    content[place : place + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 0x40000000)
    facts = video_in(bytes(content))
    assert (facts.width, facts.height) == (HEIGHT, 85)
    assert first_picture(bytes(content)).shape[:2] == (85, HEIGHT)


def test_an_absurd_shape_is_not_believed() -> None:
    facts = video_in(film(Fraction(1, 200)))
    assert (facts.width, facts.height) == (WIDTH, HEIGHT)


@pytest.mark.parametrize("size", [(63, 47), (2, 2), (33, 200)])
@pytest.mark.parametrize("pixels", ["yuv444p", "yuv420p10le"])
def test_odd_sizes_and_deep_colours_are_shown(
    tmp_path: Path, size: tuple[int, int], pixels: str
) -> None:
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height = size if pixels == "yuv444p" else (64, 48)
        stream.pix_fmt = pixels
        stream.codec_context.color_trc = 16  # SMPTE ST 2084, as HDR films have it
        frame = av.VideoFrame.from_image(Image.new("RGB", size, "red"))
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    facts = video_in(file.getvalue())
    assert first_picture(file.getvalue()).shape[:2] == (facts.height, facts.width)
    if pixels == "yuv444p":
        assert (facts.width, facts.height) == size


def test_a_film_whose_size_changes_goes_on_at_the_size_asked_for() -> None:
    content = b""
    for size in ((64, 48), (128, 32)):
        file = io.BytesIO()
        with av.open(file, "w", format="mpegts") as container:
            stream = container.add_stream("mpeg2video", rate=25)
            stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
            for _ in range(5):
                picture = Image.new("RGB", size, "white")
                container.mux(stream.encode(av.VideoFrame.from_image(picture)))
            container.mux(stream.encode(None))
        content += file.getvalue()
    with open_part(source_of(io.BytesIO(content)), VideoPart(every_nth=1), (40, 40)) as part:
        shown = [part.at(index, index / 25) for index in range(10)]
    assert all(picture.shape == (40, 40, 3) and picture.mean() > 240 for picture in shown)


def test_of_several_streams_the_one_that_players_choose_is_shown() -> None:
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as container:
        streams = []
        for size, flags in (((32, 32), 0), ((64, 48), av.stream.Disposition.default)):
            stream = container.add_stream("libx264", rate=25)
            stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
            stream.disposition = flags
            streams.append(stream)
        for stream in streams:
            picture = Image.new("RGB", (stream.width, stream.height))
            container.mux(stream.encode(av.VideoFrame.from_image(picture)))
            container.mux(stream.encode(None))
    facts = video_in(file.getvalue())
    assert (facts.width, facts.height) == (64, 48)
