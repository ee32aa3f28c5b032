"""However a file is damaged, its reader goes on to its end or says what is wrong."""

import io
import random
from collections.abc import Callable

import pytest

from engine.errors import MediaError
from engine.media.decoding.clip import beginning_of_frame
from engine.media.decoding.inspection import inspect
from engine.media.decoding.pictures import open_part, read_image
from engine.media.decoding.sound import open_sound
from engine.media.decoding.source import Source, source_of
from engine.media.limits import MediaLimits
from engine.video_part import VideoPart
from tests.engine.media.decoding.wholes import NAMES, whole


def watch(source: Source) -> None:
    with open_part(source, VideoPart(), (64, 48)) as part:
        for index in range(13):
            assert part.at(index, index / 25).shape == (48, 64, 3)


def listen(source: Source) -> None:
    with open_sound(source, 0.1) as reader:
        assert reader.read(50_000).shape == (2, 50_000)


READERS: list[Callable[[Source], object]] = [
    watch,
    listen,
    inspect,
    lambda source: read_image(source, (64, 48)),
    lambda source: beginning_of_frame(source, 5),
]


def damaged(content: bytes, chance: random.Random) -> bytes:
    """A file with some wrong bytes, a lost or a doubled stretch, most of it near the beginning."""
    changed = bytearray(content)
    reach = len(content) if chance.random() < 0.5 else min(len(content), 600)
    start = chance.randrange(reach)
    end = start + chance.randrange(100)
    match chance.randrange(4):
        case 0:
            del changed[start:end]
        case 1:
            changed[start:start] = changed[start:end]
        case 2:
            changed[start : start + 4] = chance.choice((b"\xff" * 4, b"\x7f\xff\xff\xff", bytes(4)))
        case _:
            for _ in range(chance.choice((1, 8, 64))):
                changed[chance.randrange(reach)] = chance.randrange(256)
    return bytes(changed)


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's about TIFF
@pytest.mark.parametrize("name", NAMES)
def test_no_damage_is_a_surprise(name: str) -> None:
    chance = random.Random(name)
    failures = 0
    for _ in range(25):
        content = damaged(whole(name), chance)
        for read in READERS:
            try:
                read(source_of(io.BytesIO(content), MediaLimits()))
            except (MediaError, MemoryError):
                failures += 1
    assert failures
