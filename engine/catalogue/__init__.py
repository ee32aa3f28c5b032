"""What the operator allows, and what of it goes together; no torch."""

from engine.catalogue.lists import (
    Catalogue,
    ControlEntry,
    CustomPipelineEntry,
    LoraEntry,
    PreprocessorEntry,
    find,
)

__all__ = [
    "Catalogue",
    "ControlEntry",
    "CustomPipelineEntry",
    "LoraEntry",
    "PreprocessorEntry",
    "find",
]
