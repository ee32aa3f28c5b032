from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from engine.media import RATE
from engine.media.sandbox.process import DecodingProcess
from engine.media.sound import Sound, sound_seconds
from engine.media.soundtrack import beginning_of_frame
from tests.engine.media.clips import numbered
from tests.engine.media.sounds import add_sound, clicks, save_sound, tone


def film(path: Path, sound: np.ndarray, codec: str = "aac", late: float = 0.0) -> Path:
    """Two seconds of pictures at 10 fps with a sound beside them; the pictures begin `late`."""
    with av.open(path, "w") as container:
        pictures = container.add_stream("libx264", rate=10, options={"bf": "0"})
        pictures.width, pictures.height, pictures.pix_fmt = 64, 48, "yuv420p"
        track = container.add_stream(codec, rate=RATE, layout="mono")
        track.bit_rate = 256_000
        for number in range(20):
            frame = av.VideoFrame.from_ndarray(numbered(number), format="rgb24")
            frame.pts, frame.time_base = round((number / 10 + late) * 1000), Fraction(1, 1000)
            container.mux(pictures.encode(frame))
        container.mux(pictures.encode(None))
        add_sound(container, track, sound)
    return path


def begins(clip: Path, number: int) -> float:
    """When a frame comes on."""
    with DecodingProcess() as process:
        return beginning_of_frame(process, clip, number)


def first_heard(sound: Sound, seconds: float) -> float:
    """The second in which something is first heard."""
    samples = np.abs(sound.read(round(seconds * RATE))).max(axis=0)
    return float(np.argmax(samples > 0.2)) / RATE


def test_a_sound_is_read_in_pieces_of_any_size_and_then_there_is_silence(tmp_path: Path) -> None:
    wave = tone(440, 0.5)
    with Sound(save_sound(tmp_path / "tone.wav", wave)) as sound:
        pieces = [sound.read(count) for count in (1, 999, 20_000, 10_000)]
    left, right = np.concatenate(pieces, axis=1)
    assert np.array_equal(left, right)
    # A mono sound is as loud on both sides together as it was.
    assert np.abs(left[: len(wave)] - wave * left[27] / wave[27]).max() < 1e-4
    assert np.abs(left[len(wave) :]).max() == 0


@pytest.mark.parametrize("begin", [0.0, 0.3, 2.7])
def test_a_sound_can_be_read_from_any_second_on(tmp_path: Path, begin: float) -> None:
    path = save_sound(tmp_path / "clicks.wav", clicks([3.0], 4))
    with Sound(path, begin) as sound:
        assert first_heard(sound, 4) == pytest.approx(3.0 - begin, abs=0.0005)


@pytest.mark.parametrize("ending", ["mp4", "mkv", "ts"])
@pytest.mark.parametrize("number", [0, 4, 8])
def test_a_part_of_a_film_is_seen_and_heard_together(
    tmp_path: Path, ending: str, number: int
) -> None:
    # A click at the moment that frame 10 comes on.
    path = film(tmp_path / f"film.{ending}", clicks([1.0], 2))
    with Sound(path, begins(path, number)) as sound:
        assert first_heard(sound, 2) == pytest.approx((10 - number) / 10, abs=0.005)


def test_pictures_that_begin_later_than_the_sound_stay_beside_it(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mkv", clicks([1.0], 2), late=0.5)
    with Sound(path, begins(path, 0)) as sound:
        assert first_heard(sound, 2) == pytest.approx(0.5, abs=0.005)


def test_a_length_is_exact_to_the_sample(tmp_path: Path) -> None:
    path = save_sound(tmp_path / "tone.wav", tone(440, 1.25, 44_100), 44_100)
    assert sound_seconds(path) == Fraction(5, 4)


def test_what_comes_after_a_damaged_piece_is_heard_at_its_time(tmp_path: Path) -> None:
    path = save_sound(tmp_path / "clicks.m4a", clicks([1.5], 2))
    length = sound_seconds(path)
    with av.open(path) as container:
        places = [packet.pos for packet in container.demux(audio=0) if packet.size]
    content = bytearray(path.read_bytes())
    for place in places[20:30]:
        content[place : place + 4] = b"\xff" * 4
    path.write_bytes(content)
    with Sound(path) as sound:
        assert first_heard(sound, 2) == pytest.approx(1.5, abs=0.025)
    assert sound_seconds(path) == length


def test_what_comes_after_a_pause_in_the_recording_is_heard_at_its_time(tmp_path: Path) -> None:
    path = tmp_path / "gap.mkv"
    with av.open(path, "w") as container:
        stream = container.add_stream("pcm_s16le", rate=RATE, layout="mono")
        for start in (0, 3 * RATE):
            burst = (clicks([0.0], 0.5) * 32767).astype(np.int16)[None]
            frame = av.AudioFrame.from_ndarray(burst, format="s16", layout="mono")
            frame.sample_rate, frame.pts = RATE, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with Sound(path, begin=1.0) as sound:
        assert first_heard(sound, 4) == pytest.approx(2.0, abs=0.002)
    assert sound_seconds(path) == Fraction(7, 2)


def test_a_sound_that_changes_between_mono_and_stereo_is_read_to_its_end(tmp_path: Path) -> None:
    streams = []
    for channels in ("mono", "stereo"):
        path = tmp_path / f"{channels}.aac"
        with av.open(path, "w", format="adts") as container:
            stream = container.add_stream("aac", rate=RATE, layout=channels)
            burst = np.tile(clicks([0.5], 1), (stream.layout.nb_channels, 1))
            for start in range(0, RATE, 1024):
                piece = np.ascontiguousarray(burst[:, start : start + 1024])
                frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout=channels)
                frame.sample_rate, frame.pts = RATE, start
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        streams.append(path.read_bytes())
    both = tmp_path / "both.aac"
    both.write_bytes(b"".join(streams))
    assert float(sound_seconds(both)) == pytest.approx(2, abs=0.1)
    with Sound(both, begin=1.2) as sound:
        assert first_heard(sound, 1) == pytest.approx(0.3, abs=0.06)
