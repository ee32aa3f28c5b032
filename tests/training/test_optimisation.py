"""What the trainings share."""

import pytest
import torch
from torch import nn

from training.optimisation import AveragedWeights, descend, learning_rate, preserving_init


def test_the_learning_rate_warms_up_stays_and_decays() -> None:
    def rate(progress: float, step: int) -> float:
        return learning_rate(1.0, progress, step, warmup=10, decay_from=0.5)

    assert rate(0.0, 0) == pytest.approx(0.1)
    assert rate(0.3, 100) == rate(0.5, 100) == 1.0
    assert 0.4 < rate(0.75, 100) < 0.6
    assert rate(1.0, 100) == rate(1.2, 100) == pytest.approx(0.01)


def test_averaged_weights_follow_and_give_the_present_ones_back() -> None:
    weight = nn.Parameter(torch.zeros(1))
    average = AveragedWeights([weight], decay=0.5)
    for value in (1.0, 2.0, 3.0):
        with torch.no_grad():
            weight.fill_(value)
        average.update()
    with average.applied():
        assert 1.0 < weight.item() < 3.0
    assert weight.item() == 3.0


def test_a_step_goes_downhill_however_steep() -> None:
    weight = nn.Parameter(torch.full((1,), 5.0))
    optimiser = torch.optim.SGD([weight], lr=0.1)
    descend(optimiser, 1e6 * weight.square().sum())
    assert weight.item() == pytest.approx(4.9)


def test_initial_convolutions_keep_the_signals_size() -> None:
    layers = nn.Sequential(*(nn.Conv2d(32, 32, 3, padding=1) for _ in range(6)))
    torch.manual_seed(0)
    preserving_init(layers, zero=lambda name: False)
    assert 0.4 < layers(torch.randn(4, 32, 24, 24)).std().item() < 1.6
    preserving_init(layers, zero=lambda name: name == "5")
    assert layers(torch.randn(1, 32, 8, 8)).abs().max().item() == 0
