"""Files damaged in all the ways that accidents and attackers do, the same for the same seed."""

import random
import re
from collections.abc import Callable, Iterator
from itertools import chain, islice

from tests.support.corpus import samples
from tests.support.disguises import disguises, masked_disguises

_HEADER = 64
_MOST_STRETCH = 4096


def mutations(content: bytes, count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """So many damaged files, each with a short name of what was done, made of a valid one.

    Half of them are damaged by chance, one kind of damage after the other; the rest are drawn from
    truncations and header edits at every place of interest, and disguises.
    """
    chance = random.Random(seed)
    fixed = list(chain(_truncations(content), _header_edits(content), _lengths(content)))
    planned = chance.sample(fixed, min(len(fixed), count // 4))
    texts = [*disguises(), *masked_disguises()]
    planned += chance.sample(texts, min(len(texts), count // 4))
    yield from planned
    yield from islice(_by_chance(content, chance), count - len(planned))


def _truncations(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Nothing, the header's every byte, a few places between, and all but the last bytes."""
    middle = (len(content) * part // 16 for part in range(1, 16))
    ends = (len(content) - less for less in (64, 16, 8, 4, 2, 1))
    for length in sorted({*range(_HEADER), *middle, *ends}):
        if 0 <= length < len(content):
            yield f"cut to {length} bytes", content[:length]


def _header_edits(content: bytes) -> Iterator[tuple[str, bytes]]:
    for place in range(min(_HEADER, len(content))):
        for value in {0, 1, 127, 128, 255} - {content[place]}:
            yield f"byte {place} is {value}", _with(content, place, bytes([value]))


def _lengths(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Fields of four bytes around chunks' names set to what no chunk's length is."""
    names = _names(content)
    for name in names[:64]:
        for place in (name - 4, name + 4, name + 8):
            if 0 <= place <= len(content) - 4:
                for value in (0xFFFFFFFF, 0x7FFFFFFF, 0x80000000, 0, 1):
                    field = value.to_bytes(4, "big")
                    yield f"field {place} is {value:#x}", _with(content, place, field)


def _by_chance(content: bytes, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    while True:
        for name, change in _CHANGES.items():
            yield name, change(content, chance)


def _flip_one(content: bytes, chance: random.Random) -> bytes:
    return _flipped(content, 1, chance)


def _flip_some(content: bytes, chance: random.Random) -> bytes:
    return _flipped(content, chance.randint(2, 16), chance)


def _flip_many(content: bytes, chance: random.Random) -> bytes:
    return _flipped(content, max(1, len(content) // chance.choice((10, 100, 1000))), chance)


def _flip_in_header(content: bytes, chance: random.Random) -> bytes:
    head = content[:1024]
    return _flipped(head, chance.randint(1, 8), chance) + content[1024:]


def _flipped(content: bytes, bits: int, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(bits if content else 0):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _random_header_byte(content: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(min(_HEADER, len(content)) or 1)
    return _with(content, place, chance.randbytes(1))


def _large_number(content: bytes, chance: random.Random) -> bytes:
    """Any field, of 2, 4 or 8 bytes, in either order."""
    width = chance.choice((2, 4, 8))
    value = chance.choice((2 ** (8 * width) - 1, 2 ** (8 * width - 1), 2 ** (8 * width - 1) - 1, 0))
    field = value.to_bytes(width, "big")[:: chance.choice((1, -1))]
    return _with(content, chance.randrange(min(len(content), _MOST_STRETCH) or 1), field)


def _cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content) or 1)]


def _remove(content: bytes, chance: random.Random) -> bytes:
    start, end = _stretch(content, chance)
    return content[:start] + content[end:]


def _repeat(content: bytes, chance: random.Random) -> bytes:
    start, end = _stretch(content, chance)
    return content[:end] + content[start:end] * chance.choice((1, 2, 50)) + content[end:]


def _swap(content: bytes, chance: random.Random) -> bytes:
    """Two stretches that follow one another."""
    start, end = _stretch(content, chance)
    middle = (start + end) // 2
    return content[:start] + content[middle:end] + content[start:middle] + content[end:]


def _zero(content: bytes, chance: random.Random) -> bytes:
    start, end = _stretch(content, chance)
    return content[:start] + bytes(end - start) + content[end:]


def _noise(content: bytes, chance: random.Random) -> bytes:
    start, end = _stretch(content, chance)
    return content[:start] + chance.randbytes(end - start) + content[end:]


def _splice(content: bytes, chance: random.Random) -> bytes:
    """This file's beginning, another one's end."""
    other = chance.choice(samples()).content
    return _cut(content, chance) + other[chance.randrange(len(other)) :]


def _append(content: bytes, chance: random.Random) -> bytes:
    other = chance.choice(samples()).content
    return content + chance.choice((chance.randbytes(1000), bytes(1000), content, other))


def _stretch(content: bytes, chance: random.Random) -> tuple[int, int]:
    """Where a stretch begins and ends: at chunks' names, as often as anywhere."""
    names = _names(content)
    if len(names) >= 2 and chance.random() < 0.5:
        first = chance.randrange(len(names) - 1)
        return names[first], names[min(len(names) - 1, first + chance.randint(1, 4))]
    start = chance.randrange(len(content) or 1)
    return start, min(len(content), start + chance.randint(1, _MOST_STRETCH))


def _names(content: bytes) -> list[int]:
    """Where four letters stand, as names of chunks, boxes and atoms do."""
    return [match.start() for match in re.finditer(rb"(?=[A-Za-z]{3}[A-Za-z0-9 ])", content)]


def _with(content: bytes, place: int, value: bytes) -> bytes:
    return content[:place] + value + content[place + len(value) :]


_CHANGES: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "one bit flipped": _flip_one,
    "some bits flipped": _flip_some,
    "many bits flipped": _flip_many,
    "bits flipped in its first kilobyte": _flip_in_header,
    "a random byte in its header": _random_header_byte,
    "a field blown up": _large_number,
    "cut off": _cut,
    "a stretch removed": _remove,
    "a stretch repeated": _repeat,
    "stretches swapped": _swap,
    "a stretch of zeros": _zero,
    "a stretch of noise": _noise,
    "spliced with another": _splice,
    "something appended": _append,
}
