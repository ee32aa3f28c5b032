"""Files that are there only in part are told from whole ones, however those were made."""

import io
import struct
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np
import pytest
from PIL import Image

from engine.errors import MediaError, MediaFault
from engine.media.inspection import inspect_file
from engine.media.limits import CEILING
from tests.engine.media.clips import HEIGHT, WIDTH, numbered, numbered_clip, save_clip
from tests.engine.media.decoding.looking import Pipe, look_at
from tests.engine.media.sounds import add_sound, save_sound, tone

CODECS = {"webm": "libvpx-vp9", "avi": "mpeg4", "mpg": "mpeg2video", "flv": "flv"}
PCM = {"aiff": "pcm_s16be", "caf": "pcm_s16be", "w64": "pcm_s16le"}
FILMS = ["mp4", "mov", "mkv", "webm", "avi", "flv", "asf", "ts", "mpg"]
SOUNDS = ["wav", "w64", "aiff", "caf", "flac", "ogg", "m4a", "mp3", "aac"]
PICTURES = ["png", "jpg", "webp", "gif", "bmp", "tiff", "avif"]
MOVING = ["gif", "webp"]


@cache
def whole(name: str) -> bytes:
    """A film, a sound or a picture of the kind that the name's ending tells."""
    ending = name.rpartition(".")[2]
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        if ending in FILMS:
            codec = CODECS.get(ending, "libx264")
            save_clip(path, map(numbered, range(12)), Fraction(25), codec=codec)
        elif ending in ("aiff", "caf", "w64"):
            with av.open(path, "w") as container:
                stream = container.add_stream(PCM[ending], rate=48000, layout="mono")
                add_sound(container, stream, tone(440, 2))
        elif ending in SOUNDS:
            save_sound(path, tone(440, 2))
        elif name.startswith("moving"):
            numbered_clip(path, 12)
        else:
            pixels = np.random.default_rng(0).integers(0, 255, (48, 64, 3), np.uint8)
            Image.fromarray(pixels).save(path)
        return path.read_bytes()


NAMES = [
    *(f"film.{ending}" for ending in FILMS),
    *(f"sound.{ending}" for ending in SOUNDS),
    *(f"picture.{ending}" for ending in PICTURES),
    *(f"moving.{ending}" for ending in MOVING),
]


def refused(content: bytes, fault: MediaFault = MediaFault.TRUNCATED) -> str:
    with pytest.raises(MediaError) as caught:
        look_at(content)
    assert caught.value.fault is fault
    return str(caught.value)


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


def recorded_live(form: str, codec: str) -> bytes:
    pipe = Pipe()
    with av.open(pipe, "w", format=form) as container:
        if codec.startswith("lib"):
            stream = container.add_stream(codec, rate=25)
            stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
            for number in range(12):
                picture = av.VideoFrame.from_ndarray(numbered(number), format="rgb24")
                container.mux(stream.encode(picture))
            container.mux(stream.encode(None))
        else:
            stream = container.add_stream(codec, rate=48000, layout="mono")
            add_sound(container, stream, tone(440, 1))
    return bytes(pipe.content)


@pytest.mark.parametrize(
    ("form", "codec"),
    [
        *(("webm", "libvpx"), ("matroska", "libx264"), ("avi", "libx264"), ("flv", "libx264")),
        *(("wav", "pcm_s16le"), ("flac", "flac"), ("mp3", "mp3"), ("caf", "pcm_s16le")),
    ],
)
def test_a_live_recording_that_does_not_know_its_length_is_whole(form: str, codec: str) -> None:
    facts = look_at(recorded_live(form, codec))
    if facts.video:
        assert facts.video.frames == 12
    else:
        assert facts.audio
        assert float(facts.audio.seconds) == pytest.approx(1, abs=0.06)


def test_a_live_recording_that_breaks_off_in_a_frame_is_refused() -> None:
    refused(recorded_live("webm", "libvpx")[:-5])


def test_a_film_in_fragments_is_whole_with_all_it_has(tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    options = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
    with av.open(clip, "w", options=options) as container:
        stream = container.add_stream("libx264", rate=25, options={"g": "3"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(12):
            picture = av.VideoFrame.from_ndarray(numbered(number), format="rgb24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    content = clip.read_bytes()
    facts = look_at(content).video
    assert facts
    assert facts.frames == 12
    last = content.rindex(b"moof") - 4
    refused(content[: last + 20])
    refused(content[: content.index(b"mdat", last) - 4])


def test_a_recording_that_was_never_finished_is_refused() -> None:
    content = whole("film.mp4")
    refused(content[: content.index(b"moov") - 4])


def test_a_gif_that_only_lacks_its_last_byte_is_played_as_browsers_do() -> None:
    facts = look_at(whole("moving.gif")[:-1]).video
    assert facts
    assert facts.frames == 12


@pytest.mark.parametrize("length", [0, 0xFFFFFFFF, 0x7FFFFFFF, 0x7FFFF024])
def test_a_wav_made_in_a_pipe_is_as_long_as_it_is(length: int) -> None:
    content = bytearray(whole("sound.wav"))
    place = content.index(b"data") + 4
    content[4:8] = content[place : place + 4] = struct.pack("<I", length)
    facts = look_at(bytes(content)).audio
    assert facts
    assert facts.seconds == 2


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
    path = tmp_path / "clip.mov"
    path.write_bytes(struct.pack(">I4sQ", 1, b"free", 2**64 - 1) + bytes(100))
    with pytest.raises(MediaError) as caught:
        inspect_file(path, CEILING)
    assert caught.value.fault is MediaFault.TRUNCATED


def encrypted_film() -> bytes:
    options = {
        "encryption_scheme": "cenc-aes-ctr",
        "encryption_key": "000102030405060708090a0b0c0d0e0f",
        "encryption_kid": "f0e0d0c0b0a090807060504030201000",
    }
    file = io.BytesIO()
    with av.open(file, "w", format="mp4", options=options) as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        picture = av.VideoFrame.from_ndarray(numbered(1), format="rgb24")
        container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return file.getvalue()


def element(kind: bytes, content: bytes) -> bytes:
    return kind + bytes([0x80 | len(content)]) + content


ENCODING = element(b"\x62\x40", element(b"\x50\x35", element(b"\x47\xe1", b"\x05")))
ENCRYPTED_TRACK = element(b"\x16\x54\xae\x6b", element(b"\xae", element(b"\x6d\x80", ENCODING)))
MATROSKA = element(b"\x1a\x45\xdf\xa3", element(b"\x42\x82", b"matroska"))
ASF_HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
ASF_ENCRYPTION = bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e") + struct.pack("<Q", 24)


@pytest.mark.parametrize(
    "content",
    [
        encrypted_film(),
        whole("sound.m4a").replace(b"mp4a", b"drms"),
        MATROSKA + element(b"\x18\x53\x80\x67", ENCRYPTED_TRACK),
        ASF_HEADER + struct.pack("<QIH", 54, 1, 513) + ASF_ENCRYPTION,
    ],
    ids=["cenc", "itunes", "matroska", "windows-media"],
)
def test_what_only_its_owner_can_open_is_called_encrypted(content: bytes) -> None:
    assert "encrypted" in refused(content, MediaFault.ENCRYPTED)
