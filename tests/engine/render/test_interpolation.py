import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.render.interpolation import slerp


@given(st.floats(0, 1))
def test_a_right_angle_is_divided_evenly(weight: float) -> None:
    east, north = torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0])
    angle = weight * math.pi / 2
    expected = torch.tensor([math.cos(angle), math.sin(angle)])
    assert torch.allclose(slerp(east, north, weight), expected, atol=1e-6)


@given(st.floats(0, 1), st.integers(0, 1000))
def test_a_mixture_of_noise_is_as_long_as_noise(weight: float, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    first, second = torch.randn((2, 1, 4096), generator=generator)
    assert slerp(first, second, weight).std() == pytest.approx(1, abs=0.06)


def test_the_ends_are_exact() -> None:
    first, second = torch.randn((2, 3, 16), generator=torch.Generator().manual_seed(0))
    assert torch.equal(slerp(first, second, 0.0), first)
    assert torch.equal(slerp(first, second, 1.0), second)


def test_each_vector_is_turned_by_its_own_angle() -> None:
    first, second = torch.randn((2, 3, 16), generator=torch.Generator().manual_seed(0))
    rows = [slerp(a, b, 0.3) for a, b in zip(first, second, strict=True)]
    assert torch.allclose(slerp(first, second, 0.3), torch.stack(rows))


@pytest.mark.parametrize("factor", [1.0, 2.0, -1.0])
def test_parallel_and_opposite_vectors_are_mixed_linearly(factor: float) -> None:
    vector = torch.randn(16, generator=torch.Generator().manual_seed(0))
    mixed = slerp(vector, factor * vector, 0.25)
    assert torch.allclose(mixed, vector * (0.75 + 0.25 * factor), atol=1e-6)


def test_zeros_stay_numbers() -> None:
    assert slerp(torch.zeros(4), torch.ones(4), 0.5).isfinite().all()


def test_half_precision_stays_half_precision() -> None:
    first, second = torch.randn((2, 64), generator=torch.Generator().manual_seed(0)).half()
    exact = slerp(first.double(), second.double(), 0.5)
    mixed = slerp(first, second, 0.5)
    assert mixed.dtype == torch.float16
    assert torch.allclose(mixed.double(), exact.double(), atol=2e-3)
