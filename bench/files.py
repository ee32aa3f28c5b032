"""Users' files read by a confined process, beside reading them in this one: what safety costs.

`python -m bench.files`. Milliseconds; the two ways of a row are timed in turn.
"""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image
from scipy.io import wavfile

from bench.rows import Row, show
from engine.groups.output import Format
from engine.media import RATE
from engine.media.decoding.inspection import inspect
from engine.media.decoding.pictures import open_part
from engine.media.decoding.sound import open_sound
from engine.media.decoding.source import source_of
from engine.media.inspection import inspect_file, inspect_files
from engine.media.limits import CEILING
from engine.media.pictures import open_pictures
from engine.media.sound import Sound
from engine.render.output.encoders import open_encoder
from engine.request import Inputs
from engine.video_part import VideoPart

SIDE, FRAMES, FPS, SECONDS, MANY = 512, 60, Fraction(24), 60, 200


def inspections(picture: Path) -> Iterator[Row]:
    def here() -> object:
        with picture.open("rb") as file:
            return inspect(source_of(file))

    yield Row("a picture inspected", lambda: inspect_file(picture, CEILING), "unconfined", here)
    yield Row(
        f"{MANY} pictures inspected",
        lambda: list(inspect_files([(picture, "picture")] * MANY, CEILING)),
        "unconfined",
        lambda: [here() for _ in range(MANY)],
    )


def readings(clip: Path, song: Path) -> Iterator[Row]:
    times = [(index, float(index / FPS)) for index in range(FRAMES)]

    def frames() -> None:
        with open_pictures(Inputs(video=clip), SIDE, SIDE, VideoPart()) as picture_at:
            for index, time in times:
                assert picture_at and picture_at(index, time).any()

    def frames_here() -> None:
        with clip.open("rb") as file, open_part(source_of(file), VideoPart(), (SIDE, SIDE)) as part:
            for index, time in times:
                assert part.at(index, time).any()

    def samples() -> None:
        with Sound(song) as sound:
            for _ in range(SECONDS):
                sound.read(RATE)

    def samples_here() -> None:
        with song.open("rb") as file, open_sound(source_of(file), 0.0) as sound:
            for _ in range(SECONDS):
                sound.read(RATE)

    yield Row(f"{FRAMES} frames of {SIDE}²", frames, "unconfined", frames_here)
    yield Row(f"{SECONDS} s of sound", samples, "unconfined", samples_here)


def main() -> None:
    """Print a row for each way of reading."""
    print(f"{'milliseconds':34}{'engine':>9}  {'plain way':16}{'':9}{'ratio':>8}")
    chance = np.random.default_rng(0)
    with TemporaryDirectory() as name:
        folder = Path(name)
        picture, clip, song = folder / "a.png", folder / "a.mp4", folder / "a.wav"
        pixels = chance.integers(0, 255, (SIDE, SIDE, 3), np.uint8)
        Image.fromarray(pixels).save(picture)
        with open_encoder(clip, Format.MP4, FPS, SIDE, SIDE) as encoder:
            for shift in range(FRAMES):
                encoder.add(np.roll(pixels, shift, axis=1))
        wavfile.write(song, RATE, chance.uniform(-1, 1, (SECONDS * RATE, 2)).astype(np.float32))
        show("", inspections(picture))
        show("", readings(clip, song))


if __name__ == "__main__":
    main()
