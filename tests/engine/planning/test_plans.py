"""What an animation hears."""

from fractions import Fraction

import numpy as np
import pytest

from engine.planning.plans import hear
from engine.request import Inputs
from engine.settings import Settings
from tests.engine.media.sounds import clicks, save_sound
from tests.support.films import film


def settings(**chosen):
    return Settings().updated({"prompts": "0: a", "fps": 10, "frames": 20, **chosen})


@pytest.mark.holds("interpolation")
def test_a_song_is_heard_from_its_beginning(tmp_path):
    song = save_sound(tmp_path / "song.wav", clicks([0.55, 1.25], 2))
    heard = hear(settings(), Inputs(audio=song))
    assert np.flatnonzero(heard).tolist() == [5, 12]


def test_a_film_is_heard_from_where_it_is_seen(tmp_path):
    movie = film(tmp_path / "film.mp4", 20, Fraction(10), (64, 48))  # with a steady tone
    heard = hear(settings(video_start=15), Inputs(video=movie))
    assert np.flatnonzero(heard)[:5].tolist() == [0, 1, 2, 3, 4]
    assert max(heard[7:]) == 0


def test_without_a_sound_nothing_is_heard():
    assert hear(settings(), Inputs()) == ()
