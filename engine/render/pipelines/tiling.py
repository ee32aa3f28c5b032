"""An autoencoder that works in overlapping tiles, for less memory.

diffusers blends each tile into the next over a quarter of its side, so there is no edge; but
normalisation and attention see one tile at a time, and tones differ a little from the whole's: the
more the smaller a tile is. At 512×512 with the built-in model, tiles of 256 change pixels by 3 of
255 on average, and a last tile of only 32 its edge of the picture by 9; so narrow ones are avoided.
"""

from types import TracebackType
from typing import Any, Self

from diffusers import DiffusionPipeline

from engine.render.noise import pixels_per_latent

_LEAST = 256
"""Pixels of a tile's side, and no fewer unless the autoencoder's own tiles have."""

_SETTINGS = ("use_tiling", "tile_sample_min_size", "tile_latent_min_size")


class Tiling:
    """The tiles of a model's autoencoder; at the end of its block they are as at the beginning."""

    def __init__(self, base: DiffusionPipeline) -> None:
        self._scale = pixels_per_latent(base)
        self._vae: Any = getattr(base, "vae", None)
        self._before = {
            name: getattr(self._vae, name) for name in _SETTINGS if hasattr(self._vae, name)
        }

    def finer(self, width: int, height: int) -> bool:
        """Draw pictures of that many pixels in tiles, of half the side that was drawn at once.

        False where they are as small as they may be, or the autoencoder can't.
        """
        if len(self._before) < len(_SETTINGS):  # those of videos have other names for them
            return False
        vae, sides = self._vae, (width // self._scale, height // self._scale)
        at_once = min(max(sides), vae.tile_latent_min_size) if vae.use_tiling else max(sides)
        least = min(self._before["tile_latent_min_size"], _LEAST // self._scale)
        side = _tile_side(max(least, at_once // 2, 4), *sides)
        if side >= at_once:
            return False
        vae.tile_latent_min_size, vae.tile_sample_min_size = side, side * self._scale
        vae.enable_tiling()
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for name, value in self._before.items():
            setattr(self._vae, name, value)


def _tile_side(most: int, *sides: int) -> int:
    """The side of a tile in latents: about `most`, so that the last tile of a row isn't narrow."""

    def narrowest(tile: int) -> int:
        step = tile * 3 // 4  # as diffusers overlaps them
        return min(1 + (side - 1) % step for side in sides)

    # Multiples of 4, as else diffusers' quarters don't come out even.
    return max(range(most // 4 * 4, most * 3 // 4 - 1, -4), key=narrowest)
