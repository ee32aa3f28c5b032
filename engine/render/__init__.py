"""From a frame plan to frames, and from frames to a file: one stage a module."""

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""Height × width × 3, RGB."""
