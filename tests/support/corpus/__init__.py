"""Small valid files of every kind that is read, with what is known of them; and bombs."""

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from tests.support.corpus import film_bombs, films, picture_bombs, pictures, sound_bombs, sounds
from tests.support.corpus.sample import Sample, Sound

__all__ = ["BOMBS", "Sample", "Sound", "sample", "samples"]

_SOURCES = (
    *(pictures.stills, pictures.turned, pictures.moving),
    *(sounds.sounds, sounds.songs),
    *(films.films, films.turned_films, films.encrypted_films),
)
BOMBS: dict[str, Callable[[Path], None]] = {
    "huge.png": picture_bombs.huge_png,
    "text.png": partial(picture_bombs.png_text_bomb, kind=b"zTXt"),
    "unicode-text.png": partial(picture_bombs.png_text_bomb, kind=b"iTXt"),
    "colour-profile.png": partial(picture_bombs.png_text_bomb, kind=b"iCCP"),
    "huge.gif": picture_bombs.huge_gif,
    "huge-screen.gif": picture_bombs.huge_screen_gif,
    "huge.webp": picture_bombs.huge_webp,
    "huge-animated.webp": picture_bombs.huge_animated_webp,
    "huge.jpg": picture_bombs.huge_jpeg,
    "huge-progressive.jpg": partial(picture_bombs.huge_jpeg, progressive=True),
    "huge.tiff": picture_bombs.huge_tiff,
    "huge.avif": picture_bombs.huge_avif,
    "hours.flac": sound_bombs.endless_flac,
    "untold-hours.flac": partial(sound_bombs.endless_flac, told=False),
    "hours.mp3": sound_bombs.endless_mp3,
    "claimed-hours.wav": sound_bombs.endless_wav,
    "endless-4k.mp4": film_bombs.endless_film,
    "understated.mp4": film_bombs.understated_film,
    "index.mp4": film_bombs.index_bomb,
}
"""What writes each bomb to a path, in a second or two and without much memory."""


@cache
def samples() -> tuple[Sample, ...]:
    """All small valid files. They take about a second, once in a process."""
    return tuple(sample for source in _SOURCES for sample in source())


def sample(name: str) -> Sample:
    """The sample of that name."""
    return next(sample for sample in samples() if sample.name == name)
