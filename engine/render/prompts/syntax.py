"""Compel's way of weighting words, read but not yet embedded."""

from functools import cache

import pyparsing
from compel.prompt_parser import Blend, Conjunction, FlattenedPrompt, PromptParser

from engine.errors import InputError

# Without a memory, Compel's parser takes four times as long for every parenthesis: a minute for 8.
pyparsing.ParserElement.enable_packrat()


def read(text: str) -> Conjunction:
    """The parts and weights of a text. InputError if it can't be read, or asks what isn't done."""
    try:
        parsed = _parser().parse_conjunction(text)
    except Exception as error:  # the parser raises whatever it stumbles over
        raise unusable(text) from error
    swaps = any(part.wants_cross_attention_control for part in parsed.prompts)
    if swaps or parsed.lora_weights:  # Compel would pass over both in silence
        raise unusable(text)
    return parsed


def readings(parsed: Conjunction) -> int:
    """How often a text is read: once, and once more without each part that is weighted below 1."""
    prompts = [
        each
        for part in parsed.prompts
        for each in (part.prompts if isinstance(part, Blend) else [part])
    ]
    below = [part for prompt in prompts for part in prompt.children if part.weight < 1]
    return 1 + len(below)


def is_weighted(text: str) -> bool:
    """Whether a text weights, blends or joins anything; one that can't be read does not."""
    try:
        parsed = _parser().parse_conjunction(text)
    except Exception:  # plain words that happen to look like broken weighting
        return False
    first, *more = parsed.prompts
    if more or parsed.lora_weights or not isinstance(first, FlattenedPrompt):
        return True
    return any(getattr(fragment, "weight", None) != 1 for fragment in first.children)


@cache
def _parser() -> PromptParser:
    return PromptParser()  # which takes as long to make as a text to read


def excerpt(text: str) -> str:
    """A text as an error message quotes it."""
    return repr(text if len(text) <= 60 else text[:60] + "…")


def unusable(text: str) -> InputError:
    """The error that tells that a text's weighting can't be used."""
    return InputError(
        "prompts",
        f"the weighting in {excerpt(text)} can't be used",
        'write word++, (phrase)1.3 or ("a", "b").blend(1, 1)',
    )
