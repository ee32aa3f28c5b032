import wave
from fractions import Fraction
from itertools import product
from pathlib import Path

import av
import pytest
from PIL import Image

from engine.errors import MediaError
from engine.media import clip as clips
from engine.media import inspection
from engine.media.images import LARGEST
from engine.media.inspection import inspect_image, inspect_inputs, inspect_video
from engine.request import Inputs
from tests.engine.media.clips import numbered, numbered_clip, save_clip, turn_clip
from tests.engine.media.sounds import save_sound, tone

NTSC = Fraction(30000, 1001)


def test_without_inputs_there_are_no_facts() -> None:
    facts = inspect_inputs(Inputs())
    assert (facts.image, facts.audio, facts.video) == (None, None, None)


@pytest.mark.parametrize(
    ("ending", "fps"),
    [
        *product(["mp4", "mkv", "mov", "avi", "ts", "webm", "webp"], [Fraction(12), NTSC]),
        ("gif", Fraction(12)),  # whose hundredths can't tell 30000/1001 from 30
    ],
)
def test_frames_are_counted_and_their_rate_is_exact(
    tmp_path: Path, ending: str, fps: Fraction
) -> None:
    path = tmp_path / f"clip.{ending}"
    if ending in ("gif", "webp"):
        numbered_clip(path, 120, fps)
    else:
        codec = "libvpx-vp9" if ending == "webm" else "libx264"
        save_clip(path, map(numbered, range(120)), fps, codec=codec)
    facts = inspect_video(path)
    assert (facts.frames, facts.fps, facts.seconds) == (120, fps, 120 / fps)
    assert (facts.width, facts.height, facts.has_sound) == (64, 48, False)


@pytest.mark.parametrize(("codec", "ending"), [("mpeg4", "avi"), ("mpeg2video", "mpg")])
def test_frames_stored_out_of_order_are_each_counted_once(
    tmp_path: Path, codec: str, ending: str
) -> None:
    clip = save_clip(
        tmp_path / f"clip.{ending}", map(numbered, range(50)), Fraction(25), codec=codec, bf="2"
    )
    facts = inspect_video(clip)
    assert (facts.frames, facts.fps) == (50, 25)


def test_no_frame_but_the_first_is_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clip = numbered_clip(tmp_path / "clip.mp4", 200)
    seen = []

    def counted(*given: object) -> object:
        for frame in decoded(*given):
            seen.append(frame)
            yield frame

    decoded = clips.decoded
    monkeypatch.setattr(clips, "decoded", counted)
    assert inspect_video(clip).frames == 200
    assert len(seen) == 1


def test_an_uneven_clip_has_its_average_rate(tmp_path: Path) -> None:
    times = [0, 30, 100, 110, 300, 340, 500]
    facts = inspect_video(save_clip(tmp_path / "clip.mkv", map(numbered, range(7)), times=times))
    assert facts.frames == 7
    assert float(facts.seconds) == pytest.approx(0.5, abs=0.2)


def test_a_phones_clip_is_as_wide_and_high_as_it_is_shown(tmp_path: Path) -> None:
    clip = numbered_clip(tmp_path / "phone.mp4", 3)
    turn_clip(clip)
    facts = inspect_video(clip)
    assert (facts.width, facts.height) == (48, 64)


def test_frames_that_a_phone_cut_off_are_not_counted(tmp_path: Path) -> None:
    source = numbered_clip(tmp_path / "whole.mp4", 30)
    cut = tmp_path / "cut.mp4"
    with av.open(source) as whole, av.open(cut, "w") as part:
        stream = part.add_stream_from_template(whole.streams.video[0])
        for packet in whole.demux(video=0):
            if packet.dts is None:
                continue
            # Times below zero are in the file, and an edit list says to leave them out.
            packet.pts -= 4 * packet.duration
            packet.dts -= 4 * packet.duration
            packet.stream = stream
            part.mux(packet)
    with av.open(cut) as container:
        decoded = sum(1 for _ in container.decode(video=0))
    assert inspect_video(cut).frames == decoded


@pytest.mark.parametrize("seconds", [Fraction(1), Fraction(7, 3)])
@pytest.mark.parametrize("rate", [44100, 48000, 8000])
def test_a_sounds_length_is_exact(tmp_path: Path, seconds: Fraction, rate: int) -> None:
    path = save_sound(tmp_path / "sound.wav", tone(440, float(seconds), rate), rate)
    facts = inspect_inputs(Inputs(audio=path)).audio
    assert facts is not None
    assert facts.seconds == Fraction(round(seconds * rate), rate)


@pytest.mark.parametrize("ending", ["mp3", "m4a", "flac", "ogg"])
def test_a_compressed_sounds_length_is_right_to_a_packet(tmp_path: Path, ending: str) -> None:
    path = save_sound(tmp_path / f"sound.{ending}", tone(440, 3, 48000), 48000)
    facts = inspect_inputs(Inputs(audio=path)).audio
    assert facts is not None
    assert float(facts.seconds) == pytest.approx(3, abs=0.06)


def test_a_sound_without_samples_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 48000, 0, "NONE", ""))
    with pytest.raises(MediaError, match=r"empty\.wav has no sound"):
        inspect_inputs(Inputs(audio=path))


def test_a_clip_has_no_sound_for_audio(tmp_path: Path) -> None:
    clip = numbered_clip(tmp_path / "clip.mp4", 3)
    with pytest.raises(MediaError, match=r"clip\.mp4 has no sound"):
        inspect_inputs(Inputs(audio=clip))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photos_size_is_the_one_it_is_shown_at(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.new("RGB", (80, 60)).save(tmp_path / "photo.jpg", exif=exif)
    facts = inspect_image(tmp_path / "photo.jpg")
    assert (facts.width, facts.height) == ((80, 60) if orientation < 5 else (60, 80))


def test_a_huge_picture_is_refused(tmp_path: Path) -> None:
    Image.new("1", (9000, 9000)).save(tmp_path / "huge.png")
    assert LARGEST < 9000 * 9000
    with pytest.raises(MediaError, match="9000×9000"):
        inspect_image(tmp_path / "huge.png")


def test_a_clip_of_endlessly_many_frames_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspection, "MOST_FRAMES", 10)
    with pytest.raises(MediaError, match="more than 10 frames"):
        inspect_video(numbered_clip(tmp_path / "clip.mp4", 11))


@pytest.mark.parametrize("kind", ["image", "audio", "video"])
@pytest.mark.parametrize("content", [b"", b"no media", b"RIFF\4\0\0\0WEBP", b"\0" * 5000])
def test_files_that_are_not_what_they_should_be_are_refused_by_name(
    tmp_path: Path, kind: str, content: bytes
) -> None:
    path = tmp_path / "odd.bin"
    path.write_bytes(content)
    with pytest.raises(MediaError, match=r"odd\.bin"):
        inspect_inputs(Inputs.model_validate({kind: path}))


@pytest.mark.parametrize("kind", ["image", "audio", "video"])
def test_missing_files_are_told(tmp_path: Path, kind: str) -> None:
    with pytest.raises(MediaError, match=r"gone\.bin"):
        inspect_inputs(Inputs.model_validate({kind: tmp_path / "gone.bin"}))
