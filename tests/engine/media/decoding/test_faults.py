"""What can't be used is refused, with what is wrong of it in plain words."""

import random
import re
import struct
import wave
from pathlib import Path

import pytest
from PIL import Image

from engine.errors import MediaError, MediaFault
from engine.media.decoding.inspection import inspect
from engine.media.decoding.source import source_of
from engine.media.facts import FileFacts
from engine.media.limits import CEILING, MediaLimits
from tests.engine.media.clips import numbered, numbered_clip, save_clip
from tests.engine.media.sounds import save_sound, tone


def look_at(path: Path, limits: MediaLimits = CEILING) -> FileFacts:
    with path.open("rb") as file:
        return inspect(source_of(file, limits))


@pytest.mark.parametrize(
    ("codec", "kind", "words", "fault"),
    [
        ("libx264", b"avc1", "its moving pictures are in a form", MediaFault.NO_PICTURE),
        ("aac", b"mp4a", "its sound is in a form", MediaFault.NO_SOUND),
    ],
)
def test_a_form_that_nobody_knows_is_said_to_be_one(
    tmp_path: Path, codec: str, kind: bytes, words: str, fault: MediaFault
) -> None:
    path = tmp_path / "file.mp4"
    if codec == "aac":
        save_sound(path, tone(440, 1))
    else:
        save_clip(path, map(numbered, range(3)))
    content = path.read_bytes()
    path.write_bytes(
        content.replace(kind, b"zzzz").replace(b"avcC", b"zzzC").replace(b"esds", b"zsds")
    )
    with pytest.raises(MediaError, match=words) as caught:
        look_at(path)
    assert caught.value.fault is fault


@pytest.mark.parametrize("rate", [1, 1_000_000])
def test_a_sound_that_no_machine_plays_is_refused(tmp_path: Path, rate: int) -> None:
    path = tmp_path / "odd.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes(bytes(2000))
    with pytest.raises(MediaError, match=f"its sound has {rate} samples a second") as caught:
        look_at(path)
    assert caught.value.fault is MediaFault.TOO_LARGE


@pytest.mark.parametrize("channels", [9, 64, 255])
def test_a_sound_of_channels_that_nobody_can_place_is_refused(
    tmp_path: Path, channels: int
) -> None:
    path = tmp_path / "odd.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, 2, 48000, 0, "NONE", ""))
        file.writeframes(bytes(2 * channels * 4800))
    with pytest.raises(MediaError, match=f"its sound has {channels} channels.*in stereo"):
        look_at(path)


def test_a_sound_without_samples_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 48000, 0, "NONE", ""))
    with pytest.raises(MediaError, match="it has no sound") as caught:
        look_at(path)
    assert caught.value.fault is MediaFault.NO_SOUND


def test_a_picture_of_too_many_pixels_is_refused(tmp_path: Path) -> None:
    Image.new("1", (900, 900)).save(tmp_path / "huge.png")
    with pytest.raises(MediaError, match="900×900 pixels are too many") as caught:
        look_at(tmp_path / "huge.png", MediaLimits(pixels=800_000))
    assert caught.value.fault is MediaFault.TOO_LARGE


@pytest.mark.parametrize("form", ["lossy", "lossless", "animated"])
def test_a_huge_webp_is_refused_before_there_is_room_made_for_it(tmp_path: Path, form: str) -> None:
    path = tmp_path / "huge.webp"
    small = Image.new("RGB", (16, 16))
    others = {"save_all": True, "append_images": [Image.new("RGB", (16, 16), "red")]}
    small.save(path, lossless=form == "lossless", **(others if form == "animated" else {}))
    content = bytearray(path.read_bytes())
    if form == "lossy":
        content[26:30] = struct.pack("<2H", 12_000, 12_000)
    elif form == "lossless":
        content[21:25] = struct.pack("<I", 11_999 | 11_999 << 14)
    else:
        content[24:30] = (11_999).to_bytes(3, "little") * 2
    path.write_bytes(content)
    with pytest.raises(MediaError, match="12000×12000 pixels are too many") as caught:
        look_at(path)
    assert caught.value.fault is MediaFault.TOO_LARGE


@pytest.mark.parametrize("ending", ["mp4", "gif", "webp"])
@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (MediaLimits(video_frames=10), "more than 10 frames"),
        (MediaLimits(video_seconds=1), "longer than 1 seconds"),
        (MediaLimits(pixels=3000), "64×48 pixels are too many"),
    ],
)
def test_a_clip_beyond_the_limits_is_refused(
    tmp_path: Path, ending: str, limits: MediaLimits, words: str
) -> None:
    with pytest.raises(MediaError, match=words) as caught:
        look_at(numbered_clip(tmp_path / f"clip.{ending}", 11), limits)
    assert caught.value.fault in (MediaFault.TOO_LONG, MediaFault.TOO_LARGE)


def test_a_sound_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    path = save_sound(tmp_path / "long.flac", tone(440, 3))
    with pytest.raises(MediaError, match="sound is longer than 2 seconds") as caught:
        look_at(path, MediaLimits(sound_seconds=2))
    assert caught.value.fault is MediaFault.TOO_LONG


@pytest.mark.parametrize("content", [b"", b"no media", b"RIFF\4\0\0\0WEBP", b"\0" * 5000])
def test_what_is_no_media_at_all_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.bin"
    path.write_bytes(content)
    with pytest.raises(MediaError) as caught:
        look_at(path)
    assert caught.value.fault in (MediaFault.EMPTY, MediaFault.WRONG_TYPE, MediaFault.MALFORMED)


@pytest.mark.parametrize("ending", ["png", "jpg", "webp", "mp4", "webm", "flac", "wav"])
def test_what_is_wrong_is_said_in_plain_words(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"file.{ending}"
    if ending in ("png", "jpg", "webp"):
        Image.linear_gradient("L").save(path)
    elif ending in ("mp4", "webm"):
        codec = "libvpx-vp9" if ending == "webm" else "libx264"
        save_clip(path, map(numbered, range(20)), codec=codec)
    else:
        save_sound(path, tone(440, 1))
    content, chance = path.read_bytes(), random.Random(ending)
    refused = 0
    for _ in range(100):
        damaged = bytearray(content)
        for _ in range(chance.choice((1, 10, 100))):
            damaged[chance.randrange(min(len(damaged), 1000))] = chance.randrange(256)
        path.write_bytes(damaged)
        try:
            look_at(path)
        except MediaError as error:
            refused += 1
            assert re.match("(it|its|only) ", str(error))
            assert not re.search(r"[<>_\\\[\]]|Errno|chunk|Invalid|0x|\bb'", str(error))
    assert refused > 10


def test_a_tiff_whose_pixels_begin_at_a_fraction_of_a_byte_is_just_damaged(tmp_path: Path) -> None:
    path = tmp_path / "fraction.tiff"
    Image.new("RGB", (64, 48)).save(path)
    offset, number, fraction = 273, 4, 11
    stored, claimed = (struct.pack("<HHI", offset, kind, 1) for kind in (number, fraction))
    content = path.read_bytes()
    assert stored in content
    path.write_bytes(content.replace(stored, claimed))
    with pytest.raises(MediaError, match="it is damaged"):
        look_at(path)
