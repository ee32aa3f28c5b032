"""Prompts for those who have none yet, ready to be animated."""

import asyncio
import secrets
from fractions import Fraction

from bot.cards import PromptsCard
from bot.language import N_
from engine.configuration import Configuration
from engine.inspiration import inspire

_USUAL_FPS = Fraction(12)


class Inspiration:
    """Draws prompts that the operator's first model can draw."""

    def __init__(self, configuration: Configuration) -> None:
        self._models = configuration.catalogue.models
        self._fps = configuration.defaults.output.fps or _USUAL_FPS

    async def draw(self, topics: str) -> PromptsCard:
        """Prompts about topics; about anything where there are none."""
        model, seed = next(iter(self._models.values())), secrets.randbelow(2**32)
        prompts = await asyncio.to_thread(inspire, topics, seed, model, fps=self._fps)
        return PromptsCard(N_("How about this?"), prompts, topics=topics)
