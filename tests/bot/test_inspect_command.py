"""`giffusion inspect` tells of every file what it is, or what is wrong with it."""

import json
import os
from fractions import Fraction

import pytest

from tests.engine.media.clips import numbered_clip
from tests.engine.media.sounds import save_sound, tone
from tests.support.films import film


@pytest.fixture
def files(tmp_path):
    film(tmp_path / "film.mp4", 30, Fraction(30000, 1001), (64, 48))
    save_sound(tmp_path / "song.mp3", tone(440, 2))
    numbered_clip(tmp_path / "dance.gif", 12, Fraction(12))
    (tmp_path / "note.png").write_text("no picture")
    return tmp_path


def test_a_line_of_json_for_each_file_good_or_bad(giffusion, files):
    names = ["film.mp4", "note.png", "song.mp3", "dance.gif", "gone.mov"]
    done = giffusion("inspect", *(str(files / name) for name in names), "--json")
    assert done.returncode == 2
    film, note, song, dance, gone = map(json.loads, done.stdout.splitlines())
    assert film == {
        "file": str(files / "film.mp4"),
        "kind": "video",
        "format": "mp4",
        "width": 64,
        "height": 48,
        "rotation": 0,
        "frames": 30,
        "fps": pytest.approx(29.97, abs=0.001),
        "fps_exact": "30000/1001",
        "steady": True,
        "duration": pytest.approx(1.001),
        "sound": {"duration": pytest.approx(1.001, abs=0.03), "rate": 48000, "channels": 1},
    }
    assert set(note) == set(gone) == {"file", "error"}
    assert note["error"].startswith("it is no picture, sound or video")
    assert gone["error"] == "it can't be opened: No such file or directory"
    assert (song["kind"], song["duration"]) == ("audio", pytest.approx(2, abs=0.06))
    assert (dance["kind"], dance["frames"], dance["sound"]) == ("video", 12, None)


def test_in_words_errors_go_to_the_error_stream(giffusion, files):
    done = giffusion("inspect", *(str(files / name) for name in ("film.mp4", "note.png")))
    assert done.returncode == 2
    assert done.stdout.endswith(
        "film.mp4: video, mp4, 64×48, 30 frames at 29.97 fps, with sound, 1.001 s\n"
    )
    assert done.stderr.startswith(f"error: {files / 'note.png'}: it is no picture, sound or video")


def test_files_that_are_all_good_are_a_success(giffusion, files):
    assert giffusion("inspect", str(files / "song.mp3")).returncode == 0


def test_hundreds_of_files_are_told_of_in_their_order(giffusion, files):
    names = ["film.mp4", "note.png", "dance.gif"] * 100
    done = giffusion("inspect", "--json", *(str(files / name) for name in names))
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["file"] for line in lines] == [str(files / name) for name in names]


def test_a_name_of_any_bytes_is_printed(giffusion, tmp_path):
    name = os.fsencode(tmp_path) + b"/\xff\xfe.png"
    done = giffusion("inspect", os.fsdecode(name), "--json")
    assert json.loads(done.stdout)["error"].startswith("it can't be opened")


def test_the_operators_limits_hold(giffusion, files, monkeypatch):
    monkeypatch.setenv("GIFFUSION_LIMITS__VIDEO_FRAMES", "29")
    done = giffusion("inspect", str(files / "film.mp4"), "--json")
    assert "more than 29 frames" in json.loads(done.stdout)["error"]
