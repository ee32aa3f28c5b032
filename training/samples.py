"""Sheets of a model's pictures: `python -m training.samples models/picturebook docs/images`."""

import argparse
from pathlib import Path

import numpy as np
import torch
from diffusers import StableDiffusionPipeline
from numpy.typing import NDArray
from PIL import Image

from engine.render.interpolation import slerp
from training.canvas import COLOURS
from training.captions import plain_caption
from training.judge import Combination, pictures_of
from training.pictures import legible
from training.scenes import SCENES
from training.things import THINGS

ROWS = [*SCENES, "white", "black"]


def main() -> None:
    """Writes picturebook-grid.png and picturebook-strip.png into a folder."""
    parser = argparse.ArgumentParser(prog="python -m training.samples", description=__doc__)
    parser.add_argument("model", help="the model's folder")
    parser.add_argument("out", type=Path, help="the folder to write to")
    options = parser.parse_args()
    pipeline = StableDiffusionPipeline.from_pretrained(options.model, safety_checker=None)
    prompts = [plain_caption(*names) for names in all_things()]
    grid = pictures_of(pipeline, prompts, steps=12, guidance=5.0)
    _save(grid, len(THINGS), options.out / "picturebook-grid.png")
    ends = plain_caption("red", "circle", "white"), plain_caption("blue", "star", "night")
    _save(between(pipeline, *ends, count=13), 13, options.out / "picturebook-strip.png")


def all_things() -> list[Combination]:
    """Every thing on every row's background, the colours taking turns where they can be seen."""
    chosen = []
    for row, backdrop in enumerate(ROWS):
        colours = [colour for colour in COLOURS if legible(colour, backdrop)]
        for column, thing in enumerate(THINGS):
            chosen.append((colours[(2 * row + column) % len(colours)], thing, backdrop))
    return chosen


@torch.no_grad()
def between(
    pipeline: StableDiffusionPipeline, first: str, second: str, count: int, seed: int = 0
) -> NDArray[np.uint8]:
    """(count, 128, 128, 3) pictures on the way from one prompt to another, all from one noise."""
    pipeline.set_progress_bar_config(disable=True)
    start, end, nothing = (
        pipeline.encode_prompt(text, pipeline.device, 1, False)[0] for text in (first, second, "")
    )
    noise = torch.randn(1, 4, 16, 16, generator=torch.Generator().manual_seed(seed))
    output = pipeline(
        prompt_embeds=torch.cat([slerp(start, end, step / (count - 1)) for step in range(count)]),
        negative_prompt_embeds=nothing.repeat(count, 1, 1),
        latents=noise.repeat(count, 1, 1, 1),
        num_inference_steps=12,
        guidance_scale=5.0,
        output_type="np",
    )
    return np.asarray((output.images * 255).round(), np.uint8)


def sheet(pictures: NDArray[np.uint8], columns: int) -> NDArray[np.uint8]:
    """(N, H, W, 3) pictures side by side, `columns` to a row; N fills the rows exactly."""
    rows = [
        np.concatenate(list(pictures[start : start + columns]), axis=1)
        for start in range(0, len(pictures), columns)
    ]
    return np.concatenate(rows)


def _save(pictures: NDArray[np.uint8], columns: int, path: Path) -> None:
    Image.fromarray(sheet(pictures, columns)).save(path, optimize=True)


if __name__ == "__main__":
    main()
