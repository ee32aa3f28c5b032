import numpy as np
import pytest
import torch

from engine.errors import RenderError
from engine.render.memory import is_out_of_memory, telling_of_memory


@pytest.mark.parametrize("allocate", [torch.empty, np.empty])
def test_what_the_machine_itself_says_without_memory_is_understood(allocate) -> None:
    with pytest.raises((RuntimeError, MemoryError)) as error:
        allocate(2**50)
    assert is_out_of_memory(error.value)


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError(),
        RuntimeError("MPS backend out of memory (MPS allocated: 5.2 GB)"),
        RuntimeError("could not create a primitive"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate(handle)"),
    ],
)
def test_what_devices_say_without_memory_is_understood(error: Exception) -> None:
    assert is_out_of_memory(error)


@pytest.mark.parametrize(
    "error", [RuntimeError("shapes cannot be multiplied"), ValueError("out of memory")]
)
def test_other_errors_are_not_taken_for_it(error: Exception) -> None:
    assert not is_out_of_memory(error)


def test_outside_of_drawing_it_is_told_too(make_plan) -> None:
    with (
        pytest.raises(RenderError, match="smaller size than 64×64"),
        telling_of_memory(make_plan()),
    ):
        torch.empty(2**50)
