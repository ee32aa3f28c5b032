"""Freely placed pictures, and the drawings of their outlines."""

import random

import cv2
import numpy as np

from training.canvas import SIZE
from training.outlines import as_told, mask, outline, place
from training.pictures import held_out

PLACED = [one for one in map(place, range(160)) if one.picture.thing]


def centre_of(inside: np.ndarray) -> np.ndarray:
    return np.argwhere(inside).mean(axis=0)


def test_the_same_seed_places_and_draws_the_same_picture() -> None:
    assert place(3) == place(3)
    assert (place(3).drawn() == place(3).drawn()).all()


def test_things_lie_all_over_the_picture_and_in_many_sizes() -> None:
    shapes = [mask(placed.stencil()) for placed in PLACED]
    rows, columns = np.array([centre_of(shape) for shape in shapes]).T / SIZE
    for places in (rows, columns):
        assert places.min() < 0.3
        assert places.max() > 0.7
    areas = [shape.mean() for shape in shapes]
    assert min(areas) < 0.03
    assert max(areas) > 0.3


def test_a_stencil_is_black_just_where_the_picture_has_its_thing() -> None:
    placed = next(p for p in PLACED if p.picture.thing == "circle" and not p.nameless)
    inside = mask(placed.stencil())
    thing = placed.drawn()[inside].astype(float)
    assert thing.std(axis=0).max() < 20
    assert np.abs(thing.mean(axis=0) - placed.drawn()[~inside].mean(axis=0)).max() > 40


def test_combinations_kept_for_judging_are_not_drawn() -> None:
    seen = [placed.picture for placed in PLACED]
    assert not any(held_out(one.colour, one.thing, one.background) for one in seen)


def test_most_captions_tell_the_truth_and_some_name_another_thing() -> None:
    rng = random.Random(0)
    told = [as_told(placed, rng).thing == placed.picture.thing for placed in PLACED * 5]
    assert 0.85 < sum(told) / len(told) < 0.97


def test_an_outline_of_the_thing_alone_follows_its_border() -> None:
    rng = random.Random(0)
    near = []
    for placed in PLACED[:60]:
        stencil = placed.stencil()
        # The picture is its own stencil here, so that no background adds edges.
        lines = outline(stencil, stencil, rng)[..., 0] > 127
        inside = mask(stencil).astype(np.uint8)
        away = sum(cv2.distanceTransform(side, cv2.DIST_L2, 5) for side in (inside, 1 - inside))
        near += list(away[lines] <= 6) if placed.picture.thing not in ("house", "boat") else []
    assert np.mean(near) > 0.95


def test_a_few_drawings_are_empty_or_have_gaps() -> None:
    rng = random.Random(0)
    stencil = PLACED[0].stencil()
    white = np.array([(outline(stencil, stencil, rng) > 127).sum() for _ in range(300)])
    assert 0 < (white == 0).mean() < 0.1
