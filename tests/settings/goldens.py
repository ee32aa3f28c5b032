"""The strips in the documentation, which are what renders are held to."""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from engine.media import Picture
from tests.settings.scenes import SCENES, Scene
from tests.settings.strips import as_png, likeness, stacked, unstacked
from tests.settings.studio import Studio

FOLDER = Path(__file__).parents[2] / "docs" / "images" / "settings"
LEAST_PSNR = 30.0
LEAST_SSIM = 0.88
"""What a row must have to be the documented one: above what another value of the setting makes of
it (28 dB at most), below what a strip's palette leaves of it (33.9 dB and 0.909 at least).

Machines hardly count beside that. Rows computed without AVX (ATEN_CPU_CAPABILITY=default,
ONEDNN_MAX_CPU_ISA=SSE41, MKL_CBWR=COMPATIBLE), or with AVX2 on four threads, differ from those of
AVX-512 on one by 56 dB and 0.999 at worst: matched colours; by 64 dB in motion, else by 70 or more.
"""


def golden_file(setting: str) -> Path:
    """Where a setting's strip is."""
    return FOLDER / f"{setting}.png"


def golden_rows(scene: Scene, like: Sequence[Picture]) -> list[Picture]:
    """The rows of a scene's strip, cut where those of `like` would be."""
    with Image.open(golden_file(scene.setting)) as image:
        strip = np.asarray(image.convert("RGB"))
    return unstacked(strip, [row.shape for row in like])


def is_alike(first: Picture, second: Picture) -> bool:
    """Whether two rows are the same picture, computed on different machines."""
    psnr, ssim = likeness(first, second)
    return psnr >= LEAST_PSNR and ssim >= LEAST_SSIM


def renew_goldens(studio: Studio) -> None:
    """Write the strips that have changed, or have no file yet; remove those without a scene."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for scene in SCENES:
        rows, file = studio.rows(scene), golden_file(scene.setting)
        if file.exists() and all(map(is_alike, rows, golden_rows(scene, rows))):
            continue
        file.write_bytes(as_png(stacked(rows)))
        sys.stdout.write(f"{file.name} written\n")
    for file in set(FOLDER.glob("*.png")) - {golden_file(scene.setting) for scene in SCENES}:
        file.unlink()
