import weakref
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from engine.errors import ModelError
from engine.render.pipelines.shelf import Part, Shelf

NUMBERS = 1000
BYTES = 4 * NUMBERS


@pytest.fixture
def part(tmp_path: Path) -> Callable[[str], Part]:
    """Something of 4000 bytes to load; loads are written down in `part.loads`."""

    def make(name: str, numbers: int = NUMBERS) -> Part:
        (tmp_path / name).mkdir(exist_ok=True)
        save_file({"w": torch.zeros(numbers)}, tmp_path / name / "model.safetensors")

        def load(folder: Path) -> nn.Module:
            make.loads.append(folder.name)
            module = nn.Module()
            module.w = nn.Parameter(torch.zeros(numbers))
            return module

        return Part(tmp_path / name, torch.float32, load)

    make.loads = []
    return make


def test_what_fits_is_loaded_once(part) -> None:
    shelf = Shelf(3 * BYTES)
    first = shelf.fetch([part("a"), part("b"), part("a")])
    assert first[0] is first[2]
    assert shelf.fetch([part("b"), part("a")]) == [first[1], first[0]]
    assert part.loads == ["a", "b"]


def test_the_least_recently_used_makes_room(part) -> None:
    shelf = Shelf(2 * BYTES)
    for name in ("a", "b", "a", "c", "a", "b"):
        shelf.fetch([part(name)])
    assert part.loads == ["a", "b", "c", "b"]


def test_no_more_leaves_than_must(part) -> None:
    shelf = Shelf(3 * BYTES)
    for name in ("a", "b", "c", "d"):
        shelf.fetch([part(name)])
    shelf.fetch([part("b"), part("c"), part("d")])
    assert part.loads == ["a", "b", "c", "d"]


def test_room_is_made_before_the_next_is_loaded(part, tmp_path: Path) -> None:
    shelf = Shelf(BYTES)
    old = weakref.ref(shelf.fetch([part("a")])[0])
    alive_at_loading = []
    new = part("b")
    shelf.fetch(
        [Part(new.folder, new.dtype, lambda _: alive_at_loading.append(old()) or nn.Module())]
    )
    assert alive_at_loading == [None]


def test_a_model_larger_than_the_budget_is_loaded_alone(part) -> None:
    shelf = Shelf(2 * BYTES)
    shelf.fetch([part("a"), part("b")])
    shelf.fetch([part("large", numbers=5 * NUMBERS)])
    shelf.fetch([part("large", numbers=5 * NUMBERS)])
    shelf.fetch([part("a")])
    assert part.loads == ["a", "b", "large", "a"]


def test_what_a_render_needs_never_makes_room_for_itself(part) -> None:
    shelf = Shelf(BYTES)
    together = [part("a"), part("b"), part("c")]
    assert len({id(loaded) for loaded in shelf.fetch(together)}) == 3
    shelf.fetch(together)
    assert part.loads == ["a", "b", "c"]


def test_a_failed_load_keeps_the_rest(part, tmp_path: Path) -> None:
    shelf = Shelf(3 * BYTES)
    shelf.fetch([part("a")])

    def fail(folder: Path) -> nn.Module:
        raise ModelError("broken")

    with pytest.raises(ModelError, match="broken"):
        shelf.fetch([part("a"), Part(tmp_path / "b", torch.float32, fail)])
    shelf.fetch([part("a"), part("b")])
    assert part.loads == ["a", "b"]


def test_where_memory_runs_out_all_that_is_not_needed_now_makes_room(part) -> None:
    shelf = Shelf(10 * BYTES)
    needed, idle = (weakref.ref(each) for each in shelf.fetch([part("a"), part("b")]))
    large = part("large")

    def load(folder: Path) -> nn.Module:
        if idle() is not None:
            torch.empty(2**50)
        return large.load(folder)

    shelf.fetch([part("a"), Part(large.folder, large.dtype, load)])
    assert needed() is not None
    assert part.loads == ["a", "b", "large"]


def test_a_model_that_no_room_is_enough_for_is_told_and_leaves_nothing(part) -> None:
    shelf, tried = Shelf(10 * BYTES), []

    def load(folder: Path) -> nn.Module:
        begun = nn.Linear(10, 10)
        tried.append(weakref.ref(begun))
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB.")

    large = part("large")
    shelf.fetch([part("a")])
    with pytest.raises(ModelError, match=r"isn't the memory for the model in .*large") as told:
        shelf.fetch([Part(large.folder, large.dtype, load)])
    assert [begun() for begun in tried] == [None, None]
    assert told.value.__context__ is None
    shelf.fetch([part("a")])
    assert part.loads == ["a", "a"]
