import pytest
import torch

from engine.errors import ConfigurationError
from engine.render.device import choose_device


@pytest.fixture(autouse=True)
def same_threads():
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def test_the_best_device_there_is_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    for there, chosen in [(True, "cuda"), (False, "cpu")]:
        monkeypatch.setattr(torch.cuda, "is_available", lambda there=there: there)
        assert choose_device("auto") == chosen


def test_a_named_device_is_tried_before_it_is_believed() -> None:
    assert choose_device("cpu") == "cpu"
    with pytest.raises(ConfigurationError, match=r"device: 'abacus' can't be used here"):
        choose_device("abacus")


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
def test_a_device_that_is_not_there_is_told() -> None:
    with pytest.raises(ConfigurationError, match=r"device: 'cuda' can't be used here"):
        choose_device("cuda")


def test_the_operators_thread_count_is_used() -> None:
    choose_device("cpu", threads=1)
    assert torch.get_num_threads() == 1
