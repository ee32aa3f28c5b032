"""How little of a clip is decoded, converted and kept."""

import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from engine.media.decoding import pictures
from engine.media.decoding.clip import Clip, ClipFrame, open_clip
from engine.media.decoding.pictures import Part, open_part
from engine.media.decoding.source import Source, source_of
from engine.video_part import VideoPart
from tests.engine.media.clips import HEIGHT, WIDTH, number_of, numbered_clip


@contextmanager
def opened(clip: Path, **part: int) -> Iterator[Part]:
    """A clip's pictures, at the size they have."""
    with (
        clip.open("rb") as file,
        open_part(source_of(file), VideoPart(**part), (WIDTH, HEIGHT)) as pictures,
    ):
        yield pictures


@pytest.mark.parametrize("ending", ["mp4", "webp"])
def test_a_video_is_never_in_memory_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    clip = numbered_clip(tmp_path / f"clip.{ending}", 200)
    fitted = []
    fit = pictures._fit
    monkeypatch.setattr(pictures, "_fit", lambda *given: (fitted.append(1), fit(*given))[1])
    with opened(clip, start=90) as part:  # frames before the part are not fitted
        assert len(fitted) == 1
        part.at(1, 0.1)
        assert len(fitted) == 2
        part.at(99, 9.9)  # nor are frames in between
        assert len(fitted) == 3


class Kept:
    """A frame's pixels, not yet made, that can be seen to be let go."""

    def __init__(self, image: Callable[[], Image.Image]) -> None:
        self._image = image

    def __call__(self) -> Image.Image:
        return self._image()


@pytest.mark.parametrize("ending", ["mp4", "webp"])
def test_no_more_than_three_frames_are_held_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    clip = numbered_clip(tmp_path / f"clip.{ending}", 60)
    alive: weakref.WeakSet[Kept] = weakref.WeakSet()
    counts = []

    def watch(frame: ClipFrame) -> ClipFrame:
        kept = Kept(frame.image)
        alive.add(kept)
        counts.append(len(alive))
        return ClipFrame(frame.time, kept)

    @contextmanager
    def watched(source: Source) -> Iterator[Clip]:
        with open_clip(source) as clip:
            yield Clip(map(watch, clip.frames), clip.rounding)

    monkeypatch.setattr(pictures, "open_clip", watched)
    with opened(clip) as part:
        numbers = [number_of(part.at(index, index / 10)) for index in range(60)]
    assert numbers == list(range(60))
    assert len(counts) == 60
    assert max(counts) <= 3
