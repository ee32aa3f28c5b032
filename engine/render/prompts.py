"""What the keyframes' prompts give the pipeline: embeddings through Compel, or plain text."""

from collections.abc import Sequence
from typing import Any, Protocol

import pyparsing
import torch
from compel import Compel
from diffusers import DiffusionPipeline
from torch import Tensor

from engine.errors import InputError
from engine.plan import FramePlan, FramePoint, Keyframe
from engine.render.interpolation import slerp

# Without a memory, Compel's parser takes four times as long for every parenthesis: a minute for 8.
pyparsing.ParserElement.enable_packrat()


class Conditioning(Protocol):
    """The text side of a pipeline call."""

    def arguments(self, frames: Sequence[FramePoint]) -> dict[str, Any]:
        """The pipeline's keyword arguments that carry these frames' prompts."""
        ...


class PromptEmbeddings:
    """Compel's embeddings, made once a distinct text and interpolated between keyframes.

    Prompts and negative prompts are padded to the longest of them, as a pipeline takes them only of
    one length. Each token is turned by itself: what two prompts share (the start of the text, equal
    words) stays as it is, which turning all tokens as one vector would stretch.
    """

    def __init__(self, pipeline: DiffusionPipeline, keyframes: Sequence[Keyframe]) -> None:
        texts = [text for key in keyframes for text in (key.prompt, key.negative_prompt)]
        distinct = list(dict.fromkeys(texts))
        self._keyframes = keyframes
        self._embeddings = dict(zip(distinct, _embed(pipeline, distinct), strict=True))

    def arguments(self, frames: Sequence[FramePoint]) -> dict[str, Tensor]:
        """`prompt_embeds` and `negative_prompt_embeds`, each B × tokens × width."""
        return {
            "prompt_embeds": torch.cat([self._between(frame, "prompt") for frame in frames]),
            "negative_prompt_embeds": torch.cat(
                [self._between(frame, "negative_prompt") for frame in frames]
            ),
        }

    def _between(self, frame: FramePoint, text: str) -> Tensor:
        source = self._embeddings[getattr(self._keyframes[frame.source], text)]
        target = self._embeddings[getattr(self._keyframes[frame.target], text)]
        return slerp(source, target, frame.weight)


class PlainPrompts:
    """The text of the latest keyframe, for the pipeline's own encoder; nothing is interpolated."""

    def __init__(self, keyframes: Sequence[Keyframe]) -> None:
        self._keyframes = keyframes

    def arguments(self, frames: Sequence[FramePoint]) -> dict[str, list[str]]:
        """`prompt` and `negative_prompt`, a list of B texts each."""
        latest = [self._latest(frame) for frame in frames]
        return {
            "prompt": [key.prompt for key in latest],
            "negative_prompt": [key.negative_prompt for key in latest],
        }

    def _latest(self, frame: FramePoint) -> Keyframe:
        begun = [key for key in self._keyframes if key.frame <= frame.index]
        return begun[-1] if begun else self._keyframes[0]


def condition(pipeline: DiffusionPipeline, plan: FramePlan) -> Conditioning:
    """The plan's prompts in the form that it asks for. InputError if Compel can't read one."""
    if plan.use_prompt_embeds:
        return PromptEmbeddings(pipeline, plan.keyframes)
    return PlainPrompts(plan.keyframes)


@torch.inference_mode()
def _embed(pipeline: DiffusionPipeline, texts: Sequence[str]) -> list[Tensor]:
    # Long texts are embedded in several windows instead of being cut off.
    compel = Compel(pipeline.tokenizer, pipeline.text_encoder, truncate_long_prompts=False)
    embeddings = [_embed_one(compel, text) for text in texts]
    padded: list[Tensor] = compel.pad_conditioning_tensors_to_same_length(embeddings)
    return padded


def _embed_one(compel: Compel, text: str) -> Tensor:
    try:
        embedding: Tensor = compel.build_conditioning_tensor(text)
    except Exception as error:  # the parser raises whatever it stumbles over
        raise _unreadable(text) from error
    if not embedding.isfinite().all():
        raise _unreadable(text)
    return embedding


def _unreadable(text: str) -> InputError:
    excerpt = text if len(text) <= 60 else text[:60] + "…"
    return InputError(
        "prompts",
        f"the weighting in {excerpt!r} can't be used",
        'write word++, (phrase)1.3 or ("a", "b").blend(1, 1)',
    )
