from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from engine.errors import MediaError
from engine.groups.output import Format
from engine.render.output.encoders import open_encoder

RATE = 44_100


def write(path: Path, count: int, fps: Fraction, audio: Path | None = None) -> Path:
    with open_encoder(path, Format.MP4, fps, 64, 64, audio=audio) as encoder:
        for number in range(count):
            encoder.add(np.full((64, 64, 3), number % 250, np.uint8))
    return path


def save_sound(path: Path, samples: np.ndarray, layout: str = "mono") -> Path:
    """Channels × length samples from −1 to 1, in the codec that the file's ending stands for."""
    codec = {".wav": "pcm_s16le", ".mp3": "libmp3lame", ".flac": "flac"}
    with av.open(path, "w") as container:
        stream = container.add_stream(codec.get(path.suffix, "aac"), rate=RATE, layout=layout)
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples, np.float32), format="fltp", layout=layout
        )
        frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def clicks(seconds: float, *times: float) -> np.ndarray:
    samples = np.zeros((1, round(seconds * RATE)))
    for time in times:
        samples[0, round(time * RATE) : round((time + 0.005) * RATE)] = 0.9
    return samples


def sound_of(path: Path) -> tuple[np.ndarray, int]:
    """What a player plays: loudness over time from the file's time 0, and its sample rate."""
    with av.open(path) as container:
        rate = container.streams.audio[0].rate
        frames = list(container.decode(audio=0))
    start = round(frames[0].time * rate)
    samples = np.concatenate([np.abs(frame.to_ndarray()).max(axis=0) for frame in frames])
    return (samples[-start:] if start < 0 else np.pad(samples, (start, 0))), rate


@pytest.mark.holds("fps")
@pytest.mark.parametrize("fps", [Fraction(12), Fraction(30000, 1001), Fraction(25, 2), Fraction(1)])
def test_every_frame_stands_at_its_exact_time(tmp_path: Path, fps: Fraction) -> None:
    path = write(tmp_path / "a.mp4", 30, fps)
    with av.open(path) as container:
        stream = container.streams.video[0]
        assert stream.average_rate == fps
        times = [frame.pts * frame.time_base for frame in container.decode(stream)]
        assert times == [number / fps for number in range(30)]
        assert stream.duration * stream.time_base == 30 / fps


def test_the_same_frames_are_always_the_same_file(tmp_path: Path) -> None:
    y, x = np.mgrid[:64, :64]
    noise = np.random.default_rng(0).integers(0, 60, (64, 64))

    def encoded() -> bytes:
        with open_encoder(tmp_path / "a.mp4", Format.MP4, Fraction(12), 64, 64) as encoder:
            for number in range(6):
                moving = np.sin((x + 3 * number) / 9), np.cos((y + 5 * number) / 7)
                red, green = (99 * wave + 128 for wave in moving)
                encoder.add(np.stack([red, green, noise + x], axis=-1).astype(np.uint8))
        return (tmp_path / "a.mp4").read_bytes()

    assert len({encoded() for _ in range(40)}) == 1


@pytest.mark.parametrize(
    "fps", [Fraction(12), Fraction(10), Fraction(24), Fraction(30000, 1001), Fraction(2997, 125)]
)
@pytest.mark.parametrize("count", [1, 7, 61])
def test_pictures_and_sound_are_exactly_as_long_as_the_frames(
    tmp_path: Path, fps: Fraction, count: int
) -> None:
    sound = save_sound(tmp_path / "noise.wav", clicks(0.5, 0.1))
    with av.open(write(tmp_path / "a.mp4", count, fps, sound)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert video.duration * video.time_base == pytest.approx(float(count / fps), abs=1e-4)
        assert audio.duration * audio.time_base == pytest.approx(float(count / fps), abs=1e-4)
        assert container.duration / av.time_base == pytest.approx(float(count / fps), abs=1e-4)


def save_clip(path: Path, samples: np.ndarray) -> Path:
    """A video of 30000/1001 frames a second with sound, as a phone makes it."""
    with av.open(path, "w") as container:
        rate = Fraction(30000, 1001)
        video = container.add_stream("libx264", rate=rate, width=64, height=64, pix_fmt="yuv420p")
        audio = container.add_stream("aac", rate=RATE, layout="mono")
        for number in range(round(samples.shape[1] / RATE * rate)):
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
            frame.pts, frame.time_base = number, 1 / rate
            container.mux(video.encode(frame))
        tone = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples, np.float32), format="fltp", layout="mono"
        )
        tone.sample_rate, tone.pts, tone.time_base = RATE, 0, Fraction(1, RATE)
        container.mux(audio.encode(tone))
        container.mux([*video.encode(None), *audio.encode(None)])
    return path


@pytest.mark.parametrize("fps", [Fraction(12), Fraction(30000, 1001)])
@pytest.mark.parametrize("ending", ["wav", "mp4"])
def test_sound_is_in_time_from_the_beginning_to_the_end_of_a_minute(
    tmp_path: Path, ending: str, fps: Fraction
) -> None:
    """An AAC encoder's priming is 1024 samples, 21 ms, and a drift grows: both would show."""
    times = (0.0, 30.0, 59.9)
    noise = np.random.default_rng(0).uniform(-0.9, 0.9, 400)
    samples = np.zeros((1, 60 * RATE))
    for time in times:
        samples[0, round(time * RATE) : round(time * RATE) + 400] = noise
    save = save_clip if ending == "mp4" else save_sound
    sound = save(tmp_path / f"noise.{ending}", samples)
    with av.open(write(tmp_path / "a.mp4", round(60 * fps), fps, sound)) as container:
        rate = container.streams.audio[0].rate
        frames = list(container.decode(audio=0))
    heard = np.concatenate([frame.to_ndarray()[0] for frame in frames])
    shift = round(float(frames[0].time) * rate)
    heard = heard[-shift:] if shift < 0 else np.pad(heard, (shift, 0))
    sought = np.interp(np.arange(0, 400, RATE / rate), np.arange(400), noise)
    for time in times:
        start = max(0, round((time - 0.2) * rate))
        likeness = np.correlate(heard[start : round((time + 0.2) * rate)], sought)
        assert (start + likeness.argmax()) / rate == pytest.approx(time, abs=0.001)


def test_a_part_of_a_sound_begins_with_the_first_frame(tmp_path: Path) -> None:
    sound = save_sound(tmp_path / "clicks.m4a", clicks(3, 0.5, 2.0))
    path = tmp_path / "a.mp4"
    with open_encoder(
        path, Format.MP4, Fraction(12), 64, 64, audio=sound, audio_begin=1.25
    ) as encoder:
        for _ in range(12):
            encoder.add(np.zeros((64, 64, 3), np.uint8))
    loudness, rate = sound_of(path)
    assert np.argmax(loudness > 0.3) / rate == pytest.approx(0.75, abs=0.005)


def test_it_plays_everywhere_and_while_it_loads(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", 30, Fraction(12))
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")
    with av.open(path) as container:
        codec = container.streams.video[0].codec_context
        assert (codec.name, codec.pix_fmt) == ("h264", "yuv420p")


def test_it_says_which_colours_it_means(tmp_path: Path) -> None:
    with av.open(write(tmp_path / "a.mp4", 2, Fraction(12))) as container:
        frame = next(container.decode(video=0))
    bt709, limited = 1, 1
    assert (frame.colorspace, frame.color_primaries, frame.color_trc) == (bt709, bt709, bt709)
    assert frame.color_range == limited


@pytest.mark.holds("format")
@pytest.mark.parametrize("ending", ["wav", "mp3", "flac", "m4a", "mkv"])
def test_a_click_is_heard_at_the_frame_where_it_was(tmp_path: Path, ending: str) -> None:
    sound = save_sound(tmp_path / f"clicks.{ending}", clicks(3, 0.5, 1.75))
    path = write(tmp_path / "a.mp4", 36, Fraction(12), sound)
    loudness, rate = sound_of(path)
    for time in (0.5, 1.75):
        window = loudness[round((time - 0.3) * rate) : round((time + 0.3) * rate)]
        heard = time - 0.3 + np.argmax(window > 0.3) / rate
        assert heard == pytest.approx(time, abs=0.02)  # a frame is 0.083


@pytest.mark.parametrize("seconds", [0.7, 2.0, 9.0])
def test_the_sound_is_as_long_as_the_pictures(tmp_path: Path, seconds: float) -> None:
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, (1, round(seconds * RATE)))
    sound = save_sound(tmp_path / "noise.wav", noise)
    path = write(tmp_path / "a.mp4", 24, Fraction(12), sound)
    loudness, rate = sound_of(path)
    assert len(loudness) / rate == pytest.approx(2, abs=0.03)
    heard = np.flatnonzero(loudness > 0.05)[-1] / rate
    assert heard == pytest.approx(min(seconds, 2), abs=0.03)
    with av.open(path) as container:
        assert container.duration / av.time_base == pytest.approx(2, abs=0.03)


def test_sound_that_begins_later_than_its_file_stays_that_late(tmp_path: Path) -> None:
    path = tmp_path / "late.mkv"
    with av.open(path, "w") as container:
        video = container.add_stream("libx264", rate=10, width=64, height=64, pix_fmt="yuv420p")
        audio = container.add_stream("aac", rate=RATE, layout="mono")
        for number in range(20):
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 10)
            container.mux(video.encode(frame))
        tone = av.AudioFrame.from_ndarray(
            clicks(1, 0.0).astype(np.float32), format="fltp", layout="mono"
        )
        tone.sample_rate, tone.pts, tone.time_base = RATE, RATE, Fraction(1, RATE)
        container.mux(audio.encode(tone))
        container.mux([*video.encode(None), *audio.encode(None)])
    loudness, rate = sound_of(write(tmp_path / "a.mp4", 24, Fraction(12), path))
    assert np.argmax(loudness > 0.3) / rate == pytest.approx(1.0, abs=0.04)


def test_both_channels_stay_apart(tmp_path: Path) -> None:
    left = np.concatenate([clicks(1, 0.25), clicks(1, 0.75)])
    sound = save_sound(tmp_path / "wide.wav", left, "stereo")
    path = write(tmp_path / "a.mp4", 12, Fraction(12), sound)
    with av.open(path) as container:
        samples = np.concatenate([f.to_ndarray() for f in container.decode(audio=0)], axis=1)
        rate = container.streams.audio[0].rate
    peaks = np.abs(samples).argmax(axis=1) / rate
    assert peaks == pytest.approx([0.25, 0.75], abs=0.05)


@pytest.mark.holds("format")
def test_other_formats_leave_the_sound_out(tmp_path: Path) -> None:
    sound = save_sound(tmp_path / "clicks.wav", clicks(1, 0.5))
    path = tmp_path / "a.gif"
    with open_encoder(path, Format.GIF, Fraction(12), 64, 64, audio=sound) as encoder:
        encoder.add(np.zeros((64, 64, 3), np.uint8))
    with av.open(path) as container:
        assert not container.streams.audio


@pytest.mark.parametrize("content", [b"", b"no sound", b"RIFF\0\0\0\0WAVEfmt " + b"\0" * 40])
def test_a_file_that_is_no_sound_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "odd.wav").write_bytes(content)
    with (
        pytest.raises(MediaError, match=r"odd\.wav"),
        open_encoder(
            tmp_path / "a.mp4", Format.MP4, Fraction(12), 64, 64, audio=tmp_path / "odd.wav"
        ) as encoder,
    ):
        encoder.add(np.zeros((64, 64, 3), np.uint8))
    assert not (tmp_path / "a.mp4").exists()


def test_a_clip_without_sound_is_refused(tmp_path: Path) -> None:
    silent = write(tmp_path / "silent.mp4", 5, Fraction(12))
    with (
        pytest.raises(MediaError, match="has no sound"),
        open_encoder(tmp_path / "a.mp4", Format.MP4, Fraction(12), 64, 64, audio=silent),
    ):
        pass
