"""Keyframed prompts, in all the forms that people write and paste."""

from engine.prompts.keyframes import PromptKey, parse_prompts

__all__ = ["PromptKey", "parse_prompts"]
