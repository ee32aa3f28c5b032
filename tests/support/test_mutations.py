"""The damage is the same each time, of many kinds, and of as many files as asked for."""

import pytest

from tests.support.corpus import sample
from tests.support.disguises import MASKS, disguises, masked_disguises
from tests.support.mutations import mutations

CONTENT = sample("rgb.png").content


def test_the_same_seed_does_the_same_damage() -> None:
    first, again = (list(mutations(CONTENT, 200, seed=3)) for _ in range(2))
    assert first == again
    assert first != list(mutations(CONTENT, 200, seed=4))


@pytest.mark.parametrize("count", [0, 1, 50, 1000])
@pytest.mark.parametrize("content", [b"", b"\xff", CONTENT], ids=["empty", "a byte", "a picture"])
def test_as_many_are_made_as_asked_for(content: bytes, count: int) -> None:
    assert len(list(mutations(content, count, seed=0))) == count


def test_nearly_all_are_damaged_and_differ() -> None:
    made = [content for _, content in mutations(CONTENT, 1000, seed=0)]
    assert sum(content != CONTENT for content in made) > 950
    assert len(set(made)) > 800


def test_names_tell_what_was_done() -> None:
    made = dict(mutations(CONTENT, 4000, seed=0))
    assert made["cut to 0 bytes"] == b""
    assert made["cut to 8 bytes"] == CONTENT[:8]
    assert made["byte 0 is 255"] == b"\xff" + CONTENT[1:]
    assert made["field 33 is 0xffffffff"] == CONTENT[:33] + b"\xff" * 4 + CONTENT[37:]
    assert sum(a != b for a, b in zip(made["one bit flipped"], CONTENT, strict=True)) == 1


def test_disguises_name_a_file_and_the_port() -> None:
    for name, content in disguises(port=4711):
        assert (b":4711/" in content) == name.endswith("address")
        assert (b"/etc/passwd" in content) == (not name.endswith("address"))


def test_disguises_stand_behind_every_mask() -> None:
    masked = dict(masked_disguises())
    assert len(masked) == len(MASKS) * len(list(disguises()))
    assert masked["hls-of-path-behind-flac"].startswith(b"fLaC#EXTM3U")
