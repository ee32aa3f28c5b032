"""The text side of a pipeline's calls, for any frame of a plan."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import torch
from diffusers import DiffusionPipeline
from torch import Tensor

from engine.errors import InputError
from engine.plan import FramePlan, FramePoint, Keyframe
from engine.render.prompts.embedding import Encode, TextEmbedding
from engine.render.prompts.own import OwnEncoder
from engine.render.prompts.weighted import WeightingEncoder
from engine.render.signature import accepted


class Conditioning(Protocol):
    """The text side of a pipeline call."""

    def arguments(self, frames: Sequence[FramePoint]) -> dict[str, Any]:
        """The pipeline's keyword arguments that carry these frames' prompts."""
        ...


class PromptEmbeddings:
    """Embeddings of prompts and negative prompts, made once a distinct text and interpolated.

    All are of one length, as a pipeline takes them only so. Each token is turned by itself: what
    two prompts share (the start of the text, equal words) stays as it is, which turning all tokens
    as one vector would stretch.
    """

    def __init__(
        self, pipeline: DiffusionPipeline, keyframes: Sequence[Keyframe], encode: Encode
    ) -> None:
        texts = [text for key in keyframes for text in (key.prompt, key.negative_prompt)]
        distinct = list(dict.fromkeys(texts))
        embedded = dict(zip(distinct, encode(distinct), strict=True))
        self._accepted = accepted(pipeline)
        self._prompts = [embedded[key.prompt] for key in keyframes]
        self._negatives = [
            _negative(pipeline, key.negative_prompt, embedded[key.negative_prompt])
            for key in keyframes
        ]

    def arguments(self, frames: Sequence[FramePoint]) -> dict[str, Tensor]:
        """Of `prompt_embeds`, their pooled siblings and the negative of both, what it takes.

        Each is B × tokens × width, pooled ones B × width.
        """
        arguments = {}
        for prefix, keyframes in (("", self._prompts), ("negative_", self._negatives)):
            between = [
                keyframes[frame.source].towards(keyframes[frame.target], frame.weight)
                for frame in frames
            ]
            arguments[f"{prefix}prompt_embeds"] = torch.cat([each.tokens for each in between])
            pooled = [each.pooled for each in between if each.pooled is not None]
            if pooled:
                arguments[f"{prefix}pooled_prompt_embeds"] = torch.cat(pooled)
        return {name: each for name, each in arguments.items() if name in self._accepted}


class PlainPrompts:
    """The text of the latest keyframe, for the pipeline's own encoder; nothing is interpolated."""

    def __init__(self, pipeline: DiffusionPipeline, keyframes: Sequence[Keyframe]) -> None:
        self._keyframes = keyframes
        # Some models have an own notion of no negative prompt at all, which isn't an empty one.
        self._has_negative = "negative_prompt" in accepted(pipeline) and any(
            key.negative_prompt for key in keyframes
        )

    def arguments(self, frames: Sequence[FramePoint]) -> dict[str, list[str]]:
        """`prompt` and, if there is one anywhere, `negative_prompt`: a list of B texts each."""
        latest = [self._latest(frame) for frame in frames]
        arguments = {"prompt": [key.prompt for key in latest]}
        if self._has_negative:
            arguments["negative_prompt"] = [key.negative_prompt for key in latest]
        return arguments

    def _latest(self, frame: FramePoint) -> Keyframe:
        begun = [key for key in self._keyframes if key.frame <= frame.index]
        return begun[-1] if begun else self._keyframes[0]


def condition(pipeline: DiffusionPipeline, plan: FramePlan) -> Conditioning:
    """The plan's prompts in the form that it asks for.

    InputError if a text can't be read, or if the pipeline takes no embeddings and they are asked
    for.
    """
    if not plan.use_prompt_embeds:
        return PlainPrompts(pipeline, plan.keyframes)
    encode = _encoder(pipeline, plan.pipeline.pipeline_args)
    return PromptEmbeddings(pipeline, plan.keyframes, encode)


def _encoder(pipeline: DiffusionPipeline, pipeline_args: Mapping[str, Any]) -> Encode:
    if "prompt_embeds" in accepted(pipeline):
        if WeightingEncoder.fits(pipeline):
            return WeightingEncoder(pipeline, _clip_skip(pipeline, pipeline_args))
        if OwnEncoder.fits(pipeline):
            return OwnEncoder(pipeline, pipeline_args)
    raise InputError(
        "use_prompt_embeds",
        f"a {type(pipeline).__name__} takes its prompts as text alone",
        "turn it off: then each prompt holds until the next",
    )


def _negative(pipeline: DiffusionPipeline, text: str, embedding: TextEmbedding) -> TextEmbedding:
    """Stable Diffusion XL learned zeros, not an empty text, for no negative prompt."""
    if not text and pipeline.config.get("force_zeros_for_empty_prompt"):
        return embedding.zeros()
    return embedding


def _clip_skip(pipeline: DiffusionPipeline, pipeline_args: Mapping[str, Any]) -> int:
    """The CLIP layers to leave out: embeddings carry that, as the pipeline isn't asked for them."""
    skipped, most = pipeline_args.get("clip_skip") or 0, WeightingEncoder.most_skipped(pipeline)
    if not isinstance(skipped, int) or not 0 <= skipped <= most:
        raise InputError("pipeline_args", f"clip_skip is {skipped!r:.40}", f"write 0 to {most}")
    return skipped
