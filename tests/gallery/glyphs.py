"""Chinese characters as small pictures: OpenCV brings their font, which a system may lack."""

import base64
import re
from functools import cache

import cv2
import numpy as np

CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
_SIZE = 64
"""Pixels of an em."""
_HEIGHT, _BASELINE = round(1.25 * _SIZE), _SIZE


@cache
def drawn_character(character: str) -> str:
    """A character as HTML, in the colour and size of the text around it."""
    canvas = np.zeros((_HEIGHT, 2 * _SIZE, 3), np.uint8)
    font = cv2.FontFace("uni")  # WenQuanYi Micro Hei
    (end, _), drawn = cv2.putText(canvas, character, (0, _BASELINE), (255,) * 3, font, _SIZE)
    alpha = np.zeros((_HEIGHT, end, 4), np.uint8)
    alpha[..., 3] = drawn[:, :end, 0]
    picture = base64.b64encode(cv2.imencode(".png", alpha)[1].tobytes()).decode()
    return (
        f'<span class="glyph" style="width:{end / _SIZE:.3f}em;'
        f'-webkit-mask-image:url(data:image/png;base64,{picture})"></span>'
    )
