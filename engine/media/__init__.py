"""The pictures, sounds and films that users send, decoded in a confined process; no torch."""

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""Height × width × 3, RGB."""

Samples = NDArray[np.float32]
"""Sound: 2 channels × samples, −1 … 1."""
RATE = 48_000
"""Samples a second; other rates are converted."""
LAYOUT = "stereo"
