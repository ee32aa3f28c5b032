"""Small pictures of a frame, to show while the rest is made."""

import io

from PIL import Image

from engine.media import Picture

LONGEST_SIDE = 512
LARGEST_FILE = 100_000
"""Bytes."""
QUALITIES = (80, 60, 40, 20)


def preview_webp(frame: Picture) -> bytes:
    """The frame as a WebP picture of at most 100 KB, no side over 512 pixels."""
    image = Image.fromarray(frame)
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    while True:
        for quality in QUALITIES:
            content = io.BytesIO()
            image.save(content, "WEBP", quality=quality)
            if content.tell() <= LARGEST_FILE:
                return content.getvalue()
        image.thumbnail((image.width // 2, image.height // 2))
