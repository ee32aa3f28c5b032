"""The whole chain in one command: `python -m training --minutes 110 --out models/picturebook`."""

import argparse
import logging
import os
from pathlib import Path

import numpy as np
import torch
from diffusers import StableDiffusionPipeline

from training import assemble, autoencoder, captions, denoiser, denoising, judge, latents, tokenizer
from training.blends import render_blend, sample_blend
from training.lessons import BLENDS, Library
from training.pictures import combinations, render, sample

log = logging.getLogger("training")

AUTOENCODER_PICTURES = 24_000
AUTOENCODER_SHARE, DECODER_SHARE, DENOISER_SHARE = 0.23, 0.07, 0.7
"""Shares of the time."""


def main() -> None:
    """Trains a model, saving it every five minutes, and says how well it does."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    options = _options()
    torch.set_num_threads(options.threads)
    make(options.out, options.pictures, options.minutes * 60)
    pipeline = StableDiffusionPipeline.from_pretrained(options.out, safety_checker=None)
    asked = combinations(kept_for_judging=True)
    log.info("held out: %s", judge.verdict_on(asked, judge.train(300), pipeline))


def make(folder: Path, count: int, seconds: float) -> None:
    """Draws `count` pictures, trains on them for `seconds` in all, and writes the model."""
    pictures = [sample(seed) for seed in range(count)]
    mixed = [sample_blend(seed) for seed in range(max(BLENDS, count // 8))]
    drawn = np.stack([render(picture) for picture in pictures])
    drawn_mixed = np.stack([render_blend(blend) for blend in mixed])
    log.info("drew %d pictures and %d blends", len(drawn), len(drawn_mixed))
    coder = autoencoder.train(drawn[:AUTOENCODER_PICTURES], seconds * AUTOENCODER_SHARE)
    latents.whiten(coder, drawn[:2048])
    codes, mixed_codes = (latents.encoded(coder, kind).half() for kind in (drawn, drawn_mixed))
    sources = [(codes, drawn), (mixed_codes, drawn_mixed)]
    autoencoder.train_decoder(coder, sources, seconds * DECODER_SHARE)
    library = Library(pictures, codes, mixed, mixed_codes)
    words = tokenizer.build(captions.words())

    def keep(model: denoiser.Denoiser) -> None:
        assemble.write(folder, coder, words, model)

    denoising.train(library, words, seconds * DENOISER_SHARE, keep)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--minutes", type=float, default=110, help="time to train for")
    parser.add_argument("--out", type=Path, default=Path("models/picturebook"))
    parser.add_argument("--pictures", type=int, default=40_000, help="pictures to learn from")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
