"""The workers that the service keeps running; a small program plays them."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from bot.worker_process import WorkerProcesses

PLAYER = """
import os, pathlib, sys

arguments = sys.argv[1:]
device = arguments[arguments.index("--device") + 1]
secrets = [name for name in os.environ if "TOKEN" in name]
with pathlib.Path(device).open("a") as file:
    print(os.getpid(), *secrets, file=file, flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def player(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program in the place of ours, which notes who it is in a file named like its device."""
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "__main__.py").write_text(PLAYER)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.setenv("DISCORD_TOKEN", "secret")


async def noted(file: Path, lines: int = 1) -> list[str]:
    """What workers on a device noted, once there are so many."""
    async with asyncio.timeout(30):
        while not file.exists() or file.read_text().count("\n") < lines:
            await asyncio.sleep(0.05)
    return file.read_text().splitlines()


async def test_each_device_has_a_worker_and_each_worker_is_started_again_alone(
    tmp_path: Path,
) -> None:
    workers = WorkerProcesses(["cuda:0", "cuda:1"])
    workers.start()
    try:
        (first,), (second,) = [await noted(tmp_path / device) for device in ("cuda:0", "cuda:1")]
        os.kill(int(first), signal.SIGKILL)
        before, after = await noted(tmp_path / "cuda:0", lines=2)
    finally:
        await workers.stop()
    assert before == first != after  # and none was given a secret
    assert (tmp_path / "cuda:1").read_text().split() == [second]
    for pid in (after, second):
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid), 0)
