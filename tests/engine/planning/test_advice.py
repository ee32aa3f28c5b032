"""What a user is told before the wait."""

import pytest

from engine.configuration import Limits
from engine.media.facts import MediaFacts, PictureFacts, VideoFacts
from engine.planning.advice import idle_settings
from engine.planning.resolve import resolve
from engine.settings import Settings

PICTURE = MediaFacts(image=PictureFacts(width=64, height=64))
VIDEO = MediaFacts(video=VideoFacts(width=64, height=64, frames=9, fps=12, has_sound=False))


@pytest.fixture
def notes(catalogue):
    """What is told of settings and files, where `usual` is what the operator has set."""

    def told(media=None, prompts="0: a | 9: b", usual=None, **settings):
        media, before = media or MediaFacts(), Settings().updated(usual or {})
        asked = before.updated({"prompts": prompts} | settings)
        resolved = resolve(asked, catalogue, Limits(), media)
        return [*resolved.notes, *idle_settings(asked, before, resolved.settings, media)]

    return told


@pytest.mark.parametrize(
    ("setting", "value", "needed"),
    [
        ("strength", "0.3", "a picture, a video or motion"),
        ("controlnet_scale", "0.5", "a ControlNet or an adapter"),
        ("interpolation_args", "2", "--interpolation sine or curve"),
        ("video_start", "3", "a video"),
        ("video_every_nth", "2", "a video"),
    ],
)
def test_a_setting_with_nothing_to_act_on_is_told(notes, setting, value, needed):
    told = notes(**{setting: value})
    assert told == [f"{setting} has nothing to act on: it needs {needed}"]


def test_settings_that_act_are_not_spoken_of(notes):
    assert notes() == []
    assert notes(PICTURE, strength="0.3") == []
    assert notes(zoom="1.02", strength="0.3") == []
    assert notes(VIDEO, video_start="3") == []
    assert notes(interpolation="sine", interpolation_args="2") == []


def test_what_the_operator_has_set_for_everybody_is_no_news(notes):
    assert notes(usual={"strength": "0.3"}) == []


def test_one_frame_of_a_video_is_told_how_to_become_all_of_it(notes):
    assert notes(VIDEO, prompts="a moon") == ["one frame is a still picture: add --fit video"]
