from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from engine.media.keyframes import SoundKeyframes
from engine.media.waveform import draw_waveform, labelled
from tests.engine.media.sounds import clicks, save_sound, tone


def keyframes(*frames: int, fps: int = 12) -> SoundKeyframes:
    count = frames[-1] + 1
    return SoundKeyframes(
        fps=Fraction(fps), seconds=Fraction(count, fps), frames=count, keyframes=frames
    )


def drawn(tmp_path: Path, sound: np.ndarray, found: SoundKeyframes) -> np.ndarray:
    file = tmp_path / "sound.png"
    draw_waveform(save_sound(tmp_path / "sound.wav", sound), found, file)
    with Image.open(file) as picture:
        return np.asarray(picture.convert("RGB")).astype(int)


def columns(picture: np.ndarray, colour: tuple[int, int, int]) -> np.ndarray:
    """How many pixels of about a colour each column has."""
    return (np.abs(picture - colour).sum(axis=2) < 60).sum(axis=0)


def test_a_picture_fits_a_chat_and_is_light(tmp_path: Path) -> None:
    picture = drawn(tmp_path, tone(440, 1), keyframes(0, 5, 11))
    assert picture.shape == (320, 1000, 3)
    assert (picture[[0, 0, -1, -1], [0, -1, 0, -1]] == 255).all()


def test_what_is_loud_is_tall_and_stands_at_its_time(tmp_path: Path) -> None:
    sound = np.concatenate([np.zeros(96_000, np.float32), tone(440, 2), np.zeros(96_000, "f4")])
    blue = columns(drawn(tmp_path, sound, keyframes(0, 71)), (0x4C, 0x6E, 0xF5))
    heard = np.flatnonzero(blue > 50)
    assert heard[0] == pytest.approx(340, abs=25)
    assert heard[-1] == pytest.approx(660, abs=25)


def test_every_keyframe_is_a_line_at_its_time(tmp_path: Path) -> None:
    found = keyframes(0, 12, 18, 35)
    orange = columns(drawn(tmp_path, np.zeros(144_000, np.float32), found), (0xE8, 0x59, 0x0C))
    lines = np.flatnonzero(orange > 150)
    frame = (lines[-1] - lines[0]) / 35
    expected = [lines[0] + key * frame for key in found.keyframes]
    assert all(np.abs(lines - place).min() <= 1 for place in expected)
    assert all(np.abs(expected - line).min() <= 2 for line in lines)


@pytest.mark.parametrize(
    "sound", [np.zeros(480, np.float32), np.ones(1, np.float32), clicks([0.0], 0.01)]
)
def test_a_sound_of_a_moment_is_drawn_too(tmp_path: Path, sound: np.ndarray) -> None:
    found = SoundKeyframes(
        fps=Fraction(12), seconds=Fraction(len(sound), 48_000), frames=1, keyframes=(0,)
    )
    assert drawn(tmp_path, sound, found).shape == (320, 1000, 3)


def test_numbers_that_have_no_room_are_left_out() -> None:
    assert labelled(keyframes(0, 12, 24, 36, 47)) == [0, 12, 24, 36, 47]
    assert labelled(keyframes(0, 1, 2, 500, 998, 999)) == [0, 500, 999]
    assert labelled(keyframes(0)) == [0]


@given(st.sets(st.integers(1, 5000), min_size=1, max_size=400))
def test_numbers_never_overlap_however_many_keyframes_there_are(frames: set[int]) -> None:
    found = keyframes(0, *sorted(frames))
    shown = labelled(found)
    assert shown[0] == 0
    assert shown[-1] == max(frames)
    assert set(shown) <= set(found.keyframes)
    between = shown[:-1]
    assert all(b - a >= 0.009 * found.frames for a, b in pairwise(between))


def test_an_ending_that_is_no_picture_is_refused(tmp_path: Path) -> None:
    path = save_sound(tmp_path / "sound.wav", tone(440, 1))
    with pytest.raises(ValueError, match="doc"):
        draw_waveform(path, keyframes(0, 11), tmp_path / "sound.doc")
