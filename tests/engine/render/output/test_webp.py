from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.groups.output import Format
from engine.render.output.encoders import open_encoder
from engine.render.output.webp import WebpEncoder


@pytest.mark.parametrize("fps", [Fraction(12), Fraction(30000, 1001), Fraction(60)])
def test_every_frame_comes_on_at_its_time_to_the_millisecond(tmp_path: Path, fps: Fraction) -> None:
    path = tmp_path / "a.webp"
    with open_encoder(path, Format.WEBP, fps, 32, 32) as encoder:
        for number in range(25):
            encoder.add(np.full((32, 32, 3), 10 * number, np.uint8))
    with Image.open(path) as image:
        assert image.info["loop"] == 0  # for ever
        assert image.n_frames == 25
        for number in range(25):
            image.seek(number)
            image.load()
            assert image.info["timestamp"] == pytest.approx(float(number / fps * 1000), abs=0.51)
            assert image.info["duration"] == pytest.approx(float(1 / fps * 1000), abs=1)


@pytest.mark.parametrize("count", [1, 2, 13, 60])
@pytest.mark.parametrize(
    "fps", [Fraction(12), Fraction(10), Fraction(24), Fraction(30000, 1001), Fraction(60)]
)
@pytest.mark.parametrize("every", [1, 2])
def test_the_animation_keeps_its_length(
    tmp_path: Path, fps: Fraction, count: int, every: int
) -> None:
    path = tmp_path / "a.webp"
    with WebpEncoder(path, fps, 32, 32, every=every) as encoder:
        for number in range(count):
            encoder.add(np.full((32, 32, 3), 4 * number, np.uint8))
        encoder.finish()
    total = 0
    with Image.open(path) as image:
        assert image.n_frames == -(-count // every)
        for number in range(image.n_frames):
            image.seek(number)
            image.load()
            total += image.info["duration"]
    assert total == pytest.approx(float(count / fps * 1000), abs=0.51)


def test_the_file_says_its_own_length(tmp_path: Path) -> None:
    """A RIFF file's bytes 4 to 8: its length without the first 8."""
    path = tmp_path / "a.webp"
    with open_encoder(path, Format.WEBP, Fraction(12), 33, 31) as encoder:
        for number in range(3):
            encoder.add(np.random.default_rng(number).integers(0, 256, (31, 33, 3), np.uint8))
    content = path.read_bytes()
    assert int.from_bytes(content[4:8], "little") == len(content) - 8
