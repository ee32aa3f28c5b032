"""How pictures are turned to be upright, numbered 1 to 8 as in EXIF (CIPA DC-008, 4.6.4 A)."""

import struct

import numpy as np
from numpy.typing import NDArray

ROTATIONS = {3: 180, 4: 180, 5: 270, 6: 90, 7: 90, 8: 270}
"""Degrees clockwise by which they are turned; 2, 4, 5 and 7 are mirrored before."""
_UPRIGHT = 1
_NUMBERS = {
    (False, True, False): 2,
    (False, True, True): 3,
    (False, False, True): 4,
    (True, False, False): 5,
    (True, True, False): 6,
    (True, True, True): 7,
    (True, False, True): 8,
}
"""By whether rows become columns, and then left becomes right, and top becomes bottom."""
_STEPS = {number: steps for steps, number in _NUMBERS.items()}


def orientation_of(matrix: bytes) -> int:
    """The orientation that a film's matrix means (ISO 14496-12, 6.2.2), to a quarter turn."""
    a, b, _, c, d = struct.unpack_from("=5i", matrix)
    if abs(a) + abs(d) >= abs(b) + abs(c):
        return _NUMBERS.get((False, a < 0, d < 0), _UPRIGHT)
    return _NUMBERS[True, c < 0, b < 0]


def turned(pixels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """A picture, height × width × channels, turned upright."""
    swaps, flips_columns, flips_rows = _STEPS.get(orientation, (False, False, False))
    if swaps:
        pixels = pixels.transpose(1, 0, 2)
    if flips_columns:
        pixels = pixels[:, ::-1]
    return pixels[::-1] if flips_rows else pixels
