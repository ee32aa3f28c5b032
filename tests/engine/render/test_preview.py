import io

import numpy as np
import pytest
from PIL import Image

from engine.render.preview import preview_webp


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [(128, 128, (128, 128)), (1024, 512, (512, 256)), (300, 900, (171, 512))],
)
def test_no_side_is_longer_than_512(width: int, height: int, expected: tuple[int, int]) -> None:
    content = preview_webp(np.full((height, width, 3), (200, 120, 40), np.uint8))
    with Image.open(io.BytesIO(content)) as image:
        assert (image.format, image.size) == ("WEBP", expected)
        colour = np.asarray(image).mean(axis=(0, 1))
    assert colour == pytest.approx((200, 120, 40), abs=4)


def test_the_worst_picture_is_at_most_100_kilobytes() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (1024, 1024, 3), np.uint8)
    assert 10_000 < len(preview_webp(noise)) <= 100_000
