from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.errors import InputError, JobError
from engine.media.pictures import open_pictures
from engine.media.resample import resampled
from engine.request import Inputs
from engine.video_part import VideoPart
from tests.engine.media.clips import HEIGHT, WIDTH, number_of, numbered_clip

SESSION = "0123456789abcdef01234567"


@dataclass
class Saved:
    result: Path


@dataclass
class Sessions:
    file: Path

    def load(self, id: str, /) -> Saved:
        if id != SESSION:
            raise JobError("There is no such session.")
        return Saved(self.file)


@pytest.mark.holds("resample")
@pytest.mark.parametrize("ending", ["mp4", "gif", "webp"])
@pytest.mark.parametrize("fps", [Fraction(12), Fraction(30000, 1001)])
@pytest.mark.parametrize("frame", [0, 1, 2, 40, 254])
def test_one_frame_of_a_result_is_a_picture_to_start_from(
    tmp_path: Path, ending: str, fps: Fraction, frame: int
) -> None:
    clip = numbered_clip(tmp_path / f"animation.{ending}", 255, fps)
    inputs = resampled(f"{SESSION}@{frame}", Sessions(clip), tmp_path / "inputs")
    assert inputs.image is not None
    assert inputs.image.parent == tmp_path / "inputs"
    assert inputs == Inputs(image=inputs.image)
    with Image.open(inputs.image) as picture:
        assert (picture.size, picture.mode) == ((WIDTH, HEIGHT), "RGB")
        assert number_of(np.array(picture)) == frame


@pytest.mark.holds("resample")
@pytest.mark.parametrize("ending", ["mp4", "gif", "webp"])
def test_a_whole_result_is_a_video_to_start_from(tmp_path: Path, ending: str) -> None:
    clip = numbered_clip(tmp_path / f"animation.{ending}", 9, Fraction(12))
    inputs = resampled(SESSION, Sessions(clip), tmp_path / "inputs")
    assert inputs == Inputs(video=clip)
    with open_pictures(inputs, WIDTH, HEIGHT, VideoPart()) as picture_at:
        assert picture_at is not None
        shown = [number_of(picture_at(index, index / 12)) for index in range(9)]
    assert shown == list(range(9))


@pytest.mark.parametrize("ending", ["mp4", "gif", "webp"])
@pytest.mark.parametrize("frame", [9, 999999])
def test_a_frame_beyond_the_end_is_refused_with_the_number_of_frames(
    tmp_path: Path, ending: str, frame: int
) -> None:
    clip = numbered_clip(tmp_path / f"animation.{ending}", 9)
    with pytest.raises(InputError, match=rf"^resample: .*9 frames.* {frame}; .*0 to 8"):
        resampled(f"{SESSION}@{frame}", Sessions(clip), tmp_path)


def test_an_unknown_session_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^resample: f{24}: There is no such session"):
        resampled("f" * 24, Sessions(tmp_path / "none.mp4"), tmp_path)
