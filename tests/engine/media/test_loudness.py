import math
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from engine.errors import MediaError
from engine.groups.animation import MelReduce
from engine.groups.media import AudioComponent
from engine.media import hearing
from engine.media.loudness import loudness
from tests.engine.media.clips import numbered
from tests.engine.media.sounds import RATE, add_sound, clicks, save_sound, tone

BOTH, PERCUSSIVE, HARMONIC = AudioComponent.BOTH, AudioComponent.PERCUSSIVE, AudioComponent.HARMONIC
NTSC = Fraction(30000, 1001)


def loud(levels: list[float]) -> list[int]:
    """The frames in which something is heard."""
    return [frame for frame, level in enumerate(levels) if level > 0]


@pytest.mark.parametrize("fps", [Fraction(12), Fraction(24), NTSC, Fraction(60)])
@pytest.mark.parametrize("reduce", list(MelReduce))
def test_a_click_raises_exactly_the_frame_it_is_heard_in(
    tmp_path: Path, fps: Fraction, reduce: MelReduce
) -> None:
    times = [0.0, 0.26, 1.0, 1.52, 2.875]
    path = save_sound(tmp_path / "clicks.wav", clicks(times, 3))
    levels = loudness(path, BOTH, reduce, fps, math.ceil(3 * fps))
    assert loud(levels) == [math.floor(time * fps) for time in times]


def test_beats_on_the_very_beginning_of_frames_count_for_those_alone(tmp_path: Path) -> None:
    path = save_sound(tmp_path / "beats.wav", clicks([beat / 2 for beat in range(8)], 4))
    levels = loudness(path, BOTH, MelReduce.MAX, Fraction(12), 48)  # 120 beats a minute
    assert loud(levels) == list(range(0, 48, 6))
    assert max(levels) == pytest.approx(levels[0], rel=1e-3)


def test_nothing_drifts_at_rates_that_are_no_whole_number(tmp_path: Path) -> None:
    # A click in the middle of every 100th frame, for five minutes.
    frames = range(50, 9000, 100)
    times = [float((frame + Fraction(1, 2)) / NTSC) for frame in frames]
    path = save_sound(tmp_path / "clicks.flac", clicks(times, 300))
    assert loud(loudness(path, BOTH, MelReduce.MAX, NTSC, 8991)) == list(frames)


def test_another_rate_tells_of_the_same_moments(tmp_path: Path) -> None:
    path = save_sound(tmp_path / "clicks.wav", clicks([0.55, 1.3, 2.05], 3))
    fast = loudness(path, BOTH, MelReduce.MEAN, Fraction(60), 180)
    slow = loudness(path, BOTH, MelReduce.MEAN, Fraction(12), 36)
    together = np.reshape(fast, (36, 5)).sum(axis=1)
    assert slow == pytest.approx(together.tolist(), rel=1e-3)


def test_energy_grows_with_the_square_of_the_level(tmp_path: Path) -> None:
    quiet, loud_ = tone(1000, 1, level=0.1), tone(1000, 1, level=0.4)
    path = save_sound(tmp_path / "tones.wav", np.concatenate([quiet, loud_]))
    levels = loudness(path, BOTH, MelReduce.MAX, Fraction(10), 20)
    assert levels[:10] == pytest.approx([levels[5]] * 10, rel=0.02)
    assert levels[10:] == pytest.approx([16 * levels[5]] * 10, rel=0.02)


@pytest.mark.holds("mel_reduce")
def test_bands_are_reduced_to_the_loudest_the_mean_or_the_middle_one(tmp_path: Path) -> None:
    path = save_sound(tmp_path / "tone.wav", tone(1000, 1))
    levels = {reduce: loudness(path, BOTH, reduce, Fraction(10), 10)[5] for reduce in MelReduce}
    # A tone is in one band of 128 and its neighbours.
    assert levels[MelReduce.MAX] > 20 * levels[MelReduce.MEAN] > 0
    assert levels[MelReduce.MEAN] > 100 * levels[MelReduce.MEDIAN]


def test_silence_has_no_energy(tmp_path: Path) -> None:
    silence = np.random.default_rng(0).uniform(-1e-6, 1e-6, RATE).astype(np.float32)
    path = save_sound(tmp_path / "silence.wav", silence)
    for component in AudioComponent:
        assert loudness(path, component, MelReduce.MAX, Fraction(12), 12) == [0] * 12


def test_after_the_sounds_end_there_is_silence(tmp_path: Path) -> None:
    path = save_sound(tmp_path / "tone.wav", tone(440, 1))
    assert loud(loudness(path, BOTH, MelReduce.MAX, Fraction(12), 36)) == list(range(12))


@pytest.mark.holds("audio_component")
def test_clicks_are_percussive_and_a_tone_is_harmonic(tmp_path: Path) -> None:
    times = [0.5 + beat / 2 for beat in range(6)]
    swell = np.minimum(1, np.linspace(0, 8, 4 * RATE, dtype=np.float32))
    sound = clicks(times, 4) + tone(440, 4, level=0.05) * swell * swell[::-1]
    path = save_sound(tmp_path / "both.wav", sound)
    percussive = np.array(loudness(path, PERCUSSIVE, MelReduce.MAX, Fraction(20), 80))
    harmonic = np.array(loudness(path, HARMONIC, MelReduce.MAX, Fraction(20), 80))
    beats = [round(time * 20) for time in times]
    assert sorted(np.argsort(percussive)[-6:].tolist()) == beats
    assert np.delete(percussive, beats).max() < 0.05 * percussive[beats].min()
    steady = harmonic[12:-12]
    assert steady.min() > 0.5 * steady.max()


@pytest.mark.parametrize("component", [PERCUSSIVE, HARMONIC])
def test_a_long_sound_is_split_as_a_short_one_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, component: AudioComponent
) -> None:
    sound = clicks([0.3 + beat * 0.7 for beat in range(12)], 9) + tone(440, 9, level=0.1)
    path = save_sound(tmp_path / "long.wav", sound)
    at_once = loudness(path, component, MelReduce.MAX, Fraction(12), 108)
    monkeypatch.setattr(hearing, "BLOCK", 2)
    in_blocks = loudness(path, component, MelReduce.MAX, Fraction(12), 108)
    assert in_blocks == pytest.approx(at_once, rel=0.02, abs=0.001 * max(at_once))


def test_a_tone_that_sounds_already_when_a_part_begins_is_no_beat(tmp_path: Path) -> None:
    path = save_sound(tmp_path / "tone.wav", tone(440, 4))
    levels = loudness(path, PERCUSSIVE, MelReduce.MAX, Fraction(10), 10, begin=2.0)
    whole = loudness(path, BOTH, MelReduce.MAX, Fraction(10), 10, begin=2.0)
    assert max(levels) < 0.001 * max(whole)


def test_a_videos_sound_drives_too(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    sound = clicks([1.02], 2)
    with av.open(path, "w") as container:
        pictures = container.add_stream("libx264", rate=10)
        pictures.width, pictures.height, pictures.pix_fmt = 64, 48, "yuv420p"
        track = container.add_stream("aac", rate=RATE, layout="mono")
        track.bit_rate = 256_000
        for number in range(20):
            frame = av.VideoFrame.from_ndarray(numbered(number), format="rgb24")
            container.mux(pictures.encode(frame))
        container.mux(pictures.encode(None))
        add_sound(container, track, sound)
    levels = loudness(path, BOTH, MelReduce.MAX, Fraction(10), 20)
    assert int(np.argmax(levels)) == 10
    assert levels[10] > 100 * max(levels[:10])
    # A part of the clip that begins at its frame 8.
    assert int(np.argmax(loudness(path, BOTH, MelReduce.MAX, Fraction(10), 12, begin=0.8))) == 2


def test_more_than_ten_minutes_are_refused_before_any_is_read(tmp_path: Path) -> None:
    path = save_sound(tmp_path / "tone.wav", tone(440, 0.1))
    with pytest.raises(MediaError, match=r"tone\.wav: .*10 minutes.* not 10\.1"):
        loudness(path, BOTH, MelReduce.MAX, Fraction(10), 6060)


@pytest.mark.parametrize("content", [b"", b"no sound"])
def test_a_file_that_is_no_sound_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "odd.wav").write_bytes(content)
    with pytest.raises(MediaError, match=r"odd\.wav"):
        loudness(tmp_path / "odd.wav", BOTH, MelReduce.MAX, Fraction(10), 10)
