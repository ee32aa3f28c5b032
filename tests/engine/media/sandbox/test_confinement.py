"""What a decoding process can still do, should a file take it over: compute, and no more."""

import subprocess
import sys
from pathlib import Path

import pytest

from engine.media.sandbox.confinement import is_complete
from engine.media.sandbox.system_calls import ALLOWED, ARCHITECTURES

PROGRAM = """
import ctypes, os, socket, subprocess, threading
from pathlib import Path
from engine.media.sandbox.child import load_readers
from engine.media.sandbox.confinement import confine
load_readers()
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *arguments):
    if libc.syscall(number, *arguments) < 0:
        raise OSError(ctypes.get_errno(), "refused")
confine()
try:
    {attempt}
except (OSError, MemoryError, RuntimeError) as error:
    print(type(error).__name__)
else:
    print("done")
"""

needs_filter = pytest.mark.skipif(not is_complete(), reason="this kernel filters no system calls")


def attempted(attempt: str) -> str:
    """What comes of it in confinement: "done", or the exception."""
    run = subprocess.run(
        (sys.executable, "-c", PROGRAM.format(attempt=attempt)),
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout.strip()


def test_a_confined_process_can_compute() -> None:
    assert attempted("bytes(bytearray(100_000_000)).count(b'1')") == "done"


@needs_filter
@pytest.mark.parametrize(
    "attempt",
    [
        "open('/etc/hostname').read()",
        "open('/proc/self/environ').read()",
        "Path('stolen').write_text('x')",
        "os.listdir('/')",
        "os.unlink('x')",
        "os.readlink('/proc/self/exe')",
        "socket.socket()",
        "socket.socket(socket.AF_UNIX)",
        "socket.create_connection(('127.0.0.1', 80))",
        "os.fork()",
        "subprocess.run(('true',))",
        "os.execv('/bin/true', ['true'])",
        "threading.Thread(target=print).start()",
        "os.kill(os.getppid(), 0)",
        "call(101, 16, os.getppid(), 0, 0)  # ptrace: attach",
        "call(310, os.getppid(), None, 0, None, 0, 0)  # process_vm_readv",
        "call(425, 8, None)  # io_uring_setup",
        "call(0x40000000 | 2, b'/etc/hostname', 0)  # open, by its number in the x32 interface",
    ],
)
def test_a_confined_process_reaches_nothing_else(attempt: str, tmp_path: Path) -> None:
    assert attempted(attempt) in ("PermissionError", "OSError", "RuntimeError")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to this limit")
def test_a_confined_process_gets_no_more_memory_than_it_may_need() -> None:
    assert attempted("bytearray(3 << 29)") == "MemoryError"


HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_the_system_calls_have_the_numbers_that_linux_gives_them(machine: str) -> None:
    header = HEADERS[machine]
    if not header.exists():
        pytest.skip(f"there is no {header}, of the package linux-libc-dev")
    numbers = {}
    for line in header.read_text().splitlines():
        match line.split():
            case ["#define", name, number] if number.isdecimal():
                numbers[name.removeprefix("__NR3264_").removeprefix("__NR_")] = int(number)
    numbers.setdefault("newfstatat", numbers.get("fstatat"))
    ours = {name: by_machine[machine] for name, by_machine in ALLOWED.items()}
    assert ours == {name: numbers.get(name) for name in ours}
