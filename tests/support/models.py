"""Models that are all facts and no weights, for what must not load torch."""

import json
from pathlib import Path

from engine.models import Model


def model_facts(**changes) -> Model:
    """The facts of a small model, as `read_model` would find them."""
    facts = {
        "name": "small",
        "folder": Path("models/small"),
        "width": 128,
        "height": 128,
        "multiple": 8,
        "latent_channels": 4,
        "steps": 12,
        "guidance_scale": 5.0,
        "revision": "1",
    }
    return Model(**(facts | changes))


def write_model_folder(folder: Path) -> Path:
    """A folder whose JSON files are those of a Stable Diffusion model of 64×64 latents."""
    files = {
        "model_index.json": {"_class_name": "StableDiffusionPipeline"},
        "unet/config.json": {"sample_size": 64, "in_channels": 4},
        "vae/config.json": {"block_out_channels": [128, 256, 512, 512]},
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps(content))
    return folder
