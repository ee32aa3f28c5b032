"""Still and moving images are shown as other programs show them."""

import io

import numpy as np
import pytest
from PIL import Image, ImageOps

from engine.media.decoding.clip import open_clip
from engine.media.decoding.orientation import ROTATIONS
from engine.media.decoding.pictures import read_image
from engine.media.decoding.source import source_of
from tests.engine.media.clips import numbered
from tests.engine.media.decoding.looking import look_at, quarters, video_in


@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "tiff", "avif"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_turned_and_mirrored_as_its_camera_was_held(
    ending: str, orientation: int
) -> None:
    file, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = orientation
    photo = Image.fromarray(quarters())
    Image.init()
    photo.save(file, Image.EXTENSION[f".{ending}"], exif=exif)
    facts = look_at(file.getvalue()).image
    assert facts
    photo.getexif()[0x0112] = orientation
    expected = np.asarray(ImageOps.exif_transpose(photo))
    assert (facts.height, facts.width) == expected.shape[:2]
    assert facts.rotation == ROTATIONS.get(orientation, 0)
    shown = read_image(source_of(file), (facts.width, facts.height))
    assert np.abs(shown.astype(int) - expected).mean() < 4


@pytest.mark.parametrize(
    ("kind", "white", "form"),
    [
        *((np.uint16, 65535, "PNG"), (np.uint16, 65535, "TIFF"), (np.int32, 65535, "TIFF")),
        *((np.float32, 1, "TIFF"), (np.float32, 255, "TIFF")),
    ],
)
def test_a_depth_map_of_more_than_8_bits_keeps_its_greys(kind: type, white: int, form: str) -> None:
    file = io.BytesIO()
    ramp = np.tile(np.linspace(0, white, 64).astype(kind), (48, 1))
    Image.fromarray(ramp).save(file, form)
    shown = read_image(source_of(file), (64, 48))
    levels = [int(level) for level in shown[24, ::16, 0]]
    assert levels == pytest.approx([0, 64, 129, 194], abs=2)


@pytest.mark.parametrize(("ending", "delay"), [("gif", 0), ("gif", 10), ("webp", 0), ("webp", 10)])
def test_an_animation_without_speed_has_the_one_that_browsers_give_it(
    ending: str, delay: int
) -> None:
    file = io.BytesIO()
    first, *others = [Image.fromarray(numbered(number)) for number in range(6)]
    first.save(file, ending, save_all=True, append_images=others, duration=delay, loop=0)
    facts = video_in(file.getvalue())
    assert (facts.frames, facts.fps) == (6, 10)
    with open_clip(source_of(file)) as clip:
        times = [frame.time for frame in clip.frames]
    assert times == pytest.approx([0, 0.1, 0.2, 0.3, 0.4, 0.5], abs=0.02)


def test_an_avif_sequence_is_its_first_picture() -> None:
    file = io.BytesIO()
    first, second = Image.new("RGB", (64, 48), "red"), Image.new("RGB", (64, 48), "blue")
    first.save(file, "AVIF", save_all=True, append_images=[second])
    facts = look_at(file.getvalue())
    assert facts.kind == "image"
    assert read_image(source_of(file), (64, 48))[0, 0, 0] > 240
