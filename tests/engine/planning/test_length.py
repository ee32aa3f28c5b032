"""How long an animation is, and at what frame rate."""

from fractions import Fraction

import pytest

from engine.configuration import Limits
from engine.errors import InputError
from engine.media.facts import MediaFacts, SoundFacts, VideoFacts
from engine.planning.length import frame_count, frame_rate
from engine.settings import Settings

CLIP = VideoFacts(
    width=320, height=240, frames=90, fps="30000/1001", seconds="3003/1000", has_sound=True
)
MEDIA = MediaFacts(audio=SoundFacts(seconds="5/2"), video=CLIP)


def length(prompts="0: a | 24: b", media=MEDIA, **settings):
    asked = Settings().updated({"prompts": prompts} | settings)
    fps = frame_rate(asked, media)
    return fps, frame_count(asked, fps, media, Limits())


@pytest.mark.holds("frames", "seconds", "fit")
@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, (12, 25)),
        ({"fit": "audio"}, (12, 30)),
        ({"fit": "audio", "fps": "29.97"}, (Fraction("29.97"), 75)),
        ({"fit": "video"}, (Fraction(30000, 1001), 90)),
        ({"fit": "video", "fps": "10"}, (10, 31)),
        ({"fit": "video", "video_every_nth": "3"}, (Fraction(10000, 1001), 30)),
        ({"fit": "video", "video_start": "30"}, (Fraction(30000, 1001), 60)),
        ({"fit": "video", "video_start": "30", "video_end": "39"}, (Fraction(30000, 1001), 25)),
        ({"fit": "audio", "frames": "200"}, (12, 200)),
    ],
)
def test_an_animation_is_as_long_as_what_asks_for_most(settings, expected):
    assert length(**settings) == expected


def test_at_another_rate_a_fitted_sound_keeps_its_seconds():
    for fps in (8, 12, 24, 30):
        rate, frames = length(prompts="a", fit="audio", fps=str(fps))
        assert frames / rate == pytest.approx(2.5, abs=1 / fps)


@pytest.mark.parametrize("what", ["audio", "video"])
def test_there_must_be_something_to_fit_to(what):
    with pytest.raises(InputError, match="fit: there is no"):
        length(media=MediaFacts(), fit=what)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ({"video_start": "90"}, "video_start: the video has 90 frames, so there is no frame 90"),
        ({"video_start": "9", "video_end": "8"}, "video_end: the part ends at frame 8, before it"),
    ],
)
@pytest.mark.parametrize("fit", [{}, {"fit": "video"}])
def test_a_part_that_a_video_does_not_have_is_refused_before_any_work(part, words, fit):
    with pytest.raises(InputError) as caught:
        length(**part, **fit)
    assert words in str(caught.value)


def test_a_song_longer_than_the_limit_is_refused_by_its_setting():
    song = MediaFacts(audio=SoundFacts(seconds=3600))
    with pytest.raises(InputError, match="fit: that makes 43200 frames; the most here is 2400"):
        length(media=song, fit="audio")


@pytest.mark.holds("loop")
@pytest.mark.parametrize(
    ("prompts", "frames"),
    [("0: a | 24: b", 48), ("0: a | 24: b | 48: a", 48), ("0: a | 10: b | 40: c", 60), ("a", 1)],
)
def test_a_loop_ends_one_frame_before_it_begins_again(prompts, frames):
    assert length(prompts=prompts, loop="on") == (12, frames)
