"""What the keyframes' prompts give the pipeline: embeddings, blended, or plain text."""

from engine.render.prompts.conditioning import (
    Conditioning,
    PlainPrompts,
    PromptEmbeddings,
    condition,
)

__all__ = ["Conditioning", "PlainPrompts", "PromptEmbeddings", "condition"]
