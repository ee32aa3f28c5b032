"""The pictures that the built-in model learns from."""

import itertools

import numpy as np
import pytest

from training.canvas import COLOURS, SIZE
from training.pictures import Picture, combinations, held_out, render, sample, silhouette
from training.scenes import BACKGROUNDS
from training.things import THINGS


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    return float((one & other).sum() / (one | other).sum())


def covered(picture: Picture) -> np.ndarray:
    """The thing's own pixels: what differs from the bare background."""
    bare = Picture("", "", picture.background, seed=picture.seed)
    return (render(picture) != render(bare)).any(axis=2)


def centroid(picture: Picture) -> tuple[float, float]:
    y, x = np.nonzero(covered(picture))
    return float(x.mean()) / SIZE, float(y.mean()) / SIZE


def test_the_same_picture_has_the_same_pixels() -> None:
    picture = sample(7)
    assert np.array_equal(render(picture), render(sample(7)))
    assert render(picture).shape == (SIZE, SIZE, 3)


@pytest.mark.parametrize("backdrop", BACKGROUNDS)
def test_every_background_can_be_drawn_and_looks_unlike_the_others(backdrop: str) -> None:
    mine = render(Picture("", "", backdrop, seed=1)).astype(int)
    for other in set(BACKGROUNDS) - {backdrop}:
        theirs = render(Picture("", "", other, seed=1))
        assert np.abs(mine - theirs).mean() > 8


def test_no_two_things_have_the_same_outline() -> None:
    outlines = {thing: silhouette(thing) for thing in THINGS}
    for one, other in itertools.combinations(THINGS, 2):
        assert overlap(outlines[one], outlines[other]) < 0.9, (one, other)


@pytest.mark.parametrize("thing", sorted(set(THINGS) - {"moon", "boat"}))
def test_a_thing_has_the_colour_it_is_asked_in(thing: str) -> None:
    pixels = render(Picture("red", thing, "white", seed=3)).reshape(-1, 3).astype(int)
    near_red = np.abs(pixels - COLOURS["red"]).max(axis=1) < 25
    assert near_red.mean() > 0.05


def test_places_and_sizes_are_where_and_what_they_say() -> None:
    assert centroid(Picture("red", "circle", "white", place="left"))[0] < 0.42
    assert centroid(Picture("red", "circle", "white", place="right"))[0] > 0.58
    assert centroid(Picture("red", "circle", "white", place="top"))[1] < 0.42
    assert centroid(Picture("red", "circle", "white", place="bottom"))[1] > 0.58
    small, big = (
        covered(Picture("red", "square", "white", size=size)).sum() for size in ("small", "big")
    )
    assert big > 2 * small


def test_combinations_kept_for_judging_are_never_learned_from() -> None:
    learned = {(p.colour, p.thing, p.background) for p in map(sample, range(3000)) if p.thing}
    kept = set(combinations(kept_for_judging=True))
    assert len(kept) > 100
    assert not learned & kept
    assert not held_out("red", "circle", "white")
    assert not held_out("blue", "star", "night")
