"""Prompts for those who have none yet: seeded, steered by topics, laid out as keyframes."""

import random
from fractions import Fraction
from pathlib import Path

from engine.catalogue.models import ModelEntry
from engine.inspiration.drawing import draw_freely
from engine.inspiration.topics import phrases_of
from engine.inspiration.vocabulary import Vocabulary

KEYFRAMES = 4


def inspire(
    topics: str, seed: int, model: ModelEntry, *, fps: Fraction, keyframes: int = KEYFRAMES
) -> str:
    """Prompts about some topics, about anything where there are none, a keyframe a line.

    The keyframes are a second apart at `fps`. A model whose folder has a vocabulary gets prompts of
    that. The same arguments give the same prompts.
    """
    rng, phrases = random.Random(seed), phrases_of(topics)  # noqa: S311 - nothing secret
    vocabulary = Vocabulary.of(Path(model.path))
    draw = vocabulary.draw if vocabulary else draw_freely
    prompts = draw(phrases, keyframes, rng)
    return "\n".join(f"{round(place * fps)}: {text}" for place, text in enumerate(prompts))
