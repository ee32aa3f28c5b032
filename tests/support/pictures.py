"""Small pictures, as files."""

import io

from PIL import Image, ImageDraw


def wave_png(width: int = 640, height: int = 160) -> bytes:
    """A picture like a sound's wave: grey bars with a few red lines."""
    picture = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(picture)
    for x in range(0, width, 4):
        reach = (x * 7919 % 100) / 100 * height / 2
        draw.line([(x, height / 2 - reach), (x, height / 2 + reach)], "grey", 2)
    for x in range(0, width, width // 8):
        draw.line([(x, 0), (x, height)], "red", 2)
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()
