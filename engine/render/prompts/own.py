"""Embeddings by a pipeline's own encoders, for models that read with more than CLIP: SD 3, Flux."""

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from diffusers import DiffusionPipeline

from engine.errors import InputError
from engine.render.prompts.embedding import TextEmbedding
from engine.render.prompts.syntax import excerpt, is_weighted


class OwnEncoder:
    """Embeds texts as the pipeline itself would; calling it is an `Encode`."""

    def __init__(self, pipeline: DiffusionPipeline, pipeline_args: Mapping[str, Any]) -> None:
        """`pipeline_args` that say how texts are read, such as max_sequence_length, count here."""
        self._pipeline = pipeline
        self._parameters = inspect.signature(pipeline.encode_prompt).parameters
        wanted = {
            # What has no default needn't be given, except in the signature.
            "prompt_2": None,
            "prompt_3": None,
            "device": pipeline._execution_device,
            "num_images_per_prompt": 1,
            "do_classifier_free_guidance": False,
            **pipeline_args,
        }
        self._options = {name: wanted[name] for name in wanted.keys() & self._parameters.keys()}

    @staticmethod
    def fits(pipeline: DiffusionPipeline) -> bool:
        """Whether the pipeline has an encoder that can be asked."""
        return hasattr(pipeline, "encode_prompt")

    @torch.inference_mode()
    def __call__(self, texts: Sequence[str]) -> list[TextEmbedding]:
        """The texts' embeddings; InputError where one has weights, which would be read as words."""
        for text in texts:
            if is_weighted(text):
                raise self._weights_unknown(text)
        return [self._embed(text) for text in texts]

    def _embed(self, text: str) -> TextEmbedding:
        encoded: Sequence[Any] = self._pipeline.encode_prompt(text, **self._options)
        # Those that also encode a negative prompt give it after each of the prompt's.
        apart = 2 if "negative_prompt" in self._parameters else 1
        tokens, pooled = encoded[0], encoded[apart] if len(encoded) > apart else None
        return TextEmbedding(tokens, pooled)

    def _weights_unknown(self, text: str) -> InputError:
        return InputError(
            "prompts",
            f"a {type(self._pipeline).__name__} doesn't know the weighting in {excerpt(text)}",
            "write the words without it, or turn use_prompt_embeds off to have it read as words",
        )
