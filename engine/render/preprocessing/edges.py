"""Edge and line drawings on OpenCV: white on black, as ControlNets were trained on.

Every constant is fixed rather than taken from the picture, so that neighbouring frames of an
animation are drawn alike and nothing flickers.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.media import Picture

LOW, HIGH = 100, 200
"""Canny's thresholds of the gradient, on which most canny ControlNets are used."""
FULL_STEP = 64.0
"""A step this much higher than texture is drawn as three quarters of white by `soft_edge`."""
TEXTURE = 12.0
"""Steps up to this height are texture or noise, and `soft_edge` leaves them out."""
STROKE, GRAIN = 10.0, 1.5
"""How much darker than around it a line must be to be drawn white, or at all, by `lineart`."""


def canny(picture: Picture, low: int = LOW, high: int = HIGH) -> Picture:
    """Edges one pixel wide (Canny 1986), each pixel judged by its most changing colour channel."""
    return _white_on_black(cv2.Canny(np.ascontiguousarray(picture), low, high))


def soft_edge(picture: Picture) -> Picture:
    """Edges as soft as a nested edge detector's (HED; Xie & Tu 2015): wide, stronger if clearer.

    The gradient at two scales, each normalised so that a step edge peaks at its own height.
    """
    sigma = max(1.0, min(picture.shape[:2]) / 256)
    pixels = picture.astype(np.float32)
    height = (_step_height(pixels, sigma) + _step_height(pixels, 2 * sigma)) / 2
    return _white_on_black(255 * np.tanh((height - TEXTURE) / FULL_STEP))


def lineart(picture: Picture) -> Picture:
    """Thin dark lines, and the dark side of edges, by a difference of Gaussians.

    (Winnemöller et al. 2012, "XDoG: An eXtended Difference-of-Gaussians Compendium", section 2.)
    """
    sigma = max(1.0, min(picture.shape[:2]) / 512)
    grey = cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2GRAY).astype(np.float32)
    darker = _blurred(grey, 1.6 * sigma) - _blurred(grey, sigma)
    return _white_on_black(255 * (darker - GRAIN) / (STROKE - GRAIN))


def _step_height(pixels: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """The largest channel's gradient, scaled so that a step of h has h at its middle."""
    smooth = _blurred(pixels, sigma)
    across, down = (cv2.Sobel(smooth, cv2.CV_32F, *axis) / 8 for axis in ((1, 0), (0, 1)))
    steepest = np.hypot(across, down).max(axis=2)
    height: NDArray[np.float32] = steepest * np.float32(sigma * np.sqrt(2 * np.pi))
    return height


def _blurred(pixels: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    blurred: NDArray[np.float32] = cv2.GaussianBlur(pixels, (0, 0), sigma)
    return blurred


def _white_on_black(strength: NDArray[np.floating] | NDArray[np.uint8]) -> Picture:
    grey = np.clip(np.rint(strength), 0, 255).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)
