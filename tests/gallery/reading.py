"""What tests put into drawn pages and read out of them."""

import html
import io
import re

from PIL import Image

HOSTILE = "</pre><script>alert(1)</script> <img src=x onerror=alert(1)> \" ' & `**"


def picture(colour: str) -> bytes:
    """A WebP picture of one colour."""
    file = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(file, "webp")
    return file.getvalue()


def words(markup: str) -> str:
    """What a reader reads."""
    body = markup.partition("<body>")[2] or markup
    return html.unescape(re.sub(r"<[^>]+>", "", body))
