"""Puts the trained parts together as a diffusers folder that any program can load."""

import copy
import json
import shutil
import tempfile
from pathlib import Path

from diffusers import AutoencoderKL, StableDiffusionPipeline
from transformers import CLIPTokenizer

from training.captions import vocabulary
from training.denoiser import Denoiser, noise_scheduler

CARD = Path(__file__).with_name("model_card.md")


def write(
    folder: Path, autoencoder: AutoencoderKL, tokenizer: CLIPTokenizer, denoiser: Denoiser
) -> None:
    """Saves the parts in half precision, with the model's card and vocabulary.

    `folder` is replaced as a whole, so that nobody loads half a model.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".") as scratch:
        new = Path(scratch) / "new"
        _pipeline(autoencoder, tokenizer, denoiser).save_pretrained(new)
        _load_in_single_precision(new / "text_encoder" / "config.json")
        shutil.copy(CARD, new / "README.md")
        _write_json(new / "vocabulary.json", vocabulary())
        if folder.exists():
            folder.rename(Path(scratch) / "old")
        new.rename(folder)


def _pipeline(
    autoencoder: AutoencoderKL, tokenizer: CLIPTokenizer, denoiser: Denoiser
) -> StableDiffusionPipeline:
    """Copies of the parts in half precision; no safety checker, as it only ever saw shapes."""
    return StableDiffusionPipeline(
        vae=copy.deepcopy(autoencoder).half(),
        text_encoder=copy.deepcopy(denoiser.text_encoder).half(),
        tokenizer=tokenizer,
        unet=copy.deepcopy(denoiser.unet).half(),
        scheduler=noise_scheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def _load_in_single_precision(config: Path) -> None:
    """Has the text encoder load like the other parts where no precision is asked for."""
    _write_json(config, json.loads(config.read_text(encoding="utf-8")) | {"dtype": "float32"})


def _write_json(path: Path, data: dict[str, object]) -> None:
    path.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
