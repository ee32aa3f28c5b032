"""How large the frames are."""

import pytest

from engine.configuration import Limits
from engine.errors import InputError
from engine.media.facts import MediaFacts, PictureFacts, VideoFacts
from engine.planning.size import frame_size
from engine.settings import Settings
from tests.support.models import model_facts

VIDEO = VideoFacts(width=160, height=96, frames=9, fps=25, seconds=1, has_sound=False)


def size(picture=None, limits=None, video=None, **settings):
    facts = PictureFacts(width=picture[0], height=picture[1]) if picture else None
    sides, notes = frame_size(
        Settings().updated(settings),
        model_facts(width=128, height=128, multiple=8),
        MediaFacts(image=facts, video=video),
        limits or Limits(),
    )
    return (sides["width"], sides["height"]), notes


def test_without_anything_else_the_model_decides():
    assert size() == ((128, 128), ())
    assert size(width="64") == ((64, 128), ())


@pytest.mark.parametrize(
    ("picture", "expected"), [((96, 64), (96, 64)), ((100, 65), (96, 64)), ((256, 128), (256, 128))]
)
def test_a_picture_s_own_size_is_taken_in_the_model_s_steps(picture, expected):
    assert size(picture) == (expected, ())


def test_a_video_s_size_is_taken_as_a_picture_s():
    assert size(video=VIDEO) == ((160, 96), ())


def test_a_photograph_far_larger_than_the_model_draws_keeps_its_shape_and_the_user_is_told():
    sides, notes = size((4000, 3000))
    assert sides == (288, 216)
    assert notes[0].startswith("the attached 4000×3000 are drawn at 288×216")


@pytest.mark.holds("width", "height")
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"width": "128"}, (128, 96)),
        ({"height": "48"}, (64, 48)),
        ({"width": "64", "height": "64"}, (64, 64)),
    ],
)
def test_a_side_that_is_asked_for_is_kept_and_the_other_follows_the_picture(asked, expected):
    assert size((4000, 3000), **asked) == (expected, ())


def test_a_size_that_was_asked_for_and_is_rounded_is_told():
    assert size(width="130")[1] == ("width 130 became 128: small draws in steps of 8",)


def test_too_many_pixels_are_refused():
    with pytest.raises(InputError, match="width: 2048 by 2048 is 4,194,304 pixels; the most here"):
        size(width="2048", height="2048")
