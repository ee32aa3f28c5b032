"""The frame plan: every frame's numbers."""

from dataclasses import replace
from fractions import Fraction

import pytest

from engine.configuration import Limits
from engine.media.facts import MediaFacts, SoundFacts
from engine.planning.compilation import compile_plan
from engine.planning.resolve import resolve
from engine.settings import Settings


@pytest.fixture
def plan_of(catalogue):
    def plan(prompts, loudness=(), media=None, **settings):
        asked = Settings().updated({"prompts": prompts, "seed": "7"} | settings)
        return compile_plan(resolve(asked, catalogue, Limits(), media).settings, loudness)

    return plan


def places(plan):
    return [(point.source, point.target, round(point.weight, 3)) for point in plan.frames]


@pytest.mark.holds("prompts")
def test_the_frames_glide_from_one_prompt_to_the_next(plan_of):
    plan = plan_of("0: a red circle | 4: a blue star")
    assert places(plan) == [(0, 1, 0), (0, 1, 0.25), (0, 1, 0.5), (0, 1, 0.75), (0, 1, 1)]
    assert [point.time for point in plan.frames] == pytest.approx([i / 12 for i in range(5)])


def test_a_middle_keyframe_is_met_exactly(plan_of):
    assert places(plan_of("0: a | 2: b | 4: c"))[2] == (1, 2, 0)


def test_unsorted_keys_are_put_in_order(plan_of):
    assert [key.prompt for key in plan_of("9: b | 0: a | 20: c").keyframes] == ["a", "b", "c"]


def test_the_first_prompt_holds_back_to_frame_0_and_the_last_one_on_to_the_end(plan_of):
    plan = plan_of("2: a | 3: b", frames="6")
    assert places(plan) == [(0, 0, 0)] * 2 + [(0, 1, 0), (0, 1, 1)] + [(1, 1, 0)] * 2


def test_one_prompt_holds_for_the_whole_length(plan_of):
    assert places(plan_of("a moon", seconds="0.5")) == [(0, 0, 0)] * 6


def test_a_sine_ends_where_it_began(plan_of):
    plan = plan_of("0: a | 4: b", interpolation="sine")
    assert places(plan) == [(0, 1, 0), (0, 1, 0.5), (0, 1, 1), (0, 1, 0.5), (0, 1, 0)]


@pytest.mark.holds("fps")
def test_keys_in_seconds_follow_the_frame_rate_exactly(plan_of):
    plan = plan_of("0s: a | 1.001s: b", fps="30000/1001")
    assert plan.keyframes[1].frame == 30
    assert plan.fps == Fraction(30000, 1001)
    assert plan.frames[30].time == pytest.approx(1.001)


def test_each_keyframe_has_its_own_seed_and_the_first_the_request_s_own(plan_of):
    seeds = [key.seed for key in plan_of("0: a | 5: b | 9: c").keyframes]
    assert seeds[0] == 7
    assert len(set(seeds)) == 3
    assert seeds == [key.seed for key in plan_of("0: x | 5: y | 9: z").keyframes]


@pytest.mark.holds("negative_prompt")
def test_a_keyframes_own_negative_comes_before_the_general_one(plan_of):
    plan = plan_of("0: a --neg dogs | 5: b", negative_prompt="blur")
    assert [key.negative_prompt for key in plan.keyframes] == ["dogs", "blur"]


def test_schedules_have_a_value_at_every_frame(plan_of):
    plan = plan_of("0: a | 4: b", guidance_scale="0: (3), 4: (7)", strength="0.5")
    assert [point.guidance_scale for point in plan.frames] == [3, 4, 5, 6, 7]
    assert {point.strength for point in plan.frames} == {0.5}


def test_settings_that_are_not_resolved_make_no_plan():
    with pytest.raises(ValueError, match="not resolved"):
        compile_plan(Settings().updated({"prompts": "0: a"}))


@pytest.mark.holds("guidance_scale", "strength", "controlnet_scale")
def test_every_scheduled_setting_has_a_value_at_every_frame(plan_of):
    plan = plan_of(
        "0: a | 4: b",
        controlnet_scale="0: (0), 4: (1)",
        coherence_scale="0: (0), 4: (400)",
        noise="0.1",
        zoom="0: (1), 4: (1.4)",
        angle="t",
        translation_x="-2",
        translation_y="0: (0), 2: (8)",
        transform_center_x="0.25",
        transform_center_y="0: (0), 4: (1)",
    )
    assert [point.controlnet_scale for point in plan.frames] == [0, 0.25, 0.5, 0.75, 1]
    assert [point.coherence_scale for point in plan.frames] == [0, 100, 200, 300, 400]
    assert {point.noise for point in plan.frames} == {0.1}
    moves = [point.move for point in plan.frames]
    assert [move.zoom for move in moves] == pytest.approx([1, 1.1, 1.2, 1.3, 1.4])
    assert [move.angle for move in moves] == [0, 1, 2, 3, 4]
    assert [move.translation_y for move in moves] == [0, 4, 8, 8, 8]
    assert [move.center_y for move in moves] == [0, 0.25, 0.5, 0.75, 1]
    assert {(move.translation_x, move.center_x) for move in moves} == {(-2, 0.25)}


def test_what_draws_comes_from_the_settings(plan_of):
    plan = plan_of(
        "0: a | 4: b",
        scheduler="euler",
        scheduler_args='{"use_karras_sigmas": true}',
        pipeline_args='{"clip_skip": 1}',
    )
    assert plan.pipeline.model == "small"
    assert plan.pipeline.scheduler == "euler"
    assert plan.pipeline.scheduler_args == {"use_karras_sigmas": True}
    assert plan.pipeline.pipeline_args == {"clip_skip": 1}


@pytest.mark.parametrize(
    ("settings", "moves"),
    [({}, False), ({"zoom": "0: (1.1), 1: (1)"}, False), ({"angle": "1"}, True)],
)
def test_only_what_leads_from_one_frame_to_the_next_is_motion(plan_of, settings, moves):
    # The first frame has none before it that could be moved.
    assert plan_of("0: a | 4: b", **settings).moves is moves


@pytest.mark.holds("loop")
def test_a_loop_comes_back_to_its_first_keyframe_without_showing_it_twice(plan_of):
    plan = plan_of("0: a | 4: b | 8: a", loop="on")
    assert len(plan.frames) == 8
    assert [(key.frame, key.prompt) for key in plan.keyframes] == [(0, "a"), (4, "b"), (8, "a")]
    assert plan.keyframes[2].seed == plan.keyframes[0].seed
    assert places(plan)[7] == (1, 2, 0.75)


@pytest.mark.holds("loop")
def test_a_loop_that_ends_elsewhere_gets_a_way_back(plan_of):
    plan = plan_of("0: a | 4: b", loop="on")
    assert len(plan.frames) == 8
    assert plan.keyframes[2] == replace(plan.keyframes[0], frame=8)
    assert places(plan)[4:] == [(1, 2, 0), (1, 2, 0.25), (1, 2, 0.5), (1, 2, 0.75)]


def test_a_longer_loop_closes_at_its_own_end(plan_of):
    plan = plan_of("2: a | 6: b", loop="on", frames="20")
    assert len(plan.frames) == 20
    assert plan.keyframes[-1].frame == 20
    assert places(plan)[:2] == [(0, 0, 0)] * 2


@pytest.mark.holds("interpolation")
def test_a_sound_drives_the_way_between_keyframes(plan_of):
    media = MediaFacts(audio=SoundFacts(seconds=1))
    plan = plan_of("0: a | 4: b", loudness=[0, 3, 1, 0, 5], media=media)
    assert places(plan) == [(0, 1, w) for w in (0, 0, 0.75, 1, 1)]
