"""The frame plan: every frame's numbers."""

from fractions import Fraction

import pytest

from engine.configuration import Limits
from engine.plan import compile_plan
from engine.resolve import resolve
from engine.settings import Settings
from tests.support.models import model_facts


def plan_of(prompts, **settings):
    asked = Settings().updated({"prompts": prompts, "seed": "7"} | settings)
    return compile_plan(resolve(asked, model_facts(), Limits()).settings)


def places(plan):
    return [(point.source, point.target, round(point.weight, 3)) for point in plan.frames]


def test_the_frames_glide_from_one_prompt_to_the_next():
    plan = plan_of("0: a red circle | 4: a blue star")
    assert places(plan) == [(0, 1, 0), (0, 1, 0.25), (0, 1, 0.5), (0, 1, 0.75), (0, 1, 1)]
    assert [point.time for point in plan.frames] == pytest.approx([i / 12 for i in range(5)])


def test_a_middle_keyframe_is_met_exactly():
    assert places(plan_of("0: a | 2: b | 4: c"))[2] == (1, 2, 0)


def test_unsorted_keys_are_put_in_order():
    assert [key.prompt for key in plan_of("9: b | 0: a | 20: c").keyframes] == ["a", "b", "c"]


def test_the_first_prompt_holds_back_to_frame_0_and_the_last_one_on_to_the_end():
    plan = plan_of("2: a | 3: b", frames="6")
    assert places(plan) == [(0, 0, 0)] * 2 + [(0, 1, 0), (0, 1, 1)] + [(1, 1, 0)] * 2


def test_one_prompt_holds_for_the_whole_length():
    assert places(plan_of("a moon", seconds="0.5")) == [(0, 0, 0)] * 6


def test_a_sine_ends_where_it_began():
    plan = plan_of("0: a | 4: b", interpolation="sine")
    assert places(plan) == [(0, 1, 0), (0, 1, 0.5), (0, 1, 1), (0, 1, 0.5), (0, 1, 0)]


def test_keys_in_seconds_follow_the_frame_rate_exactly():
    plan = plan_of("0s: a | 1.001s: b", fps="30000/1001")
    assert plan.keyframes[1].frame == 30
    assert plan.fps == Fraction(30000, 1001)
    assert plan.frames[30].time == pytest.approx(1.001)


def test_each_keyframe_has_its_own_seed_and_the_first_the_request_s_own():
    seeds = [key.seed for key in plan_of("0: a | 5: b | 9: c").keyframes]
    assert seeds[0] == 7
    assert len(set(seeds)) == 3
    assert seeds == [key.seed for key in plan_of("0: x | 5: y | 9: z").keyframes]


def test_a_keyframes_own_negative_comes_before_the_general_one():
    plan = plan_of("0: a --neg dogs | 5: b", negative_prompt="blur")
    assert [key.negative_prompt for key in plan.keyframes] == ["dogs", "blur"]


def test_schedules_have_a_value_at_every_frame():
    plan = plan_of("0: a | 4: b", guidance_scale="0: (3), 4: (7)", strength="0.5")
    assert [point.guidance_scale for point in plan.frames] == [3, 4, 5, 6, 7]
    assert {point.strength for point in plan.frames} == {0.5}


def test_settings_that_are_not_resolved_make_no_plan():
    with pytest.raises(ValueError, match="not resolved"):
        compile_plan(Settings().updated({"prompts": "0: a"}))
