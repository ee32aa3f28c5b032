import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InputError
from engine.media.facts import MediaFacts, SoundFacts, VideoFacts, frames_of, own_fps
from engine.video_part import VideoPart

NTSC = Fraction(30000, 1001)


def video(frames: int = 300, fps: Fraction = NTSC) -> VideoFacts:
    return VideoFacts(width=64, height=48, frames=frames, fps=fps, has_sound=True)


def test_at_its_own_rate_a_clip_gives_as_many_frames_as_it_has() -> None:
    assert own_fps(video(), VideoPart()) == NTSC
    assert frames_of(video(), VideoPart(), NTSC) == 300


def test_a_clip_gives_frames_until_its_last_one_is_over() -> None:
    clip = video(frames=31, fps=Fraction(30))
    # At 12 fps frame 12 comes on after a second, as the clip's frame 30 does.
    assert frames_of(clip, VideoPart(), Fraction(12)) == 13
    assert frames_of(video(frames=30, fps=Fraction(30)), VideoPart(), Fraction(12)) == 12


@pytest.mark.holds("video_start", "video_end")
def test_a_part_counts_its_start_and_its_end() -> None:
    assert frames_of(video(), VideoPart(start=10, end=10), NTSC) == 1
    assert frames_of(video(), VideoPart(start=10, end=19), NTSC) == 10
    assert frames_of(video(), VideoPart(start=290), NTSC) == 10


def test_an_end_beyond_the_clips_is_the_clips() -> None:
    assert frames_of(video(), VideoPart(end=9000), NTSC) == 300


@pytest.mark.holds("video_every_nth")
@given(count=st.integers(1, 500), nth=st.integers(1, 60), start=st.integers(0, 499))
def test_every_nth_frame_is_counted_as_it_is_taken(count: int, nth: int, start: int) -> None:
    start %= count
    part = VideoPart(start=start, every_nth=nth)
    assert frames_of(video(count), part, Fraction(12)) == len(range(start, count, nth))


@given(nth=st.integers(1, 10), seconds=st.integers(1, 60))
def test_every_nth_frame_at_its_own_rate_is_as_long_as_the_clip(nth: int, seconds: int) -> None:
    clip, part = video(30 * seconds, Fraction(30)), VideoPart(every_nth=nth)
    fps = own_fps(clip, part)
    assert fps == Fraction(30, nth)
    assert math.ceil(clip.seconds * fps) == frames_of(clip, part, fps)


def test_a_part_that_begins_after_the_end_is_refused() -> None:
    with pytest.raises(InputError, match=r"video_start: .*300 frames.* 0 to 299"):
        frames_of(video(), VideoPart(start=300), NTSC)


def test_a_part_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(InputError, match=r"video_end: .*frame 4.*frame 5"):
        frames_of(video(), VideoPart(start=5, end=4), NTSC)


def test_facts_stay_exact_on_their_way_between_processes() -> None:
    facts = MediaFacts(video=video(), audio=SoundFacts(seconds=Fraction(1, 3)))
    assert MediaFacts.model_validate_json(facts.model_dump_json()) == facts


@pytest.mark.parametrize("seconds", ["1e999999999", "-1", "1/0", "nan", "1" * 99])
def test_a_length_that_is_none_is_refused_at_once(seconds: str) -> None:
    with pytest.raises(ValueError, match="seconds"):
        SoundFacts.model_validate({"seconds": seconds})
