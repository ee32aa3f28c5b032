"""`giffusion keyframes`, as a user runs it."""

import json
from fractions import Fraction
from pathlib import Path

import av
import pytest
from PIL import Image

from bot.cli import main
from tests.engine.media.clips import numbered, numbered_clip
from tests.engine.media.sounds import RATE, add_sound, clicks, save_sound

CLICKS = [0.5, 1.0, 1.5]


@pytest.fixture
def sound(tmp_path: Path) -> str:
    return str(save_sound(tmp_path / "clicks.wav", clicks(CLICKS, 2)))


def film(path: Path, fps: Fraction) -> str:
    """Two seconds of pictures with clicks."""
    with av.open(str(path), "w") as container:
        pictures = container.add_stream("libx264", rate=fps)
        pictures.width, pictures.height, pictures.pix_fmt = 64, 48, "yuv420p"
        track = container.add_stream("aac", rate=RATE, layout="mono")
        track.bit_rate = 256_000
        for number in range(round(2 * fps)):
            frame = av.VideoFrame.from_ndarray(numbered(number), format="rgb24")
            container.mux(pictures.encode(frame))
        container.mux(pictures.encode(None))
        add_sound(container, track, clicks(CLICKS, 2))
    return str(path)


def test_a_table_has_a_frame_and_its_time_in_every_line(sound, capsys):
    assert main(["keyframes", sound]) == 0
    out, notes = capsys.readouterr()
    assert out == "0\t0.000\n6\t0.500\n12\t1.000\n18\t1.500\n23\t1.917\n"
    assert "note: 5 keyframes in 24 frames at 12 a second" in notes


def test_json_is_for_programs(sound, capsys):
    assert main(["keyframes", sound, "--json", "--fps", "10", "--component", "Percussive"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "fps": 10,
        "seconds": 2,
        "frames": 20,
        "tempo": None,
        "keyframes": [
            {"frame": 0, "time": 0.0},
            {"frame": 5, "time": 0.5},
            {"frame": 10, "time": 1.0},
            {"frame": 15, "time": 1.5},
            {"frame": 19, "time": 1.9},
        ],
    }


def test_beats_have_a_tempo(tmp_path, capsys):
    beats = save_sound(tmp_path / "beats.wav", clicks([beat / 2 for beat in range(16)], 8))
    assert main(["keyframes", str(beats), "--beats", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["tempo"] == pytest.approx(120, abs=0.1)


def test_a_video_has_its_own_rate_unless_another_is_asked_for(tmp_path, capsys):
    path = film(tmp_path / "film.mp4", Fraction(30000, 1001))
    assert main(["keyframes", path, "--json"]) == 0
    own = json.loads(capsys.readouterr().out)
    assert own["fps"] == pytest.approx(29.97003, abs=1e-5)
    assert [key["frame"] for key in own["keyframes"]][1:-1] == pytest.approx([14, 29, 44], abs=1)
    assert main(["keyframes", path, "--json", "--fps", "24000/1001"]) == 0
    assert json.loads(capsys.readouterr().out)["fps"] == pytest.approx(23.97602, abs=1e-5)


def test_a_picture_is_drawn_beside_the_table(sound, tmp_path, capsys):
    file = tmp_path / "sound.png"
    assert main(["keyframes", sound, "--plot", str(file)]) == 0
    assert capsys.readouterr().out.startswith("0\t0.000\n")
    with Image.open(file) as picture:
        assert picture.size == (1000, 320)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ((), "error: command: the following arguments are required: FILE"),
        (("no.wav",), "error: no.wav: it can't be opened: No such file"),
        (("SOUND", "--fps", "99"), "error: fps: '99' won't do; write a number or a fraction from"),
        (("SOUND", "--fps", "1/0"), "error: fps: '1/0'"),
        (("SOUND", "--fps", "many"), "error: fps: 'many' won't do"),
        (("SOUND", "--component", "loud"), "error: command: argument --component: invalid choice"),
        (("SOUND", "--plot", "sound.doc"), "error: plot: "),
        (("SOUND", "--plot", "no/where.png"), "error: plot: "),
        (("SILENT",), "error: silent.mp4: it has no sound"),
    ],
)
def test_bad_input_is_one_clear_line_and_exit_code_2(sound, tmp_path, capsys, arguments, line):
    silent = str(numbered_clip(tmp_path / "silent.mp4", 5))
    named = {"SOUND": sound, "SILENT": silent}
    assert main(["keyframes", *(named.get(word, word) for word in arguments)]) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert error.startswith(line)
    assert error.count("\n") == 1
