"""Where a render can be cut, and whether its parts wait for each other."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.dependence import cuts
from engine.plan import Coherence, FramePlan, Move, PipelineSpec
from engine.planning.segments import are_independent, segments_of
from engine.request import Inputs
from engine.values import Weighted
from tests.support.plans import plan_of, with_frames

PHOTO, CLIP = Inputs(image=Path("photo.png")), Inputs(video=Path("clip.mp4"))

plans = st.builds(
    plan_of,
    st.integers(1, 60),
    guidance_scale=st.lists(st.sampled_from([2.0, 5.0]), min_size=1, max_size=20),
    batch_size=st.integers(1, 6),
    cadence=st.integers(1, 5),
    coherence=st.builds(Coherence, color_match=st.booleans()),
)


@given(plans, st.integers(1, 30))
def test_segments_follow_each_other_from_the_first_frame_to_the_last(plan, frames_each) -> None:
    segments = segments_of(plan, frames_each)
    assert [frame for segment in segments for frame in segment] == list(range(len(plan.frames)))
    assert all(segments)


@given(plans, st.integers(1, 30))
def test_segments_end_where_a_render_can_be_cut(plan, frames_each) -> None:
    assert {segment.stop for segment in segments_of(plan, frames_each)} <= set(cuts(plan))


@given(plans, st.integers(1, 30))
def test_segments_are_as_long_as_they_may_be_and_longer_only_without_a_cut(
    plan, frames_each
) -> None:
    segments, places = segments_of(plan, frames_each), cuts(plan)
    for segment in segments:
        inside = [place for place in places if segment.start < place < segment.stop]
        assert len(segment) <= frames_each or not inside
    for segment, after in pairwise(segments):
        following = min(place for place in places if place > segment.stop)
        assert after.start == segment.stop
        assert following - segment.start > frames_each


def test_batches_stay_whole() -> None:
    plan = plan_of(10, batch_size=4)
    assert segments_of(plan, 4) == (range(4), range(4, 8), range(8, 10))
    assert segments_of(plan, 7) == (range(4), range(4, 10))
    assert segments_of(plan, 8) == (range(8), range(8, 10))
    assert segments_of(plan, 1) == segments_of(plan, 4)
    assert segments_of(plan, 100) == (range(10),)


def test_with_a_cadence_segments_end_with_a_frame_that_is_drawn() -> None:
    plan = plan_of(10, batch_size=1, cadence=4)
    assert segments_of(plan, 5) == (range(5), range(5, 10))
    assert segments_of(plan, 1) == (range(1), range(1, 5), range(5, 9), range(9, 10))


def test_a_segment_has_at_least_one_frame() -> None:
    with pytest.raises(ValueError, match="0 frames"):
        segments_of(plan_of(3), 0)


def moving() -> FramePlan:
    return with_frames(plan_of(4, pipeline=PipelineSpec("small")), move=Move(zoom=1.1))


@pytest.mark.parametrize(
    ("changes", "independent"),
    [
        ({}, True),
        ({"cadence": 2}, False),
        ({"coherence": Coherence(color_match=True)}, False),
        ({"coherence": Coherence(alpha=0.5)}, True),
    ],
)
def test_segments_wait_for_each_other_where_frames_are_made_or_coloured_by_others(
    catalogue, changes, independent
) -> None:
    plan = replace(plan_of(4, pipeline=PipelineSpec("small")), **changes)
    assert are_independent(plan, Inputs(), catalogue) is independent


def test_segments_of_frames_that_are_held_together_wait_and_those_of_noise_alone_do_not(
    catalogue,
) -> None:
    plan = plan_of(4, pipeline=PipelineSpec("small"))
    assert not are_independent(with_frames(plan, coherence_scale=9.0), Inputs(), catalogue)
    assert are_independent(with_frames(plan, noise=0.1), Inputs(), catalogue)


def test_with_motion_segments_wait_unless_a_video_is_drawn_over(catalogue) -> None:
    assert not are_independent(moving(), Inputs(), catalogue)
    assert not are_independent(moving(), PHOTO, catalogue)
    assert are_independent(moving(), CLIP, catalogue)
    shown = PipelineSpec("small", controlnets=(Weighted("edges", 1.0),))
    assert not are_independent(replace(moving(), pipeline=shown), CLIP, catalogue)
