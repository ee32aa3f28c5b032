import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import MediaError, MediaFault
from engine.groups.media import AudioComponent
from engine.media import hearing, onsets
from engine.media.keyframes import Mark, SoundKeyframes
from engine.media.onsets import find_keyframes
from tests.engine.media.sounds import RATE, clicks, save_sound, tone
from tests.support.songs import Song

BOTH, PERCUSSIVE, HARMONIC = AudioComponent.BOTH, AudioComponent.PERCUSSIVE, AudioComponent.HARMONIC
ONSETS, BEATS = Mark.ONSETS, Mark.BEATS
NTSC = Fraction(30000, 1001)


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Song]:
    """Sixteen seconds of music, 120 beats a minute."""
    played = Song(bpm=120, bars=8)
    return save_sound(tmp_path_factory.mktemp("song") / "song.ogg", played.sound), played


def agreement(found: SoundKeyframes, times: list[float], tolerance: int = 1) -> tuple[float, float]:
    """How many of the keyframes are at one of `times`, and how many of those have a keyframe.

    The first and the last keyframe are there in any case.
    """
    expected = {math.floor(time * found.fps) for time in times} - {0}
    inner = found.keyframes[1:-1]
    right = [key for key in inner if any(abs(key - frame) <= tolerance for frame in expected)]
    met = [frame for frame in expected if any(abs(key - frame) <= tolerance for key in inner)]
    return len(right) / len(inner), len(met) / len(expected)


@pytest.mark.parametrize("fps", [Fraction(8), Fraction(12), Fraction(24), NTSC, Fraction(60)])
@pytest.mark.parametrize("component", [BOTH, PERCUSSIVE])
def test_a_click_is_a_keyframe_at_the_frame_it_is_heard_in(
    tmp_path: Path, fps: Fraction, component: AudioComponent
) -> None:
    times = [0.26, 0.5, 1.0, 1.52, 1.999, 2.875, 3.333]
    path = save_sound(tmp_path / "clicks.wav", clicks(times, 4))
    found = find_keyframes(path, fps, component, ONSETS)
    frames = [math.floor(time * fps) for time in times]
    assert found.frames == math.ceil(4 * fps)
    assert found.keyframes[0] == 0
    assert found.keyframes[-1] == found.frames - 1
    assert list(found.keyframes[1:-1]) == pytest.approx(frames, abs=1)


def test_beats_on_the_very_beginning_of_frames_are_at_those(tmp_path: Path) -> None:
    path = save_sound(tmp_path / "beats.wav", clicks([beat / 2 for beat in range(16)], 8))
    for mark in Mark:
        found = find_keyframes(path, Fraction(12), BOTH, mark)
        assert found.keyframes == (*range(0, 96, 6), 95)
        assert found.tempo == pytest.approx(120, rel=0.001)


def test_another_rate_has_the_same_moments_at_other_frames(tmp_path: Path) -> None:
    path = save_sound(tmp_path / "clicks.wav", clicks([0.55, 1.3, 2.05], 3))
    slow = find_keyframes(path, Fraction(10), BOTH, ONSETS)
    fast = find_keyframes(path, Fraction(20), BOTH, ONSETS)
    assert slow.keyframes == (0, 5, 13, 20, 29)
    assert fast.keyframes == (0, 11, 26, 41, 59)
    assert fast.time_of(26) == 1.3


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    gaps=st.lists(st.floats(0.15, 0.8), min_size=1, max_size=6),
    rest=st.floats(0.01, 0.5),
    fps=st.fractions(1, 60, max_denominator=1001),
)
def test_clicks_anywhere_are_found_to_within_a_frame(
    tmp_path: Path, gaps: list[float], rest: float, fps: Fraction
) -> None:
    times = np.cumsum(gaps).tolist()
    path = save_sound(tmp_path / "clicks.wav", clicks(times, times[-1] + rest))
    found = find_keyframes(path, fps, BOTH, ONSETS)
    assert found.frames == math.ceil(found.seconds * fps)
    assert sorted(set(found.keyframes)) == list(found.keyframes)
    for time in times:
        assert min(abs(key - math.floor(time * fps)) for key in found.keyframes) <= 1
    for key in found.keyframes[1:-1]:
        assert min(abs(key - math.floor(time * fps)) for time in times) <= 1


@pytest.mark.parametrize("component", AudioComponent)
@pytest.mark.parametrize(
    ("sound", "keyframes"),
    [
        pytest.param(np.zeros(RATE, np.float32), (0, 11), id="silence"),
        pytest.param(tone(440, 1), (0, 11), id="a steady tone"),
        pytest.param(clicks([0.0], 0.01), (0,), id="ten milliseconds"),
        pytest.param(np.ones(1, np.float32), (0,), id="one sample"),
        pytest.param(tone(440, 0.1), (0, 1), id="two frames"),
        pytest.param(
            np.random.default_rng(0).uniform(-0.3, 0.3, RATE).astype(np.float32), (0, 11), id="rain"
        ),
    ],
)
def test_where_nothing_begins_there_are_only_the_first_and_the_last(
    tmp_path: Path, component: AudioComponent, sound: np.ndarray, keyframes: tuple[int, ...]
) -> None:
    path = save_sound(tmp_path / "sound.wav", sound)
    found = find_keyframes(path, Fraction(12), component, ONSETS)
    assert found.keyframes == keyframes
    assert found.tempo is None


def test_one_click_is_no_beat(tmp_path: Path) -> None:
    path = save_sound(tmp_path / "click.wav", clicks([0.7], 2))
    assert find_keyframes(path, Fraction(12), BOTH, ONSETS).keyframes == (0, 8, 23)
    assert find_keyframes(path, Fraction(12), BOTH, BEATS).keyframes == (0, 23)
    assert find_keyframes(path, Fraction(12), BOTH, BEATS).tempo is None


def test_the_strokes_and_notes_of_music_are_found(song: tuple[Path, Song]) -> None:
    path, played = song
    found = find_keyframes(path, Fraction(24), BOTH, ONSETS)
    precision, recall = agreement(found, played.strokes + played.notes)
    assert precision > 0.95
    assert recall > 0.9


def test_percussive_keyframes_are_the_drums_and_harmonic_ones_the_notes(tmp_path: Path) -> None:
    strokes, notes = [0.5 + beat for beat in range(7)], [1.25 + 2 * note for note in range(3)]
    sound = 0.5 * clicks(strokes, 8)
    for place, time in enumerate(notes):
        begin = round(time * RATE)
        note = tone(330 * (place + 2) / 2, 1.5, level=0.2)
        sound[begin : begin + len(note)] += note * np.linspace(0, 20, len(note)).clip(0, 1)
    path = save_sound(tmp_path / "both.wav", sound)
    percussive = find_keyframes(path, Fraction(12), PERCUSSIVE, ONSETS)
    assert agreement(percussive, strokes)[1] == 1
    harmonic = find_keyframes(path, Fraction(12), HARMONIC, ONSETS)
    assert agreement(harmonic, notes, tolerance=2)[1] == 1
    assert agreement(harmonic, strokes, tolerance=0)[1] < 0.3


def test_the_beat_of_music_is_found_and_its_tempo(song: tuple[Path, Song]) -> None:
    path, played = song
    found = find_keyframes(path, Fraction(24), BOTH, BEATS)
    assert found.tempo == pytest.approx(120, abs=0.5)
    assert agreement(found, played.strokes[::2]) == (1, pytest.approx(1, abs=0.1))


@pytest.mark.parametrize("component", AudioComponent)
def test_a_long_sound_is_analysed_as_a_short_one_is(
    song: tuple[Path, Song], monkeypatch: pytest.MonkeyPatch, component: AudioComponent
) -> None:
    at_once = find_keyframes(song[0], Fraction(24), component, ONSETS)
    monkeypatch.setattr(hearing, "BLOCK", 3)
    monkeypatch.setattr(onsets, "BLOCK", 3)
    in_blocks = find_keyframes(song[0], Fraction(24), component, ONSETS)
    times = [at_once.time_of(key) for key in at_once.keyframes[1:-1]]
    assert min(agreement(in_blocks, times)) > 0.8


def test_a_sound_of_more_than_ten_minutes_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onsets, "sound_seconds", lambda path: Fraction(606))
    with pytest.raises(MediaError, match=r"long\.wav: it is 10\.1 minutes long") as refused:
        find_keyframes(tmp_path / "long.wav", Fraction(12), BOTH, ONSETS)
    assert refused.value.fault is MediaFault.TOO_LONG


@pytest.mark.parametrize("content", [b"", b"no sound"])
def test_a_file_that_is_no_sound_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "odd.wav").write_bytes(content)
    with pytest.raises(MediaError, match=r"odd\.wav"):
        find_keyframes(tmp_path / "odd.wav", Fraction(12), BOTH, ONSETS)
