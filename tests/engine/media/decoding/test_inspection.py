import wave
from fractions import Fraction
from itertools import product
from pathlib import Path

import av
import pytest
from PIL import Image

from engine.media.decoding import clip as clips
from engine.media.decoding.inspection import inspect
from engine.media.decoding.source import source_of
from engine.media.facts import FileFacts, PictureFacts, SoundFacts, VideoFacts
from engine.media.limits import CEILING, MediaLimits
from tests.engine.media.clips import numbered, numbered_clip, save_clip, turn_clip
from tests.engine.media.sounds import save_sound, tone
from tests.support.films import film

NTSC = Fraction(30000, 1001)


def look_at(path: Path, limits: MediaLimits = CEILING) -> FileFacts:
    with path.open("rb") as file:
        return inspect(source_of(file, limits))


def image_in(path: Path) -> PictureFacts:
    facts = look_at(path).image
    assert facts is not None
    return facts


def sound_in(path: Path) -> SoundFacts:
    facts = look_at(path).audio
    assert facts is not None
    return facts


def video_in(path: Path) -> VideoFacts:
    facts = look_at(path).video
    assert facts is not None
    return facts


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
    facts = video_in(path)
    assert (facts.frames, facts.fps, facts.seconds) == (120, fps, 120 / fps)
    assert (facts.width, facts.height, facts.has_sound) == (64, 48, False)


@pytest.mark.parametrize(("codec", "ending"), [("mpeg4", "avi"), ("mpeg2video", "mpg")])
def test_frames_stored_out_of_order_are_each_counted_once(
    tmp_path: Path, codec: str, ending: str
) -> None:
    clip = save_clip(
        tmp_path / f"clip.{ending}", map(numbered, range(50)), Fraction(25), codec=codec, bf="2"
    )
    facts = video_in(clip)
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
    assert video_in(clip).frames == 200
    assert len(seen) == 1


def test_an_uneven_clip_has_its_average_rate(tmp_path: Path) -> None:
    times = [0, 30, 100, 110, 300, 340, 500]
    facts = video_in(save_clip(tmp_path / "clip.mkv", map(numbered, range(7)), times=times))
    assert facts.frames == 7
    assert float(facts.seconds) == pytest.approx(0.5, abs=0.2)


def test_a_phones_clip_is_as_wide_and_high_as_it_is_shown(tmp_path: Path) -> None:
    clip = numbered_clip(tmp_path / "phone.mp4", 3)
    turn_clip(clip)
    facts = video_in(clip)
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
    assert video_in(cut).frames == decoded


@pytest.mark.parametrize("codec", ["libx264", "mpeg2video", "mpeg4"])
def test_a_broadcast_recorded_from_the_middle_has_the_frames_that_are_shown(
    tmp_path: Path, codec: str
) -> None:
    clip = save_clip(
        tmp_path / "clip.ts", map(numbered, range(60)), Fraction(25), codec=codec, g="12", bf="2"
    )
    content = clip.read_bytes()
    for packets in (15, 20, 25, 30):
        clip.write_bytes(content[188 * packets :])
        with clip.open("rb") as file, clips.open_clip(source_of(file)) as opened:
            shown = sum(1 for _ in opened.frames)
        assert 0 < shown < 60
        assert video_in(clip).frames == shown


def test_a_film_whose_sound_nobody_knows_is_a_silent_one(tmp_path: Path) -> None:
    clip = film(tmp_path / "clip.mp4", 5, Fraction(25), (64, 48))
    assert look_at(clip).audio is not None
    content = clip.read_bytes()
    clip.write_bytes(content.replace(b"mp4a", b"zzzz").replace(b"esds", b"zsds"))
    facts = look_at(clip)
    assert facts.audio is None
    assert facts.video is not None
    assert not facts.video.has_sound


def test_a_film_with_a_sound_of_no_length_is_a_silent_one(tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    with av.open(clip, "w") as container:
        video, _ = container.add_stream("libx264", rate=25), container.add_stream("aac", rate=44100)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        container.mux(video.encode(av.VideoFrame.from_ndarray(numbered(1), format="rgb24")))
        container.mux(video.encode(None))
    facts = look_at(clip)
    assert facts.audio is None
    assert facts.video is not None
    assert not facts.video.has_sound


@pytest.mark.parametrize("channels", [3, 6, 8])
def test_a_sound_for_many_speakers_is_fine(tmp_path: Path, channels: int) -> None:
    path = tmp_path / "surround.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, 2, 48000, 0, "NONE", ""))
        file.writeframes(bytes(2 * channels * 4800))
    facts = sound_in(path)
    assert (facts.channels, facts.seconds) == (channels, Fraction(1, 10))


@pytest.mark.parametrize("seconds", [Fraction(1), Fraction(7, 3)])
@pytest.mark.parametrize("rate", [44100, 48000, 8000])
def test_a_sounds_length_is_exact(tmp_path: Path, seconds: Fraction, rate: int) -> None:
    path = save_sound(tmp_path / "sound.wav", tone(440, float(seconds), rate), rate)
    facts = sound_in(path)
    assert facts.seconds == Fraction(round(seconds * rate), rate)


@pytest.mark.parametrize("ending", ["mp3", "m4a", "flac", "ogg"])
def test_a_compressed_sounds_length_is_right_to_a_packet(tmp_path: Path, ending: str) -> None:
    path = save_sound(tmp_path / f"sound.{ending}", tone(440, 3, 48000), 48000)
    facts = sound_in(path)
    assert float(facts.seconds) == pytest.approx(3, abs=0.06)


def test_a_silent_film_is_a_video_alone(tmp_path: Path) -> None:
    facts = look_at(numbered_clip(tmp_path / "clip.mp4", 3))
    assert (facts.format, facts.kind, facts.audio, facts.image) == ("mp4", "video", None, None)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photos_size_is_the_one_it_is_shown_at(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.new("RGB", (80, 60)).save(tmp_path / "photo.jpg", exif=exif)
    facts = image_in(tmp_path / "photo.jpg")
    assert (facts.width, facts.height) == ((80, 60) if orientation < 5 else (60, 80))
