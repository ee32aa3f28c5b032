"""What a text encoder makes of a text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.render.interpolation import slerp


@dataclass(frozen=True, slots=True)
class TextEmbedding:
    """A text's embedding: 1 × tokens × width, and where the model wants it one of the whole text.

    `pooled` is 1 × width.
    """

    tokens: Tensor
    pooled: Tensor | None = None

    def towards(self, target: "TextEmbedding", weight: float) -> "TextEmbedding":
        """The embedding `weight` of the way to `target`: every token by itself, pooled as one."""
        tokens = slerp(self.tokens, target.tokens, weight)
        if self.pooled is None or target.pooled is None:
            return TextEmbedding(tokens)
        return TextEmbedding(tokens, slerp(self.pooled, target.pooled, weight))

    def zeros(self) -> "TextEmbedding":
        """An embedding of the same shape that says nothing at all."""
        pooled = None if self.pooled is None else torch.zeros_like(self.pooled)
        return TextEmbedding(torch.zeros_like(self.tokens), pooled)


Encode = Callable[[Sequence[str]], list[TextEmbedding]]
"""Embeds texts, all to the same number of tokens. InputError for one that can't be."""
