"""What a form for an animation is filled in with."""

import pytest

from bot.gestures import forms
from bot.port import Recalled
from engine.errors import InputError
from engine.request import Inputs

JOB = "0123456789abcdef01234567"


def recalled(prompts="0: a fox | 24: an owl", *, lost=(), **settings):
    return Recalled(JOB, "slack:T:U", prompts, settings, Inputs(), frozenset(lost))


def test_each_keyframe_stands_on_a_line_of_its_own():
    assert forms.edit(recalled("0: a fox | 24: an owl|48: a cat")).lines == (
        "0: a fox\n24: an owl\n48: a cat"
    )


def test_a_bar_within_a_prompt_stays_where_it_is():
    assert forms.edit(recalled("0: a fox | in snow")).lines == "0: a fox | in snow"


@pytest.mark.parametrize(
    ("settings", "frame"),
    [({}, 24), ({"frames": "60"}, 59), ({"fps": "no number"}, 0)],
)
def test_the_last_frame_that_is_surely_there_is_offered(settings, frame):
    filled = forms.from_frame(recalled(**settings))
    assert filled.settings["resample"] == f"{JOB}@{frame}"


def test_a_video_that_is_gone_is_not_missed_where_the_result_takes_its_place():
    assert forms.from_video(recalled(lost={"video"})).lost == frozenset()
    assert forms.from_video(recalled(lost={"audio"})).lost == {"audio"}


def test_prompts_with_flags_fill_in_their_settings_and_preset():
    filled = forms.from_prompts("0: a fox --steps 9 --preset calm", JOB)
    assert (filled.prompts, filled.settings, filled.preset) == ("0: a fox", {"steps": "9"}, "calm")
    assert filled.subject == JOB


def test_wrong_flags_are_told_of():
    with pytest.raises(InputError, match="no such setting"):
        forms.from_prompts("0: a fox --stepz 9", "")
