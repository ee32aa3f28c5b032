"""A process that reads strangers' files may crash, hang, lie or be taken over: no harm is done."""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from engine.errors import MediaError, MediaFault
from engine.media.limits import MediaLimits
from engine.media.sandbox import process
from engine.media.sandbox.messages import FrameAt, Inspect, NextSamples, PlaySound, ShowClip
from engine.media.sandbox.process import DecodingProcess
from engine.video_part import VideoPart
from tests.engine.media.clips import numbered_clip
from tests.engine.media.sounds import save_sound, tone
from tests.support.processes import children

INSPECT = Inspect(limits=MediaLimits())
ANSWER = """
import os, socket, struct, time
channel = socket.socket(fileno=0)
channel.recv(100_000)
def answer(line, payload=b"", size=None):
    size = len(payload) if size is None else size
    channel.sendall(struct.pack("<II", len(line), size) + line + payload)
"""


def play(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Let a program of our own be the child."""
    monkeypatch.setattr(process, "_PROGRAM", ("-c", ANSWER + program))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return numbered_clip(tmp_path / "clip.mp4", 7)


def test_one_process_reads_file_after_file(file: Path, tmp_path: Path) -> None:
    song = save_sound(tmp_path / "song.wav", tone(440, 1))
    with DecodingProcess() as decoder:
        assert decoder.open(file, INSPECT)[0].facts.video.frames == 7
        (child,) = children()
        assert decoder.open(song, INSPECT)[0].facts.audio.seconds == 1
        decoder.open(song, PlaySound(begin=0.5))
        assert len(decoder.ask(NextSamples(count=10), 80)[1]) == 80
        assert children() == [child]
    assert children() == []


def test_a_picture_that_stays_is_sent_once(file: Path) -> None:
    with DecodingProcess() as decoder:
        decoder.open(file, ShowClip(width=8, height=6, part=VideoPart()))
        sizes = [len(decoder.ask(FrameAt(index=0, time=time), 144)[1]) for time in (0.0, 0.01, 0.1)]
    assert sizes == [144, 0, 144]


@pytest.mark.parametrize(
    "program",
    [
        "os.abort()",
        "raise SystemExit(1)",
        "channel.sendall(b'no answer at all')",
        "answer(b'no JSON')",
        'answer(b\'{"facts": {"format": "png", "image": {"width": -1, "height": 1}}}\')',
        "answer(b'{}', size=2**32 - 1)",
        "answer(b'{}', b'pixels that nobody asked for')",
        "answer(b'{}' * 100_000)",
        "channel.sendall(struct.pack('<II', 10, 0) + b'{')",
    ],
)
def test_a_process_that_crashes_or_lies_is_one_sentence_for_the_user(
    monkeypatch: pytest.MonkeyPatch, program: str, file: Path
) -> None:
    play(monkeypatch, program)
    with DecodingProcess() as decoder:
        with pytest.raises(MediaError, match=r"^it is damaged: reading it failed$") as caught:
            decoder.open(file, INSPECT)
        assert caught.value.fault is MediaFault.MALFORMED
        assert children() == []


def test_after_a_crash_the_next_file_is_read_by_a_new_process(
    monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    with DecodingProcess() as decoder:
        with monkeypatch.context() as patch:
            play(patch, "os.abort()")
            with pytest.raises(MediaError):
                decoder.open(file, INSPECT)
        assert decoder.open(file, INSPECT)[0].facts.video.frames == 7


def test_a_clip_whose_process_died_in_the_middle_is_not_waited_for(file: Path) -> None:
    with DecodingProcess() as decoder:
        decoder.open(file, ShowClip(width=8, height=6, part=VideoPart()))
        children()[0].kill()
        for _ in range(2):
            with pytest.raises(MediaError, match="reading it failed"):
                decoder.ask(FrameAt(index=0, time=0.0), 144)


@pytest.mark.parametrize("program", ["time.sleep(600)", "while True: channel.send(b'\\0')"])
def test_a_process_that_takes_too_long_is_ended(
    monkeypatch: pytest.MonkeyPatch, file: Path, program: str
) -> None:
    play(monkeypatch, f"channel.sendall(struct.pack('<II', 99_999, 0))\n{program}")
    with DecodingProcess(seconds=0.5) as decoder:
        with pytest.raises(MediaError) as caught:
            decoder.open(file, INSPECT)
        assert caught.value.fault in (MediaFault.TOO_LONG, MediaFault.MALFORMED)
        assert children() == []


def test_what_a_process_started_ends_with_it(
    monkeypatch: pytest.MonkeyPatch, file: Path, tmp_path: Path
) -> None:
    note = tmp_path / "grandchild"
    play(
        monkeypatch,
        f"""
child = os.fork()
if child == 0:
    time.sleep(600)
open({str(note)!r}, "w").write(str(child))
answer(b"{{}}")
time.sleep(600)
""",
    )
    with DecodingProcess() as decoder:
        decoder.open(file, INSPECT)
    assert has_ended(int(note.read_text()))


def test_a_process_nobody_is_left_for_ends_by_itself(file: Path) -> None:
    program = f"""
import time
from pathlib import Path
from tests.engine.media.sandbox.test_process import DecodingProcess, INSPECT, children
decoder = DecodingProcess()
decoder.open(Path({str(file)!r}), INSPECT)
print(children()[0].pid, flush=True)
time.sleep(600)
"""
    with subprocess.Popen((sys.executable, "-c", program), stdout=subprocess.PIPE) as asker:
        child = int(asker.stdout.readline())
        asker.kill()
    assert has_ended(child)


def test_a_task_without_end_ends_the_process_though_nobody_is_left(
    monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    program = """
from engine.media.sandbox import child
def spin(*_):
    while True: pass
child._SECONDS, child.Decoder.carry_out = 0.2, spin
child.main()
"""
    monkeypatch.setattr(process, "_PROGRAM", ("-c", program))
    with DecodingProcess() as decoder, pytest.raises(MediaError, match="reading it failed"):
        decoder.open(file, INSPECT)


def test_an_unforeseen_exception_is_a_sentence_for_the_user_and_a_line_in_the_log(
    monkeypatch: pytest.MonkeyPatch, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    program = (
        "from engine.media.sandbox import child; child.inspect = lambda *_: 1 / 0; child.main()"
    )
    monkeypatch.setattr(process, "_PROGRAM", ("-c", program))
    with DecodingProcess() as decoder, pytest.raises(MediaError, match=r"^it is damaged$"):
        decoder.open(file, INSPECT)
    assert "ZeroDivisionError" in caplog.text


def test_the_process_is_told_no_secret_no_name_and_no_folder(
    monkeypatch: pytest.MonkeyPatch, file: Path, tmp_path: Path
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    monkeypatch.setenv("GIFFUSION_QUEUE__URL", "postgresql://user:secret@host/jobs")
    note = tmp_path / "seen"
    play(
        monkeypatch,
        f"""
open({str(note)!r}, "w").write(repr((dict(os.environ), os.getcwd(), os.listdir())))
answer(b"{{}}")
time.sleep(600)
""",
    )
    with DecodingProcess() as decoder:
        decoder.open(file, INSPECT)
        environment, folder, content = eval(note.read_text())
        assert "PATH" in environment
        assert "secret" not in str(environment)
        assert str(file) not in " ".join(children()[0].cmdline())
        assert content == []
        assert Path(folder).is_dir()
    assert not Path(folder).exists()


def test_folders_pipes_and_devices_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with DecodingProcess() as decoder:
        for path in (tmp_path, tmp_path / "pipe", Path("/dev/zero")):
            with pytest.raises(MediaError, match=r"^it is no file$"):
                decoder.open(path, INSPECT)
        with pytest.raises(MediaError, match="can't be opened: No such file or directory"):
            decoder.open(tmp_path / "gone", INSPECT)
    assert children() == []


async def test_the_chat_goes_on_meanwhile(file: Path) -> None:
    with DecodingProcess() as decoder:
        task = asyncio.create_task(asyncio.to_thread(decoder.open, file, INSPECT))
        turns = 0
        while not task.done():
            await asyncio.sleep(0.005)
            turns += 1
        assert turns > 3
        assert (await task)[0].facts


def test_asking_loads_no_decoder() -> None:
    program = (
        "import sys, engine.media.inspection, engine.media.sound, engine.media.pictures;"
        "sys.exit(any(name in sys.modules for name in ('av', 'PIL', 'librosa', 'imageio')))"
    )
    assert subprocess.run((sys.executable, "-c", program), check=False).returncode == 0


def has_ended(number: int) -> bool:
    """Whether a process is gone, leaving it a moment for that."""
    for _ in range(250):
        try:
            if psutil.Process(number).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False
