from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from engine.groups.output import Format
from engine.render.output.encoders import open_encoder
from engine.render.output.gif import GifEncoder


def delays(path: Path, count: int, fps: Fraction) -> list[int]:
    """Centiseconds of each frame of a GIF of `count` frames, as Pillow reads them."""
    with open_encoder(path, Format.GIF, fps, 32, 32) as encoder:
        for number in range(count):
            encoder.add(np.full((32, 32, 3), number, np.uint8))
    with Image.open(path) as image:
        assert image.info["loop"] == 0  # for ever
        result = []
        for number in range(image.n_frames):
            image.seek(number)
            result.append(image.info["duration"] // 10)
        return result


def test_twelve_frames_a_second_are_eight_eight_nine(tmp_path: Path) -> None:
    assert delays(tmp_path / "a.gif", 12, Fraction(12)) == [8, 8, 9] * 4


@pytest.mark.parametrize("count", [1, 2, 5, 13, 25, 60])
@pytest.mark.parametrize("fps", [Fraction(12), Fraction(30000, 1001), Fraction(7), Fraction(60)])
def test_the_animation_keeps_its_length(tmp_path: Path, fps: Fraction, count: int) -> None:
    total = sum(delays(tmp_path / "a.gif", count, fps))
    exact = count / fps * 100
    assert exact - 1 < total <= exact


def test_no_delay_is_so_short_that_browsers_slow_it_down(tmp_path: Path) -> None:
    times = delays(tmp_path / "a.gif", 60, Fraction(60))
    assert min(times) >= 2
    assert len(times) < 60


@pytest.mark.parametrize("count", range(2, 12))
def test_the_last_delay_is_no_shorter_either(tmp_path: Path, count: int) -> None:
    assert min(delays(tmp_path / "a.gif", count, Fraction(60))) >= 2


def test_what_stands_still_is_written_once(tmp_path: Path) -> None:
    still = np.random.default_rng(0).integers(0, 256, (128, 128, 3), np.uint8)

    def size(count: int) -> int:
        path = tmp_path / f"{count}.gif"
        with open_encoder(path, Format.GIF, Fraction(12), 128, 128) as encoder:
            for number in range(count):
                moving = still.copy()
                moving[60:70, 4 * number : 4 * number + 10] = 255
                encoder.add(moving)
        return path.stat().st_size

    assert size(12) < 2 * size(1)


@pytest.mark.parametrize("count", [24, 60])
def test_every_second_frame_left_out_keeps_the_length(tmp_path: Path, count: int) -> None:
    path = tmp_path / "a.gif"
    with GifEncoder(path, Fraction(30000, 1001), 32, 32, every=2) as encoder:
        for number in range(count + 1):
            encoder.add(np.full((32, 32, 3), 4 * number, np.uint8))
        encoder.finish()
    with Image.open(path) as image:
        assert image.n_frames == count // 2 + 1
        total = 0
        for number in range(image.n_frames):
            image.seek(number)
            assert np.asarray(image.convert("RGB")).mean() == pytest.approx(8 * number, abs=4)
            total += image.info["duration"]
    assert total == pytest.approx((count + 1) * 1001 / 30, abs=10)


@pytest.mark.parametrize("tolerance", [0, 20])
def test_no_pixel_is_further_from_its_colour_than_the_tolerance(
    tmp_path: Path, tolerance: int
) -> None:
    """A slow fade, each step below the tolerance: what is left alone must not pile up."""
    path = tmp_path / "a.gif"
    with GifEncoder(path, Fraction(12), 64, 64, tolerance=tolerance) as encoder:
        for number in range(40):
            encoder.add(np.full((64, 64, 3), 6 * number, np.uint8))
        encoder.finish()
    with Image.open(path) as image:
        for number in range(image.n_frames):
            image.seek(number)
            error = np.abs(np.asarray(image.convert("RGB")).astype(int) - 6 * number)
            assert error.max() <= tolerance + 4  # and what the palette is off


def test_another_program_reads_it_alike(tmp_path: Path) -> None:
    """FFmpeg decodes what Pillow encoded, also where only parts of frames are written."""
    pictures = []
    for number in range(30):
        picture = np.full((40, 60, 3), (30, 60, 90), np.uint8)
        picture[5:15, number : number + 10] = (250, 200, 0)
        pictures.append(picture)
    path = tmp_path / "a.gif"
    with open_encoder(path, Format.GIF, Fraction(12), 60, 40) as encoder:
        for picture in pictures:
            encoder.add(picture)
    with av.open(path) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(frames) == 30
    for frame, picture in zip(frames, pictures, strict=True):
        assert np.abs(frame.astype(int) - picture).max() <= 2


def test_segments_have_their_own_palettes(tmp_path: Path) -> None:
    """Two runs of frames with 256 colours each, none in common: all come back."""
    first = np.arange(256, dtype=np.uint8).reshape(16, 16)
    reds = np.stack([first, np.zeros_like(first), np.zeros_like(first)], axis=-1)
    blues = reds[..., ::-1]
    path = tmp_path / "a.gif"
    with open_encoder(path, Format.GIF, Fraction(12), 16, 16) as encoder:
        for picture in [reds] * 12 + [blues] * 12:
            encoder.add(np.ascontiguousarray(picture))
    with Image.open(path) as image:
        for number, picture in [(0, reds), (11, reds), (12, blues), (23, blues)]:
            image.seek(number)
            assert np.abs(np.asarray(image.convert("RGB")).astype(int) - picture).max() <= 4
