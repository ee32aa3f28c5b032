"""How well outlines are followed, in numbers and as a sheet of pictures.

`python -m training.control_samples models/picturebook-edges docs/images/picturebook-edges.png`
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from diffusers import ControlNetModel, StableDiffusionControlNetPipeline, StableDiffusionPipeline
from numpy.typing import NDArray
from PIL import Image

from engine.media import Picture
from engine.render.preprocessing.edges import canny
from training.canvas import COLOURS
from training.captions import plain_caption
from training.outlines import Placed, mask, place
from training.samples import sheet

FIRST_UNSEEN = 10_000_000
"""Pictures that belong to seeds from here on were not learned from."""
SCALES = (0.0, 0.5, 1.0, 1.5)


def pipeline_with(
    folder: str | Path, model: str | Path = "models/picturebook"
) -> StableDiffusionControlNetPipeline:
    """The model steered by the ControlNet in a folder."""
    base = StableDiffusionPipeline.from_pretrained(model, safety_checker=None)
    return StableDiffusionControlNetPipeline.from_pipe(
        base, controlnet=ControlNetModel.from_pretrained(folder)
    )


def steered(
    pipeline: StableDiffusionControlNetPipeline,
    prompts: Sequence[str],
    outlines: Sequence[Picture],
    scale: float = 1.0,
    guidance: float = 3.0,
) -> NDArray[np.uint8]:
    """(N, 128, 128, 3) pictures in 12 steps, the k-th from the seed k, prompt and outline."""
    pipeline.set_progress_bar_config(disable=True)
    output = pipeline(
        list(prompts),
        image=[Image.fromarray(lines) for lines in outlines],
        controlnet_conditioning_scale=scale,
        num_inference_steps=12,
        guidance_scale=guidance,
        generator=[torch.Generator().manual_seed(k) for k in range(len(prompts))],
        output_type="np",
    )
    return np.asarray((output.images * 255).round(), np.uint8)


def unseen(count: int, plain: bool) -> list[Placed]:
    """Placed pictures that weren't learned from; on plain backgrounds alone if `plain`."""
    found: list[Placed] = []
    seed = FIRST_UNSEEN
    while len(found) < count:
        placed, seed = place(seed), seed + 1
        if placed.picture.thing and (placed.picture.background in COLOURS or not plain):
            found.append(placed)
    return found


def prompt_of(placed: Placed) -> str:
    """The plain wording; a shape without a name goes by a thing's."""
    return plain_caption(placed.picture.colour, placed.picture.thing, placed.picture.background)


def foreground(picture: Picture) -> NDArray[np.bool_]:
    """The pixels unlike the plain background, which is taken from the picture's border."""
    border = np.concatenate([picture[[0, -1]].reshape(-1, 3), picture[:, [0, -1]].reshape(-1, 3)])
    unlike = np.abs(picture.astype(float) - np.median(border, axis=0)).max(axis=2)
    return np.asarray(unlike > 60)


def overlap(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """Intersection over union, 0 to 1."""
    return float((one & other).sum() / max(1, (one | other).sum()))


def main() -> None:
    """Prints the mean overlap with the outlines' shapes at several scales and writes a sheet."""
    parser = argparse.ArgumentParser(prog="python -m training.control_samples", description=__doc__)
    parser.add_argument("folder", help="the ControlNet's folder")
    parser.add_argument("out", type=Path, help="the picture to write")
    parser.add_argument("--count", type=int, default=64, help="pictures to measure on")
    options = parser.parse_args()
    pipeline = pipeline_with(options.folder)
    asked = unseen(options.count, plain=True)
    wanted = [mask(placed.stencil()) for placed in asked]
    lines = [canny(placed.stencil()) for placed in asked]
    for scale in SCALES:
        drawn = steered(pipeline, [prompt_of(placed) for placed in asked], lines, scale)
        shares = [overlap(foreground(a), b) for a, b in zip(drawn, wanted, strict=True)]
        print(f"| {scale:g} | {np.mean(shares):.2f} | {np.median(shares):.2f} |")
    shown = unseen(24, plain=False)
    lines = [canny(placed.stencil()) for placed in shown]
    drawn = steered(pipeline, [prompt_of(placed) for placed in shown], lines)
    rows = [part[k : k + 8] for k in (0, 8, 16) for part in (np.stack(lines), drawn)]
    Image.fromarray(sheet(np.concatenate(rows), 8)).save(options.out, optimize=True)


if __name__ == "__main__":
    main()
