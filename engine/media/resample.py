"""An earlier result as the start of a new one: one of its frames, or all of it."""

from pathlib import Path
from typing import Protocol

import numpy as np
from PIL import Image

from engine.errors import InputError, JobError, MediaError
from engine.media import Picture
from engine.request import Inputs

_SETTING = "resample"


class Result(Protocol):
    """A saved animation."""

    @property
    def result(self) -> Path:
        """Its file."""
        ...


class Results(Protocol):
    """Where saved animations are found by their ids."""

    def load(self, id: str, /) -> Result:
        """The animation of that id. JobError if there is none."""
        ...


def resampled(text: str, results: Results, folder: Path) -> Inputs:
    """The input that `SESSION` (its whole animation) or `SESSION@FRAME` (one picture of it) is.

    The picture is written into `folder`. InputError if there is no such session or frame.
    """
    session, _, frame = text.partition("@")
    try:
        file = results.load(session).result
    except JobError as error:
        raise InputError(
            _SETTING, f"{session}: {error}", "write the id that stands below a result"
        ) from None
    if not frame:
        return Inputs(video=file)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"frame-{int(frame)}.png"
    Image.fromarray(_frame(file, int(frame))).save(path)
    return Inputs(image=path)


def _frame(file: Path, wanted: int) -> Picture:
    import imageio.v3 as iio

    # imageio's PyAV plugin reads films. It seeks by time, which misses frames; counting doesn't.
    options = {"plugin": "pyav"} if file.suffix == ".mp4" else {"plugin": "pillow", "mode": "RGB"}
    number = -1
    try:
        for number, pixels in enumerate(iio.imiter(file, **options)):
            if number == wanted:
                return np.asarray(pixels, np.uint8)
    except (OSError, ValueError) as error:
        raise MediaError(f"the result to resample can't be read: {error}") from error
    raise InputError(
        _SETTING,
        f"the result has {number + 1} frames, so there is no frame {wanted}",
        f"they are numbered from 0 to {number}",
    )
