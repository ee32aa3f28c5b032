from pathlib import Path

import numpy as np
import pytest
from librosa import effects

from engine.groups.media import AudioComponent
from engine.media.hearing import component_of, read_mono
from tests.engine.media.sounds import clicks, save_sound, tone

COMPONENTS = (AudioComponent.PERCUSSIVE, AudioComponent.HARMONIC)
RATE = 24_000
SOUND = clicks([0.3, 1.1, 1.5], 2, RATE) + tone(440, 2, RATE, 0.2)


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_component_is_what_librosa_splits_off(component: AudioComponent) -> None:
    part = component_of(SOUND, component, RATE)
    assert np.abs(part - getattr(effects, component)(SOUND)).max() < 1e-5
    assert np.abs(part - SOUND).max() > 0.1


def test_both_components_together_are_the_sound() -> None:
    parts = [component_of(SOUND, component, RATE) for component in COMPONENTS]
    assert np.abs(sum(parts) - SOUND).max() < 1e-5


def test_a_stereo_sound_is_heard_from_both_sides_and_silence_after_it(tmp_path: Path) -> None:
    wave = tone(440, 1.5)
    path = save_sound(tmp_path / "tone.wav", wave)
    heard = read_mono(path, 0.0, 96_000)
    assert np.abs(heard[:72_000] * wave[27] / heard[27] - wave).max() < 1e-3
    assert np.abs(heard[72_000:]).max() == 0
    assert np.array_equal(read_mono(path, 0.5, 48_000), heard[24_000:72_000])
