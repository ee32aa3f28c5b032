"""The pictures, sounds and films that users send, decoded; no torch."""

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""Height × width × 3, RGB."""
