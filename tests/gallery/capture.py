"""A page of `tests.gallery.page` as a picture."""

import base64
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

from PIL import Image
from selenium import webdriver

_COLOURS = 200
_SCALE = 2


def capture(driver: webdriver.Chrome, page: str, target: Path) -> None:
    """Write the page's message or form to `target` (PNG), at twice the size, in few colours."""
    driver.get("data:text/html;charset=utf-8," + quote(page))
    box = driver.execute_script(
        "const b = document.getElementById('shot').getBoundingClientRect();"
        "return {x: b.x, y: b.y, width: b.width, height: b.height}"
    )
    shot = driver.execute_cdp_cmd(
        "Page.captureScreenshot",
        {"clip": {**box, "scale": _SCALE}, "captureBeyondViewport": True},
    )
    with Image.open(BytesIO(base64.b64decode(shot["data"]))) as picture:
        few = picture.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
        target.parent.mkdir(parents=True, exist_ok=True)
        few.save(target, optimize=True)
