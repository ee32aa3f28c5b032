"""Which sound goes with an animation, and from where on."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from engine.media.soundtrack import soundtrack
from engine.request import Inputs
from engine.video_part import VideoPart

FPS = 25


def film(path: Path, *, sound: bool) -> Path:
    """A second of film, black."""
    with av.open(str(path), "w") as file:
        video = file.add_stream("libx264", rate=FPS, width=32, height=32, pix_fmt="yuv420p")
        track = file.add_stream("aac", rate=48000, layout="mono") if sound else None
        for _ in range(FPS):
            black = np.zeros((32, 32, 3), np.uint8)
            file.mux(video.encode(av.VideoFrame.from_ndarray(black, format="rgb24")))
        file.mux(video.encode(None))
        if track:
            tone = np.sin(np.arange(48000) / 20).astype(np.float32)[None]
            frame = av.AudioFrame.from_ndarray(tone, format="fltp", layout="mono")
            frame.sample_rate = 48000
            file.mux(track.encode(frame))
            file.mux(track.encode(None))
    return path


@pytest.fixture
def loud(tmp_path) -> Path:
    return film(tmp_path / "loud.mp4", sound=True)


def heard(inputs, fps=FPS, **part):
    return soundtrack(inputs, VideoPart(**part), Fraction(fps))


def test_an_attached_sound_comes_before_the_video_s_own(loud) -> None:
    inputs = Inputs(audio=Path("song.wav"), video=loud)
    assert heard(inputs) == (Path("song.wav"), 0)


def test_a_video_keeps_its_sound_at_any_frame_rate(loud) -> None:
    assert heard(Inputs(video=loud), fps=12) == (loud, pytest.approx(0, abs=0.001))


def test_a_part_of_a_video_is_heard_from_where_it_is_seen(loud) -> None:
    file, begin = heard(Inputs(video=loud), start=10)
    assert (file, begin) == (loud, pytest.approx(10 / FPS, abs=0.001))


def test_a_video_that_is_sped_up_has_no_sound(loud) -> None:
    assert heard(Inputs(video=loud), every_nth=5) is None
    assert heard(Inputs(video=loud), fps=5, every_nth=5) is not None  # seen at its own speed


def test_silent_films_and_pictures_have_none(tmp_path) -> None:
    assert heard(Inputs(video=film(tmp_path / "silent.mp4", sound=False))) is None
    assert heard(Inputs(image=Path("photo.png"))) is None
