"""Measures whether pictures show what their prompts say.

A classifier learns from the same renderer to name a picture's thing, colour and background, and is
then asked about pictures of combinations that the model never learned from.
`python -m training.judge FOLDER` prints its verdicts for several numbers of steps and guidances.
"""

import argparse
import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass

import numpy as np
import torch
from diffusers import StableDiffusionPipeline
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from training.autoencoder import to_tensor
from training.canvas import COLOURS
from training.captions import plain_caption
from training.optimisation import Budget, learning_rate, set_learning_rate
from training.pictures import Picture, combinations, render
from training.scenes import BACKGROUNDS
from training.things import THINGS

Combination = tuple[str, str, str]
COLOUR_NAMES, THING_NAMES = list(COLOURS), list(THINGS)
BATCH = 64
PEAK_RATE = 2e-3


@dataclass(frozen=True)
class Verdict:
    """Shares of pictures (0 to 1) with the right colour, thing, background, and all three."""

    colour: float
    thing: float
    background: float
    everything: float


class Judge(nn.Module):
    """Names the colour, thing and background of pictures of one thing."""

    def __init__(self) -> None:
        super().__init__()
        widths = [3, 24, 48, 96, 128]
        blocks = [_block(*pair) for pair in itertools.pairwise(widths)]
        self.features = nn.Sequential(nn.AvgPool2d(2), *blocks, nn.Flatten())
        self.sizes = [len(COLOUR_NAMES), len(THING_NAMES), len(BACKGROUNDS)]
        self.head = nn.Linear(widths[-1] * 16, sum(self.sizes))

    def forward(self, pictures: Tensor) -> tuple[Tensor, ...]:
        """Scores of colours, things and backgrounds for an (N, 3, 128, 128) batch from -1 to 1."""
        scores: Tensor = self.head(self.features(pictures))
        return torch.split(scores, self.sizes, dim=1)

    @torch.no_grad()
    def names(self, pictures: NDArray[np.uint8]) -> list[Combination]:
        """What (N, 128, 128, 3) pictures show, in words."""
        scores = self(to_tensor(pictures))
        best = torch.stack([part.argmax(dim=1) for part in scores], dim=1).tolist()
        return [(COLOUR_NAMES[c], THING_NAMES[t], BACKGROUNDS[b]) for c, t, b in best]


def _block(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride=2, padding=1),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
        nn.Conv2d(outputs, outputs, 3, padding=1),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )


def train(seconds: float, seed: int = 0) -> Judge:
    """A judge trained for `seconds` on fresh pictures, some softened or noisy."""
    torch.manual_seed(seed)
    judge = Judge()
    optimiser = torch.optim.AdamW(judge.parameters(), PEAK_RATE, weight_decay=1e-2)
    budget = Budget(seconds)
    for step, (pictures, answers) in enumerate(_lessons(budget, random.Random(seed))):
        set_learning_rate(optimiser, learning_rate(PEAK_RATE, budget.progress, step, 20, 0.0))
        scores = judge(pictures)
        losses = [
            functional.cross_entropy(score, answers[:, part]) for part, score in enumerate(scores)
        ]
        optimiser.zero_grad()
        torch.autograd.backward(losses)
        optimiser.step()
    return judge.eval()


def _lessons(budget: Budget, rng: random.Random) -> Iterator[tuple[Tensor, Tensor]]:
    """Pictures of all combinations, held out or not, with the numbers of their names."""
    known = combinations(kept_for_judging=True) + combinations(kept_for_judging=False)
    while budget.progress < 1:
        chosen = rng.choices(known, k=BATCH)
        pictures = [_example(combination, rng) for combination in chosen]
        answers = [
            [COLOUR_NAMES.index(c), THING_NAMES.index(t), BACKGROUNDS.index(b)]
            for c, t, b in chosen
        ]
        yield _worn(to_tensor(np.stack(pictures)), rng), torch.tensor(answers)


def _example(combination: Combination, rng: random.Random) -> NDArray[np.uint8]:
    size = rng.choices(["", "small", "big"], [70, 15, 15])[0]
    return render(Picture(*combination, size=size, seed=rng.getrandbits(30)))


def _worn(pictures: Tensor, rng: random.Random) -> Tensor:
    """The pictures as they are, softened, or with noise: a model's are not perfectly crisp."""
    wear = rng.randrange(3)
    if wear == 0:
        return functional.interpolate(functional.avg_pool2d(pictures, 2), scale_factor=2)
    return pictures + 0.05 * torch.randn_like(pictures) if wear == 1 else pictures


def pictures_of(
    pipeline: StableDiffusionPipeline, prompts: Sequence[str], steps: int, guidance: float
) -> NDArray[np.uint8]:
    """The pipeline's (N, 128, 128, 3) pictures of prompts; prompt i starts from seed i."""
    pipeline.set_progress_bar_config(disable=True)
    parts = []
    for start in range(0, len(prompts), 16):
        group = list(prompts[start : start + 16])
        noises = [torch.Generator().manual_seed(start + place) for place in range(len(group))]
        output = pipeline(
            group,
            num_inference_steps=steps,
            guidance_scale=guidance,
            generator=noises,
            output_type="np",
        )
        parts.append((output.images * 255).round().astype(np.uint8))
    return np.concatenate(parts)


def verdict_on(
    asked: Sequence[Combination],
    judge: Judge,
    pipeline: StableDiffusionPipeline,
    steps: int = 12,
    guidance: float = 5.0,
) -> Verdict:
    """How well the pipeline does on one picture of each combination."""
    prompts = [plain_caption(*combination) for combination in asked]
    return verdict(asked, judge.names(pictures_of(pipeline, prompts, steps, guidance)))


def verdict(asked: Sequence[Combination], seen: Sequence[Combination]) -> Verdict:
    """How often what is seen is what was asked for."""
    right = np.array(asked) == np.array(seen)
    colour, thing, background = right.mean(axis=0).tolist()
    return Verdict(colour, thing, background, float(right.all(axis=1).mean()))


def main() -> None:
    """Trains a judge and prints a row of its verdicts for every setting asked for."""
    parser = argparse.ArgumentParser(prog="python -m training.judge", description=__doc__)
    parser.add_argument("folder", help="the model's folder")
    parser.add_argument("--minutes", type=float, default=5, help="time to train the judge for")
    parser.add_argument("--steps", type=int, nargs="+", default=[12])
    parser.add_argument("--guidance", type=float, nargs="+", default=[5.0])
    options = parser.parse_args()
    pipeline = StableDiffusionPipeline.from_pretrained(options.folder, safety_checker=None)
    asked = combinations(kept_for_judging=True)
    judge = train(options.minutes * 60)
    print("| steps | guidance | colour | thing | background | all three |")
    print("|---:|---:|---:|---:|---:|---:|")
    for steps, guidance in itertools.product(options.steps, options.guidance):
        shares = astuple(verdict_on(asked, judge, pipeline, steps, guidance))
        print(f"| {steps} | {guidance:g} |", " | ".join(f"{share:.1%}" for share in shares), "|")


if __name__ == "__main__":
    main()
