from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.render.output import open_encoder
from engine.settings import Format


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
