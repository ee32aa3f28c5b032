"""Recordings made live, which do not know their length, are whole unless they break off."""

import struct
from pathlib import Path

import av
import pytest

from tests.engine.media.clips import HEIGHT, WIDTH, numbered
from tests.engine.media.decoding.looking import look_at
from tests.engine.media.decoding.wholes import recorded_live, refused, whole


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


@pytest.mark.parametrize("length", [0, 0xFFFFFFFF, 0x7FFFFFFF, 0x7FFFF024])
def test_a_wav_made_in_a_pipe_is_as_long_as_it_is(length: int) -> None:
    content = bytearray(whole("sound.wav"))
    place = content.index(b"data") + 4
    content[4:8] = content[place : place + 4] = struct.pack("<I", length)
    facts = look_at(bytes(content)).audio
    assert facts
    assert facts.seconds == 2
