"""Embeddings of weighted texts through Compel, for models that read with CLIP alone.

Stable Diffusion has one CLIP encoder; Stable Diffusion XL sets two side by side, takes their last
layer but one, and the second one's pooled embedding.
"""

import math
from collections.abc import Sequence
from typing import Any

import torch
from compel import Compel, ReturnedEmbeddingsType
from compel.prompt_parser import Blend, Conjunction, FlattenedPrompt
from diffusers import DiffusionPipeline
from torch import Tensor
from transformers import CLIPTextModel, CLIPTextModelWithProjection

from engine.errors import InputError
from engine.render.prompts.embedding import TextEmbedding
from engine.render.prompts.syntax import read, readings, unusable
from engine.render.signature import accepted

_PARTS = (("tokenizer", "text_encoder"), ("tokenizer_2", "text_encoder_2"))
_MORE = "text_encoder_3"
_MOST_WINDOWS = 3000
"""Windows of 77 tokens, of all keyframes: minutes on a CPU."""


class WeightingEncoder:
    """Embeds texts for one pipeline; calling it is an `Encode`."""

    def __init__(self, pipeline: DiffusionPipeline, clip_skip: int = 0) -> None:
        """Read with the `clip_skip` last layers left out, as pipelines understand that argument."""
        self._pools = "pooled_prompt_embeds" in accepted(pipeline)
        self._readers = [
            _Reader(tokenizer, encoder, clip_skip, before_last=self._pools)
            for tokenizer, encoder in _parts(pipeline)
        ]

    @staticmethod
    def fits(pipeline: DiffusionPipeline) -> bool:
        """Whether the pipeline reads with CLIP alone. One that may have a third encoder doesn't."""
        kinds = (CLIPTextModel, CLIPTextModelWithProjection)
        encoders = [encoder for _, encoder in _parts(pipeline)]
        clip = bool(encoders) and all(isinstance(encoder, kinds) for encoder in encoders)
        return clip and _MORE not in pipeline.components

    @staticmethod
    def most_skipped(pipeline: DiffusionPipeline) -> int:
        """How many of the last layers can be left out of the encoders that the pipeline has."""
        layers = min(encoder.config.num_hidden_layers for _, encoder in _parts(pipeline))
        return int(layers) - ("pooled_prompt_embeds" in accepted(pipeline))

    @torch.inference_mode()
    def __call__(self, texts: Sequence[str]) -> list[TextEmbedding]:
        """The texts' embeddings; InputError names one whose weighting can't be used."""
        parsed = [read(text) for text in texts]
        self._check_effort(texts, parsed)
        read_texts = [self._read(text, each) for text, each in zip(texts, parsed, strict=True)]
        longest = max((each.shape[1] for tokens, _ in read_texts for each in tokens), default=0)
        return [
            TextEmbedding(self._side_by_side(tokens, longest), pooled)
            for tokens, pooled in read_texts
        ]

    def _check_effort(self, texts: Sequence[str], parsed: Sequence[Conjunction]) -> None:
        """Refuse what would be read for hours: a long text with many words weighted below 1."""
        windows = sum(
            self._readers[0].windows(text) * readings(each)
            for text, each in zip(texts, parsed, strict=True)
        )
        if windows > _MOST_WINDOWS:
            raise InputError(
                "prompts",
                "too many words are weighted below 1 for texts so long",
                "weight fewer words, or write fewer",
            )

    def _read(self, text: str, parsed: Conjunction) -> tuple[list[Tensor], Tensor | None]:
        """What each encoder makes of a text's tokens, and the last one of all of it."""
        try:
            tokens = [reader.tokens(parsed) for reader in self._readers]
            pooled = self._readers[-1].pooled(parsed) if self._pools else None
        except Exception as error:  # of every kind, where weights make no sense
            raise unusable(text) from error
        for each in (*tokens, *([] if pooled is None else [pooled])):
            if not each.isfinite().all():
                raise unusable(text)
        return tokens, pooled

    def _side_by_side(self, tokens: Sequence[Tensor], length: int) -> Tensor:
        pairs = zip(self._readers, tokens, strict=True)
        return torch.cat([reader.lengthened(each, length) for reader, each in pairs], dim=-1)


class _Reader:
    """One text encoder; `before_last` takes its last layer but one as it is, else the last one."""

    def __init__(self, tokenizer: Any, encoder: Any, clip_skip: int, before_last: bool) -> None:
        kinds = ReturnedEmbeddingsType
        kind, skipped = kinds.LAST_HIDDEN_STATES_NORMALIZED, 0
        if before_last:
            kind, skipped = kinds.PENULTIMATE_HIDDEN_STATES_NON_NORMALIZED, clip_skip
        elif clip_skip:
            kind, skipped = kinds.PENULTIMATE_HIDDEN_STATES_NORMALIZED, clip_skip - 1
        self._tokenizer = tokenizer
        self._compel = Compel(
            tokenizer,
            _WithoutLastLayers(encoder, skipped) if skipped else encoder,
            # Long texts are embedded in several windows instead of being cut off.
            truncate_long_prompts=False,
            returned_embeddings_type=kind,
        )

    def windows(self, text: str) -> int:
        """How many windows a text fills, with a start and an end in each."""
        tokens = len(self._tokenizer(text)["input_ids"])
        room: int = self._tokenizer.model_max_length - 2
        return math.ceil(tokens / room)

    def tokens(self, parsed: Conjunction) -> Tensor:
        """The embedding of a text's tokens, 1 × tokens × width, in windows of 77 tokens."""
        tokens: Tensor = self._compel.build_conditioning_tensor_for_conjunction(parsed)[0]
        return tokens

    def lengthened(self, tokens: Tensor, length: int) -> Tensor:
        """The tokens, followed by windows of an empty text up to `length`."""
        empty = self._compel.conditioning_provider.empty_z
        missing = (length - tokens.shape[1]) // empty.shape[1]
        return torch.cat([tokens, *[empty.to(tokens)] * missing], dim=1)

    def pooled(self, parsed: Conjunction) -> Tensor:
        """The embedding of a text as a whole, 1 × width, without the signs that weight words in it.

        Blended and joined texts are averaged with their weights. Compel itself would pool the text
        as it was typed, signs and all.
        """
        return _average([self._pooled(part) for part in parsed.prompts], parsed.weights, True)

    def _pooled(self, part: FlattenedPrompt | Blend) -> Tensor:
        if isinstance(part, Blend):
            parts = [self._pooled(each) for each in part.prompts]
            return _average(parts, part.weights, part.normalize_weights)
        words = " ".join(fragment.text for fragment in part.children)
        pooled: Tensor = self._compel.conditioning_provider.get_pooled_embeddings([words])
        return pooled


class _WithoutLastLayers:
    """A text encoder that doesn't tell what its last layers say."""

    def __init__(self, encoder: Any, skipped: int) -> None:
        self._encoder = encoder
        self._skipped = skipped

    def __getattr__(self, name: str) -> Any:
        return getattr(self._encoder, name)

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        output = self._encoder(*arguments, **options)
        if output.hidden_states is not None:
            output.hidden_states = output.hidden_states[: -self._skipped]
        return output


def _parts(pipeline: DiffusionPipeline) -> list[tuple[Any, Any]]:
    """The tokenizers and text encoders that the pipeline has."""
    pairs = [tuple(getattr(pipeline, name, None) for name in names) for names in _PARTS]
    return [(tokenizer, encoder) for tokenizer, encoder in pairs if encoder is not None]


def _average(embeddings: Sequence[Tensor], weights: Sequence[float], normalize: bool) -> Tensor:
    stacked = torch.stack(list(embeddings))
    shares = torch.tensor(weights, dtype=torch.float32, device=stacked.device)
    if normalize:
        shares = shares / shares.sum()  # not finite where the weights cancel out
    average: Tensor = torch.tensordot(shares, stacked.float(), dims=1)
    return average.to(stacked.dtype)
