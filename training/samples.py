"""Sheets of a model's pictures: `python -m training.samples models/picturebook sheet.png`."""

import argparse
from pathlib import Path

import numpy as np
from diffusers import StableDiffusionPipeline
from numpy.typing import NDArray
from PIL import Image

from training.canvas import COLOURS
from training.captions import plain_caption
from training.judge import Combination, pictures_of
from training.pictures import legible
from training.scenes import SCENES
from training.things import THINGS

ROWS = [*SCENES, "white", "black"]


def main() -> None:
    """Writes a sheet with a column for every thing and a row for every scene and two colours."""
    parser = argparse.ArgumentParser(prog="python -m training.samples", description=__doc__)
    parser.add_argument("folder", help="the model's folder")
    parser.add_argument("sheet", type=Path, help="the PNG file to write")
    options = parser.parse_args()
    pipeline = StableDiffusionPipeline.from_pretrained(options.folder, safety_checker=None)
    prompts = [plain_caption(*names) for names in all_things()]
    pictures = pictures_of(pipeline, prompts, steps=12, guidance=5.0)
    Image.fromarray(sheet(pictures, columns=len(THINGS))).save(options.sheet)


def all_things() -> list[Combination]:
    """Every thing on every row's background, the colours taking turns where they can be seen."""
    chosen = []
    for row, backdrop in enumerate(ROWS):
        colours = [colour for colour in COLOURS if legible(colour, backdrop)]
        for column, thing in enumerate(THINGS):
            chosen.append((colours[(2 * row + column) % len(colours)], thing, backdrop))
    return chosen


def sheet(pictures: NDArray[np.uint8], columns: int) -> NDArray[np.uint8]:
    """(N, H, W, 3) pictures side by side, `columns` to a row; N fills the rows exactly."""
    rows = [
        np.concatenate(list(pictures[start : start + columns]), axis=1)
        for start in range(0, len(pictures), columns)
    ]
    return np.concatenate(rows)


if __name__ == "__main__":
    main()
