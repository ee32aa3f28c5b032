from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.render.output import open_encoder
from engine.settings import Format


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
    assert min(times[:-1]) >= 2
    assert len(times) < 60


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
