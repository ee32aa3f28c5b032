"""What the scenes attach: pictures, clips and sounds, drawn and played here."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image, ImageDraw

from engine.request import Inputs
from tests.engine.media.sounds import RATE, Mono, clicks, save_sound, tone

SIDE = 128
FPS = Fraction(12)


def disc(x: float, y: float = 0.5, colour: str = "red", ground: str = "white") -> Image.Image:
    """A disc; its middle is given in 0 … 1 of the picture's width and height."""
    picture = Image.new("RGB", (SIDE, SIDE), ground)
    radius, across, down = SIDE * 0.22, x * SIDE, y * SIDE
    box = (across - radius, down - radius, across + radius, down + radius)
    ImageDraw.Draw(picture).ellipse(box, fill=colour)
    return picture


def house(across: int = 0, down: int = 0) -> Image.Image:
    """A yellow house on blue, moved by pixels from the middle."""
    picture = Image.new("RGB", (SIDE, SIDE), (70, 120, 220))
    pen, roof = ImageDraw.Draw(picture), ((26, 62), (102, 62), (64, 24))
    pen.rectangle((34 + across, 62 + down, 94 + across, 110 + down), fill=(250, 220, 60))
    pen.polygon([(x + across, y + down) for x, y in roof], fill=(200, 40, 40))
    return picture


def save_picture(path: Path, picture: Image.Image) -> Inputs:
    """The picture as an attached image."""
    picture.save(path.with_suffix(".png"))
    return Inputs(image=path.with_suffix(".png"))


def save_crossing(path: Path) -> Inputs:
    """A clip of 24 frames: a disc goes from left to right while it turns from red to blue."""
    with av.open(path.with_suffix(".mp4"), "w") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"crf": "10"})
        stream.width, stream.height, stream.pix_fmt = SIDE, SIDE, "yuv420p"
        for place in np.linspace(0, 1, 24):
            colour = f"rgb({round(255 * (1 - place))},0,{round(255 * place)})"
            picture = np.asarray(disc(0.25 + 0.5 * place, colour=colour))
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return Inputs(video=path.with_suffix(".mp4"))


def beats() -> Mono:
    """Half a second of stillness, two claps, and stillness again."""
    return clicks([0.26, 0.3, 0.55], 1.0)


def hum_then_claps() -> Mono:
    """A tone, and claps once it is over."""
    half = tone(440.0, 0.5, level=0.2)
    return np.concatenate([half, clicks([0.05 * n for n in range(10)], 0.5)])


def hum_then_hiss() -> Mono:
    """A loud tone, which is in few bands, then a softer hiss, which is in all of them."""
    hiss = 0.1 * np.random.default_rng(0).standard_normal(RATE // 2).astype(np.float32)
    return np.concatenate([tone(440.0, 0.5, level=0.9), hiss])


def _sound(make: Callable[[], Mono]) -> Callable[[Path], Inputs]:
    return lambda path: Inputs(audio=save_sound(path.with_suffix(".wav"), make()))


ATTACHED: dict[str, Callable[[Path], Inputs]] = {
    "disc": lambda path: save_picture(path, disc(0.5)),
    "house": lambda path: save_picture(path, house()),
    "house on the left": lambda path: save_picture(path, house(across=-24, down=8)),
    "crossing": save_crossing,
    "beats": _sound(beats),
    "hum, then claps": _sound(hum_then_claps),
    "hum, then hiss": _sound(hum_then_hiss),
}
"""Everything a scene can attach, by its name in the page: makes the file at a path."""
