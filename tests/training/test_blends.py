"""Pictures between pictures."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from training.blends import Blend, render_blend, sample_blend
from training.canvas import COLOURS, SIZE
from training.pictures import Picture, held_out
from training.things import THINGS

BETWEEN = Blend(
    Picture("red", "circle", "white", seed=4), Picture("blue", "star", "night", seed=5), 0.5
)


def middle_colour(blend: Blend) -> np.ndarray:
    return render_blend(blend)[SIZE // 2, SIZE // 2].astype(int)


@pytest.mark.parametrize("names", list(itertools.combinations(THINGS, 2))[::6])
def test_a_blend_changes_little_by_little(names: tuple[str, str]) -> None:
    ends = (Picture("red", name, "sea", seed=2) for name in names)
    blend = Blend(*ends, 0.0)
    frames = [render_blend(replace(blend, weight=weight)) for weight in np.linspace(0, 1, 9)]
    steps = [np.abs(a.astype(int) - b).mean() for a, b in itertools.pairwise(frames)]
    whole = np.abs(frames[0].astype(int) - frames[-1]).mean()
    assert max(steps) < 0.35 * whole
    assert sum(steps) < 2 * whole


def test_a_blends_ends_are_the_two_pictures() -> None:
    assert np.abs(middle_colour(replace(BETWEEN, weight=0.0)) - COLOURS["red"]).max() < 20
    assert np.abs(middle_colour(replace(BETWEEN, weight=1.0)) - COLOURS["blue"]).max() < 20
    corner = render_blend(BETWEEN)[0, 0]
    assert 90 < corner.mean() < 165


def test_the_same_blend_has_the_same_pixels() -> None:
    assert np.array_equal(render_blend(sample_blend(3)), render_blend(sample_blend(3)))


def test_blends_lie_between_pictures_that_may_be_learned_from() -> None:
    for blend in map(sample_blend, range(500)):
        assert 0 < blend.weight < 1
        for end in (blend.first, blend.second):
            assert not held_out(end.colour, end.thing, end.background)
