import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.errors import MediaError
from engine.media import inspection_process
from engine.media.inspection import inspect_inputs
from engine.media.inspection_process import inspect_in_child
from engine.request import Inputs
from tests.engine.media.clips import numbered_clip


def play(monkeypatch: pytest.MonkeyPatch, program: str) -> list["subprocess.Popen[bytes]"]:
    """Let a program of our own be the child."""
    started = []

    def start(inputs: Inputs) -> "subprocess.Popen[bytes]":
        started.append(
            subprocess.Popen(
                (sys.executable, "-c", program), stdout=subprocess.PIPE, start_new_session=True
            )
        )
        return started[-1]

    monkeypatch.setattr(inspection_process, "_start", start)
    return started


def test_a_child_finds_out_what_we_would(tmp_path: Path) -> None:
    inputs = Inputs(video=numbered_clip(tmp_path / "ein Vidéo.mp4", 7))
    assert inspect_in_child(inputs) == inspect_inputs(inputs)


async def test_the_chat_goes_on_meanwhile(tmp_path: Path) -> None:
    inputs = Inputs(video=numbered_clip(tmp_path / "clip.mp4", 7))
    task = asyncio.create_task(asyncio.to_thread(inspect_in_child, inputs))
    turns = 0
    while not task.done():
        await asyncio.sleep(0.005)
        turns += 1
    assert turns > 3
    assert (await task).video is not None


def test_no_child_is_started_where_there_are_no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    started = play(monkeypatch, "")
    assert inspect_in_child(Inputs()).video is None
    assert not started


def test_a_file_that_can_not_be_read_is_told_in_the_same_words(tmp_path: Path) -> None:
    (tmp_path / "odd.mp4").write_bytes(b"no video")
    with pytest.raises(MediaError, match=r"^odd\.mp4 can't be read: "):
        inspect_in_child(Inputs(video=tmp_path / "odd.mp4"))


@pytest.mark.parametrize(
    "program",
    [
        "import os; os.abort()",
        "raise SystemExit(1)",
        "print('no JSON')",
        "print('{}')",
        """print('{"facts": {}, "error": "both"}')""",
        """print('{"facts": {"video": {"width": -1}}}')""",
        "while True: print('endless' * 1000)",
    ],
)
def test_a_file_that_crashes_its_reader_is_one_sentence_for_the_user(
    monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    play(monkeypatch, program)
    with pytest.raises(MediaError, match=r"can't be read; they may be damaged\.$"):
        inspect_in_child(Inputs(image=Path("x.png")))


def test_a_file_that_takes_too_long_is_given_up_with_all_its_processes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    note = tmp_path / "grandchild"
    program = f"""
import os, time, pathlib
if os.fork() == 0:
    pathlib.Path({str(note)!r}).write_text(str(os.getpid()))
time.sleep(600)
"""
    play(monkeypatch, program)
    with pytest.raises(MediaError, match="take too long"):
        inspect_in_child(Inputs(image=Path("x.png")), seconds=1.0)
    assert not is_running(int(note.read_text()))


def test_what_the_child_started_ends_with_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    note = tmp_path / "grandchild"
    program = f"""
import os, time, pathlib
child = os.fork()
if child == 0:
    os.close(1)
    time.sleep(600)
pathlib.Path({str(note)!r}).write_text(str(child))
print('{{"facts": {{}}}}')
"""
    play(monkeypatch, program)
    inspect_in_child(Inputs(image=Path("x.png")))
    assert not is_running(int(note.read_text()))


def test_the_child_gets_none_of_the_chats_secrets(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    (tmp_path / "python").write_text(f"#!/bin/sh\nenv > {tmp_path}/environment\n")
    (tmp_path / "python").chmod(0o700)
    with pytest.raises(MediaError):
        inspect_in_child(Inputs(image=Path("x.png")))
    environment = (tmp_path / "environment").read_text()
    assert "PATH=" in environment
    assert "secret" not in environment


def test_asking_loads_no_decoder() -> None:
    program = (
        "import sys, engine.media.inspection_process;"
        "sys.exit(any(name in sys.modules for name in ('av', 'PIL', 'librosa', 'imageio')))"
    )
    assert subprocess.run((sys.executable, "-c", program), check=False).returncode == 0


def is_running(process: int) -> bool:
    """Whether it still is, leaving it the moment a killed process takes to go."""
    for _ in range(100):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        if state == "Z":
            return False
        time.sleep(0.02)
    return True
