import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import psutil
import pytest
from PIL import Image

from engine.errors import MediaError, MediaFault
from engine.groups.media import AudioComponent
from engine.media import keyframes_process
from engine.media.keyframes import Mark, SoundKeyframes
from engine.media.keyframes_process import Question, keyframes_in_child
from engine.media.onsets import find_keyframes
from tests.engine.media.clips import numbered_clip
from tests.engine.media.sounds import clicks, save_sound

BOTH, ONSETS = AudioComponent.BOTH, Mark.ONSETS
NTSC = Fraction(30000, 1001)


def ask(path: Path, picture: Path | None = None, seconds: float = 120) -> SoundKeyframes:
    return keyframes_in_child(path, NTSC, BOTH, ONSETS, picture, seconds=seconds)


def play(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Let a program of our own be the child."""

    def start(question: Question, folder: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            (sys.executable, "-c", program), stdout=subprocess.PIPE, start_new_session=True
        )

    monkeypatch.setattr(keyframes_process, "_start", start)


def test_a_child_finds_what_we_would_and_draws_it(tmp_path: Path) -> None:
    path = save_sound(tmp_path / "ein Lied.wav", clicks([0.4, 1.2], 2))
    found = ask(path, tmp_path / "picture.png")
    assert found == find_keyframes(path, NTSC, BOTH, ONSETS)
    assert found.fps == NTSC
    with Image.open(tmp_path / "picture.png") as picture:
        assert picture.size == (1000, 320)


@pytest.mark.parametrize("ending", ["mp4", "txt"])
def test_a_file_without_sound_is_told_in_the_same_words(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"odd.{ending}"
    if ending == "mp4":
        numbered_clip(path, 7)
    else:
        path.write_bytes(b"no sound")
    with pytest.raises(MediaError) as here:
        find_keyframes(path, NTSC, BOTH, ONSETS)
    with pytest.raises(MediaError) as there:
        ask(path)
    assert str(there.value) == str(here.value)
    assert there.value.fault is here.value.fault
    assert (ending == "mp4") == (there.value.fault is MediaFault.NO_SOUND)


@pytest.mark.parametrize(
    "program",
    [
        "import os; os.abort()",
        "raise SystemExit(1)",
        "print('no JSON')",
        "print('{}')",
        """print('{"found": {"fps": "1e9999999", "seconds": 1, "frames": 1, "keyframes": [0]}}')""",
        "while True: print('endless' * 1000)",
    ],
)
def test_a_file_that_crashes_its_reader_is_one_sentence_for_the_user(
    monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    play(monkeypatch, program)
    with pytest.raises(MediaError, match=r"^x\.wav: it is damaged") as told:
        ask(Path("x.wav"))
    assert told.value.fault is MediaFault.MALFORMED


def test_a_file_that_takes_too_long_is_given_up_with_all_its_processes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    note = tmp_path / "grandchild"
    play(
        monkeypatch,
        f"""
import os, time, pathlib
if os.fork() == 0:
    pathlib.Path({str(note)!r}).write_text(str(os.getpid()))
time.sleep(600)
""",
    )
    with pytest.raises(MediaError, match="takes too long"):
        ask(Path("x.wav"), seconds=1.0)
    assert not is_running(int(note.read_text()))


def test_the_child_gets_none_of_the_chats_secrets_and_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    program = tmp_path / "python"
    program.write_text(f"#!/bin/sh\nenv > {tmp_path}/environment\ntouch $TMPDIR/left\n")
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))
    with pytest.raises(MediaError):
        ask(Path("x.wav"))
    environment = (tmp_path / "environment").read_text()
    assert "PATH=" in environment
    assert "secret" not in environment
    assert not list(tmp_path.glob("giffusion*"))


def test_asking_loads_neither_what_listens_nor_what_draws() -> None:
    large = ("librosa", "numba", "scipy", "matplotlib", "av")
    program = (
        "import sys, engine.media.keyframes_process;"
        f"sys.exit(any(name in sys.modules for name in {large}))"
    )
    assert subprocess.run((sys.executable, "-c", program), check=False).returncode == 0


def is_running(number: int) -> bool:
    """Whether a process still is, leaving it the moment a killed one takes to go."""
    for _ in range(100):
        if not psutil.pid_exists(number):
            return False
        with suppress(psutil.NoSuchProcess):
            if psutil.Process(number).status() == psutil.STATUS_ZOMBIE:
                return False
        time.sleep(0.02)
    return True
