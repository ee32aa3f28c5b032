"""Which frames are drawn, which in one call, and what each needs of earlier ones."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.dependence import (
    Carried,
    batches,
    carried,
    cuts,
    drawn_frames,
    frame_steps,
    is_fed_back,
    steps_for,
)
from engine.plan import Coherence, Move
from engine.request import Inputs
from tests.support.plans import plan_of, with_frames

NOTHING = Carried(picture=False, latents=False, colors=False)


@pytest.mark.holds("diffusion_cadence")
@pytest.mark.parametrize(
    ("count", "cadence", "drawn"),
    [
        (7, 1, [0, 1, 2, 3, 4, 5, 6]),
        (7, 3, [0, 3, 6]),
        (9, 3, [0, 3, 6, 8]),
        (2, 10, [0, 1]),
        (1, 5, [0]),
    ],
)
def test_every_nth_frame_is_drawn_and_always_the_last_one(count, cadence, drawn):
    assert drawn_frames(count, cadence) == drawn


@pytest.mark.holds("strength")
@pytest.mark.parametrize(
    ("strength", "steps", "taken"),
    [(0.0, 10, 1), (0.04, 10, 1), (0.29, 100, 29), (0.5, 10, 5), (1.0, 10, 10), (1 / 49, 49, 1)],
)
def test_strength_is_a_share_of_the_steps_and_one_step_at_least(strength, steps, taken):
    assert steps_for(strength, steps) == taken


@pytest.mark.parametrize(
    ("how", "steps"),
    [
        ({}, (10, 10, 10, 10)),
        ({"drawn_over": True}, (5, 9, 5, 9)),
        ({"fed_back": True}, (10, 9, 5, 9)),
        ({"drawn_over": True, "skips": False}, (10, 10, 10, 10)),
    ],
)
def test_what_begins_at_a_picture_takes_the_steps_of_its_strength(how, steps):
    plan = replace(plan_of(4, strength=(0.5, 0.9)), steps=10)
    how = {"drawn_over": False, "fed_back": False, "skips": True} | how
    assert frame_steps(plan, **how) == steps


def test_frames_made_of_their_neighbours_take_no_steps():
    plan = replace(plan_of(6, cadence=3), steps=10)
    taken = frame_steps(plan, drawn_over=False, fed_back=False, skips=False)
    assert taken == (10, 0, 0, 10, 0, 10)


def drawn_together(plan):
    return [[frame.index for frame in batch] for batch in batches(plan)]


@pytest.mark.holds("batch_size")
def test_frames_share_a_batch_where_they_are_alike():
    assert drawn_together(plan_of(7, batch_size=3)) == [[0, 1, 2], [3, 4, 5], [6]]
    assert drawn_together(plan_of(5, guidance_scale=(2.0, 2.0, 5.0))) == [[0, 1], [2], [3, 4]]
    assert drawn_together(plan_of(4, strength=(0.5, 0.9))) == [[0], [1], [2], [3]]
    assert drawn_together(plan_of(9, batch_size=2, cadence=3)) == [[0, 3], [6, 8]]


def test_the_frame_whose_colours_are_held_is_drawn_alone():
    plan = plan_of(4, coherence=Coherence(color_match=True))
    assert drawn_together(plan) == [[0], [1, 2, 3]]


@pytest.mark.parametrize("how", [{"coherence_scale": 9.0}, {"noise": 0.1}])
def test_frames_that_are_pulled_or_stirred_are_drawn_one_by_one(how):
    assert drawn_together(with_frames(plan_of(3), **how)) == [[0], [1], [2]]


def test_a_render_is_cut_between_batches_and_after_drawn_frames():
    assert cuts(plan_of(7, batch_size=3)) == [3, 6, 7]
    assert cuts(plan_of(9, batch_size=2, cadence=3)) == [4, 9]


def test_frames_that_depend_on_nothing_carry_nothing():
    assert carried(plan_of(4), fed_back=False) == NOTHING
    assert not NOTHING


def test_noise_between_steps_is_each_frames_own_and_not_carried():
    assert carried(with_frames(plan_of(4), noise=0.1), fed_back=False) == NOTHING


def test_frames_carry_what_they_begin_as_are_made_of_held_to_and_coloured_by():
    assert carried(plan_of(4), fed_back=True) == replace(NOTHING, picture=True)
    assert carried(plan_of(4, cadence=2), fed_back=False) == replace(NOTHING, picture=True)
    held = with_frames(plan_of(4), coherence_scale=5.0)
    assert carried(held, fed_back=False) == replace(NOTHING, latents=True)
    coloured = plan_of(4, coherence=Coherence(color_match=True))
    assert carried(coloured, fed_back=False) == replace(NOTHING, colors=True)


def test_a_video_that_is_drawn_over_is_not_replaced_by_the_frame_before():
    plan, attached = (
        with_frames(plan_of(3), move=Move(zoom=1.1)),
        Inputs(video=Path("clip.mp4")),
    )
    assert is_fed_back(plan, Inputs(), drawn_over=False)
    assert is_fed_back(plan, Inputs(image=Path("photo.png")), drawn_over=True)
    assert not is_fed_back(plan, attached, drawn_over=True)
    assert is_fed_back(plan, attached, drawn_over=False)  # only ControlNets are shown it
    assert not is_fed_back(plan_of(3), Inputs(), drawn_over=False)
