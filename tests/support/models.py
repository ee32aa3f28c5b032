"""Models that are all facts and no weights, for what must not load torch."""

import json
from pathlib import Path

from engine.catalogue.models import Family, Model

SD_PARTS = (
    "vae",
    "text_encoder",
    "tokenizer",
    "unet",
    "scheduler",
    "safety_checker",
    "feature_extractor",
)

_TWO_ENCODERS = ("text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2")
_PARTS = {
    Family.SD: SD_PARTS,
    Family.PIX2PIX: SD_PARTS,
    Family.SDXL: ("vae", *_TWO_ENCODERS, "unet", "scheduler"),
    Family.SD3: (
        "vae",
        *_TWO_ENCODERS,
        "text_encoder_3",
        "tokenizer_3",
        "transformer",
        "scheduler",
    ),
    Family.FLUX: ("vae", *_TWO_ENCODERS, "transformer", "scheduler"),
}
_SCHEDULERS = {
    Family.SD: "PNDMScheduler",
    Family.PIX2PIX: "EulerAncestralDiscreteScheduler",
    Family.SDXL: "EulerDiscreteScheduler",
    Family.SD3: "FlowMatchEulerDiscreteScheduler",
    Family.FLUX: "FlowMatchEulerDiscreteScheduler",
}
_SD_UNET = {
    "sample_size": 64,
    "in_channels": 4,
    "cross_attention_dim": 768,
    "block_out_channels": [320, 640, 1280, 1280],
}
_DENOISERS = {
    Family.SD: _SD_UNET,
    Family.PIX2PIX: _SD_UNET | {"in_channels": 8},
    Family.SDXL: {
        "sample_size": 128,
        "in_channels": 4,
        "cross_attention_dim": 2048,
        "block_out_channels": [320, 640, 1280],
    },
    Family.SD3: {
        "sample_size": 128,
        "patch_size": 2,
        "in_channels": 16,
        "joint_attention_dim": 4096,
    },
    Family.FLUX: {"patch_size": 1, "in_channels": 64, "joint_attention_dim": 4096},
}
"""As in the published configs: runwayml/stable-diffusion-v1-5, timbrooks/instruct-pix2pix,
stabilityai/stable-diffusion-xl-base-1.0, stabilityai/stable-diffusion-3-medium-diffusers,
black-forest-labs/FLUX.1-dev.
"""


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
        "parts": frozenset(SD_PARTS),
        "scheduler": "DDIMScheduler",
    }
    return Model(**(facts | changes))


def write_model_folder(folder: Path, family: Family = Family.SD) -> Path:
    """A folder with the JSON files of a published model of a family, and no weights."""
    index = {part: ["diffusers", "AnyClass"] for part in _PARTS[family]}
    index["scheduler"] = ["diffusers", _SCHEDULERS[family]]
    is_large = family in (Family.SD3, Family.FLUX)
    files = {
        "model_index.json": {"_class_name": family.pipeline, **index},
        f"{'transformer' if is_large else 'unet'}/config.json": _DENOISERS[family],
        "vae/config.json": {
            "block_out_channels": [128, 256, 512, 512],
            "latent_channels": 16 if is_large else 4,
        },
    }
    for name, content in files.items():
        write_json(folder / name, content)
    return folder


def write_json(file: Path, content: object) -> Path:
    """A JSON file, with the folders it lies in."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content))
    return file


def write_controlnet(folder: Path, **changes) -> Path:
    """The config of a ControlNet for Stable Diffusion 1, without weights."""
    config = {
        "_class_name": "ControlNetModel",
        "cross_attention_dim": 768,
        "block_out_channels": [320, 640, 1280, 1280],
    }
    write_json(folder / "config.json", config | changes)
    return folder


def write_adapter(folder: Path, **changes) -> Path:
    """The config of a T2I adapter for Stable Diffusion 1, without weights."""
    config = {
        "_class_name": "T2IAdapter",
        "adapter_type": "full_adapter",
        "channels": [320, 640, 1280, 1280],
        "downscale_factor": 8,
    }
    write_json(folder / "config.json", config | changes)
    return folder


def write_lora(file: Path, shapes: dict[str, list[int]]) -> Path:
    """A safetensors file with tensors of the given shapes, and nothing in them."""
    header, at = {}, 0
    for name, shape in shapes.items():
        size = 2 * shape[0] * shape[1]
        header[name] = {"dtype": "F16", "shape": shape, "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header).encode()
    file.write_bytes(len(text).to_bytes(8, "little") + text + bytes(at))
    return file
