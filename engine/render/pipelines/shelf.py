"""Loaded weights, kept within a budget of bytes: the least recently used make room first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from engine.errors import ModelError
from engine.render.memory import free_memory, is_out_of_memory
from engine.render.pipelines.sizes import expected_bytes, loaded_bytes


@dataclass(frozen=True, slots=True)
class Part:
    """Something to load: the folder it is in, and how it is read from there in `dtype`."""

    folder: Path
    dtype: torch.dtype
    load: Callable[[Path], Any]


class Shelf:
    """What is loaded, oldest use first, by folder. `budget` is in bytes.

    What is needed at one time is loaded even if it goes beyond the budget by itself.
    """

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._loaded: dict[Path, Any] = {}

    def fetch(self, parts: Sequence[Part]) -> list[Any]:
        """The loaded parts, in their order; each folder is read once.

        Where memory runs out, all others are let go and it is tried once more; ModelError where it
        isn't enough then. Other errors are `load`'s.
        """
        wanted = {part.folder: part for part in parts}
        missing = [part for part in wanted.values() if part.folder not in self._loaded]
        self._make_room(sum(expected_bytes(part.folder, part.dtype) for part in missing), wanted)
        for folder, part in wanted.items():
            # Taken out and put in again: the last in the dictionary is the last that was used.
            there = self._loaded.pop(folder, None)
            self._loaded[folder] = self._load(part, parts) if there is None else there
        return [self._loaded[part.folder] for part in parts]

    def _make_room(self, coming: int, wanted: dict[Path, Part]) -> None:
        sizes = {folder: loaded_bytes(part) for folder, part in self._loaded.items()}
        over = sum(sizes.values()) + coming - self._budget
        leaving = []
        for folder in (folder for folder in sizes if folder not in wanted):
            if over <= 0:
                break
            leaving.append(folder)
            over -= sizes[folder]
        self._let_go(leaving)

    def let_go_of_others(self, wanted: Sequence[Part]) -> bool:
        """Give up all that is loaded but what is `wanted`; whether there was anything."""
        folders = {part.folder for part in wanted}
        return self._let_go([folder for folder in self._loaded if folder not in folders])

    def _let_go(self, leaving: Sequence[Path]) -> bool:
        for folder in leaving:
            del self._loaded[folder]
        if leaving:
            free_memory()
        return bool(leaving)

    def _load(self, part: Part, wanted: Sequence[Part]) -> Any:
        loaded = _tried(part)
        if loaded is None:
            free_memory()
            loaded = _tried(part) if self.let_go_of_others(wanted) else None
        if loaded is None:
            free_memory()
            raise ModelError(f"there isn't the memory for the model in {part.folder}")
        return loaded


def _tried(part: Part) -> Any:
    """What is loaded, or None where memory ran out."""
    try:
        return part.load(part.folder)
    except Exception as error:
        if not is_out_of_memory(error):
            raise
    return None
