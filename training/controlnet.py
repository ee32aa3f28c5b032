"""A ControlNet for the built-in model: `python -m training.controlnet --minutes 60`.

Zhang et al. 2023, "Adding Conditional Control to Text-to-Image Diffusion Models", section 3: a
copy of the denoiser's encoder sees the outlines too and adds to the frozen denoiser's features
through convolutions that start at zero.
"""

import argparse
import logging
import os
import random
import shutil
import tempfile
from collections.abc import Callable
from copy import deepcopy
from functools import partial
from pathlib import Path

import torch
from diffusers import ControlNetModel, StableDiffusionPipeline, UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from torch import Tensor

from training.denoiser import Denoiser, noise_scheduler
from training.denoising import velocity_error
from training.exercises import Gallery, exercises, gallery
from training.optimisation import (
    AveragedWeights,
    Budget,
    descend,
    learning_rate,
    preserving_init,
    set_learning_rate,
)

log = logging.getLogger("training.controlnet")

CARD = Path(__file__).with_name("controlnet_card.md")
PEAK_RATE = 1e-3
DECAY_FROM = 0.5
AVERAGE_DECAY = 0.995


def build(unet: UNet2DConditionModel) -> ControlNetModel:
    """A ControlNet that starts as the denoiser's encoder, without any effect yet."""
    net = ControlNetModel.from_unet(
        unet, conditioning_embedding_out_channels=(8, 16, 32, 48), load_weights_from_unet=False
    )
    known = unet.state_dict()
    # The denoiser's time embedding is narrower than a ControlNet's, which is always four times as
    # wide as its first block: the new inputs start at zero, the new outputs as copies.
    net.load_state_dict(
        {
            name: _widened(known[name], value) if name in known else value
            for name, value in net.state_dict().items()
        }
    )
    preserving_init(net.controlnet_cond_embedding, zero=lambda name: False)
    net.set_attn_processor(AttnProcessor())
    return net.to(memory_format=torch.channels_last)


def _widened(weights: Tensor, like: Tensor) -> Tensor:
    rows = torch.arange(len(like)) % len(weights)
    wide = torch.zeros_like(like)
    if like.ndim == 1:
        return weights[rows]
    wide[:, : weights.shape[1]] = weights[rows]
    return wide


def controlled(
    base: Denoiser,
    net: ControlNetModel,
    outlines: Tensor,
    noisy: Tensor,
    times: Tensor,
    text: Tensor,
) -> Tensor:
    """The predicted v of the denoiser as the ControlNet steers it; see `Denoiser.__call__`."""
    noisy = noisy.contiguous(memory_format=torch.channels_last)
    with torch.autocast("cpu", torch.bfloat16):
        down, middle = net(noisy, times, text, controlnet_cond=outlines, return_dict=False)
        predicted: Tensor = base.unet(
            noisy,
            times,
            text,
            down_block_additional_residuals=down,
            mid_block_additional_residual=middle,
        ).sample
    return predicted.float()


def train(
    pipeline: StableDiffusionPipeline,
    pictures: Gallery,
    seconds: float,
    keep: Callable[[ControlNetModel], None],
    keep_every: float = 150,
    seed: int = 0,
) -> None:
    """Trains a ControlNet on the gallery for `seconds`, the pipeline's own parts left as they are.

    `keep` is called with the averaged weights in place every `keep_every` seconds and at the end.
    """
    torch.manual_seed(seed)
    base = Denoiser(
        pipeline.text_encoder.requires_grad_(False), pipeline.unet.requires_grad_(False)
    )
    base.unet.set_attn_processor(AttnProcessor())
    base.unet.to(memory_format=torch.channels_last)
    net, scheduler = build(base.unet), noise_scheduler()
    optimiser = torch.optim.AdamW(
        net.parameters(), PEAK_RATE, betas=(0.9, 0.99), weight_decay=1e-3, fused=True
    )
    average, budget = AveragedWeights(net.parameters(), AVERAGE_DECAY), Budget(seconds)
    kept, mean = 0, 1.0
    for step, task in enumerate(
        exercises(pictures, pipeline.tokenizer, budget, random.Random(seed))
    ):
        set_learning_rate(
            optimiser, learning_rate(PEAK_RATE, budget.progress, step, 100, DECAY_FROM)
        )
        steered = partial(controlled, base, net, task.outlines)
        error = velocity_error(steered, scheduler, task.latents, base.embeddings(task.tokens))
        descend(optimiser, error)
        average.update()
        mean += 0.01 * (error.item() - mean)
        if step % 50 == 0:
            log.info("controlnet step %d, %.0f %%: error %.4f", step, 100 * budget.progress, mean)
        if budget.progress * seconds > (kept + 1) * keep_every:
            kept += 1
            with average.applied():
                keep(net)
    with average.applied():
        keep(net)


def write(folder: Path, net: ControlNetModel) -> None:
    """Saves the ControlNet in half precision with its card; `folder` is there as a whole or not."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".") as scratch:
        new = Path(scratch) / "new"
        deepcopy(net).half().save_pretrained(new)
        shutil.copy(CARD, new / "README.md")
        if folder.exists():
            folder.rename(Path(scratch) / "old")
        new.rename(folder)


def main() -> None:
    """Trains a ControlNet for the built-in model, saving it every few minutes."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    parser = argparse.ArgumentParser(prog="python -m training.controlnet", description=__doc__)
    parser.add_argument("--model", type=Path, default=Path("models/picturebook"))
    parser.add_argument("--out", type=Path, default=Path("models/picturebook-edges"))
    parser.add_argument("--minutes", type=float, default=60, help="time to train for")
    parser.add_argument("--pictures", type=int, default=12_000, help="pictures to learn from")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    pipeline = StableDiffusionPipeline.from_pretrained(options.model, safety_checker=None)
    pictures = gallery(pipeline, options.pictures)
    train(pipeline, pictures, options.minutes * 60, partial(write, options.out))


if __name__ == "__main__":
    main()
