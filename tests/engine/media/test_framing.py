"""Music without a container is known by its frames, one after another."""

import io
import random

import av
import pytest

from engine.media.framing import WINDOW, framing_of
from tests.support.corpus import sample


@pytest.mark.parametrize(
    ("name", "framing"),
    [
        *(("untagged.mp3", "mp3"), ("slow.mp3", None), ("layer-two.mp2", "mp3")),
        *(("frames.aac", "aac"), ("dolby.ac3", "ac3"), ("stereo.flac", None)),
    ],
)
def test_frames_are_known_without_a_tag_before_them(name: str, framing: str | None) -> None:
    assert framing_of(sample(name).content[:WINDOW]) == framing


@pytest.mark.parametrize("name", ["untagged.mp3", "layer-two.mp2", "frames.aac", "dolby.ac3"])
def test_one_header_of_a_frame_proves_nothing(name: str) -> None:
    content = sample(name).content
    assert not framing_of(content[:30] + b"\x55" * 10_000)


def test_noise_after_a_frames_sync_is_no_music() -> None:
    noise = random.Random(1)
    for _ in range(300):
        sync = bytes([0xFF, 0xE0 | noise.randrange(32)])
        assert not framing_of(sync + noise.randbytes(9000))


def test_a_single_frame_is_enough_if_the_file_ends_with_it() -> None:
    frame = b"\xff\xf3\x14\xc0" + bytes(20)
    assert framing_of(frame) == "mp3"
    assert framing_of(frame + b"TAG" + bytes(125)) == "mp3"
    assert not framing_of(frame[:-1])


@pytest.mark.parametrize("version", [0xE0, 0xF0, 0xF8], ids=["2.5", "2", "1"])
@pytest.mark.parametrize("layer", [6, 4, 2], ids=["I", "II", "III"])
def test_mpeg_audios_frames_are_as_long_as_ffmpeg_finds_them(version: int, layer: int) -> None:
    header = bytes([0xFF, version | layer | 1, 0x52, 0xC0])
    frames = (header + bytes(size - len(header)) for size in range(8, 3000))
    (frame,) = filter(framing_of, frames)
    with av.open(io.BytesIO(frame * 20), format="mp3") as container:
        assert {packet.size for packet in container.demux() if packet.size} == {len(frame)}
