"""Files that are there only in part are told from whole ones, however those were made."""

import struct
from pathlib import Path

import pytest

from engine.errors import MediaError, MediaFault
from engine.media.inspection import inspect_file
from engine.media.limits import CEILING
from tests.engine.media.decoding.looking import look_at
from tests.engine.media.decoding.wholes import NAMES, recorded_live, refused, whole


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("part", [0.3, 0.5, 0.77, 0.95])
def test_a_file_downloaded_in_part_is_refused(name: str, part: float) -> None:
    content = whole(name)
    # An odd place, as whole packets of an even length might end at an even one.
    assert refused(content[: int(len(content) * part) | 1]).endswith("; upload it again")


@pytest.mark.parametrize("name", NAMES)
def test_what_programs_append_to_a_file_is_no_fault(name: str) -> None:
    content = whole(name)
    found = look_at(content)
    assert look_at(content + b"TAG" + bytes(125)) == found  # ID3v1
    assert look_at(content + b"SEFT appended by a camera").kind == found.kind


def test_a_gif_that_only_lacks_its_last_byte_is_played_as_browsers_do() -> None:
    facts = look_at(whole("moving.gif")[:-1]).video
    assert facts
    assert facts.frames == 12


def test_an_mp3_that_states_far_more_frames_than_it_has_is_refused() -> None:
    content = bytearray(whole("sound.mp3"))
    place = content.index(b"Info") + 8
    (frames,) = struct.unpack_from(">I", content, place)
    content[place : place + 4] = struct.pack(">I", frames + 1)  # some count the note too
    assert look_at(bytes(content)).audio
    content[place : place + 4] = struct.pack(">I", 2 * frames)
    refused(bytes(content))


def test_an_mp3_without_such_a_note_ends_with_a_whole_frame() -> None:
    content = recorded_live("mp3", "mp3")
    assert look_at(content).audio
    refused(content[:-10])


def test_a_damaged_sound_in_the_middle_is_not_called_cut_off() -> None:
    content = bytearray(whole("sound.flac"))
    content[len(content) // 2 : len(content) // 2 + 200] = bytes(200)
    facts = look_at(bytes(content)).audio
    assert facts
    assert facts.seconds == 2


def test_a_cut_file_is_told_apart_in_confinement_too(tmp_path: Path) -> None:
    for name in ("film.mp4", "sound.mp3", "picture.jpg"):
        content = whole(name)
        (tmp_path / name).write_bytes(content)
        assert inspect_file(tmp_path / name, CEILING) == look_at(content)
        (tmp_path / name).write_bytes(content[: len(content) // 2 | 1])
        with pytest.raises(MediaError, match=rf"^{name}: it ends in the middle") as caught:
            inspect_file(tmp_path / name, CEILING)
        assert caught.value.fault is MediaFault.TRUNCATED


def test_a_place_that_no_disk_has_is_not_looked_at(tmp_path: Path) -> None:
    sound = tmp_path / "sound.caf"
    sound.write_bytes(whole("sound.caf") + struct.pack(">4sq", b"free", 2**62))
    assert inspect_file(sound, CEILING) == look_at(whole("sound.caf"))
    path = tmp_path / "clip.mov"
    path.write_bytes(struct.pack(">I4sQ", 1, b"free", 2**64 - 1) + bytes(100))
    with pytest.raises(MediaError) as caught:
        inspect_file(path, CEILING)
    assert caught.value.fault is MediaFault.TRUNCATED
