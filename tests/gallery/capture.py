"""Pages as PNG pictures, by a real browser."""

import base64
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from selenium import webdriver

from tests.support.browser import open_browser

SCALE = 2
"""Pixels of a picture for a pixel of Discord's."""
LARGEST = 150_000
"""Bytes of a picture's file."""
_WIDTH = 800
_PALETTES = 256, 192, 128, 96, 64


class Camera:
    """A browser that pictures pages; `folder` is for the pages."""

    def __init__(self, driver: webdriver.Chrome, folder: Path) -> None:
        self._driver = driver
        self._page = folder / "page.html"

    def png(self, page: str) -> bytes:
        """A picture of what is drawn on a page, cut out; no larger than LARGEST."""
        self._page.write_text(page)
        self._driver.get(self._page.as_uri())
        # As much room on the right and below as on the left and above.
        width, height = self._driver.execute_script(
            "const drawn = document.getElementById('drawn').getBoundingClientRect();"
            "return [drawn.left + drawn.right, drawn.top + drawn.bottom].map(Math.ceil)"
        )
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": SCALE}
        taken = self._driver.execute_cdp_cmd(
            "Page.captureScreenshot", {"clip": clip, "captureBeyondViewport": True}
        )
        return _reduced(base64.b64decode(taken["data"]))


@contextmanager
def open_camera(folder: Path) -> Iterator[Camera]:
    """A camera, with all that it needs in `folder`."""
    with open_browser(folder / "browser", width=_WIDTH, dark=True) as driver:
        yield Camera(driver, folder)


def _reduced(png: bytes) -> bytes:
    """The picture with as many colours as fit into LARGEST bytes."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in _PALETTES:
        file = io.BytesIO()
        reduced = picture.quantize(colours, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        reduced.save(file, "png", optimize=True)
        if file.tell() <= LARGEST:
            return file.getvalue()
    raise ValueError(f"a picture of {picture.size} does not fit into {LARGEST} bytes")
