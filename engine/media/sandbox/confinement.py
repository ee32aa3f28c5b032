"""What a decoding process gives up before it reads a byte: memory, files, the network, programs.

A bug in a decoder can hand the process to whoever made the file. What is left to it then is to
compute, in bounded memory, and to answer. On Linux the kernel holds it to that (seccomp(2)): every
system call but those of `system_calls` fails, so it opens no file and no address, starts no
program and looks into no other process. Elsewhere the limits on resources hold (setrlimit(2)).
"""

import ctypes
import errno
import platform
import resource
import struct
import sys

from engine.media.sandbox.system_calls import ALLOWED, ARCHITECTURES

MEMORY = 1 << 30
"""Bytes of address space beyond what the process has when it starts its work."""
_MOST_FILES = 16
_SECONDS = 3600
"""Of computing, in all. How long one task may take is the asker's matter."""

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
# Filters are programs of the Berkeley Packet Filter over `struct seccomp_data`:
# https://www.kernel.org/doc/html/latest/userspace-api/seccomp_filter.html
_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_NUMBER_AT, _ARCHITECTURE_AT = 0, 4
_ALLOW, _FAIL, _KILL = 0x7FFF0000, 0x00050001, 0x80000000
"""SECCOMP_RET_ALLOW, _ERRNO with EPERM, _KILL_PROCESS."""
_INSTRUCTION = struct.Struct("=HBBI")
"""`struct sock_filter`: code, jump if true, jump if false, operand."""


class _Program(ctypes.Structure):
    """`struct sock_fprog`."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def confine() -> None:
    """Give up all that decoding doesn't need, as far as this machine can hold it to that."""
    _limit_resources()
    if is_complete():
        _limit_system_calls(platform.machine())


def is_complete() -> bool:
    """Whether this machine can hold decoders to computing alone."""
    if sys.platform != "linux" or platform.machine() not in ARCHITECTURES:
        return False
    # A kernel that knows filters looks for one at this address; another never gets so far.
    _libc().prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, None, 0, 0)
    return ctypes.get_errno() == errno.EFAULT


def _limit_resources() -> None:
    limits = {
        resource.RLIMIT_CPU: _SECONDS,
        resource.RLIMIT_FSIZE: 0,  # no file grows
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: _MOST_FILES,
    }
    if sys.platform == "linux":  # elsewhere it isn't kept to
        limits[resource.RLIMIT_AS] = _address_space() + MEMORY
    for name, value in limits.items():
        resource.setrlimit(name, (value, value))


def _address_space() -> int:
    with open("/proc/self/statm") as file:  # noqa: PTH123 - no more imports than needed
        return int(file.read().split()[0]) * resource.getpagesize()


def _limit_system_calls(machine: str) -> None:
    """From now on let every system call fail that isn't allowed. OSError if that can't be had."""
    instructions = _filter(machine)
    program = _Program(len(instructions) // _INSTRUCTION.size, instructions)
    libc = _libc()
    for arguments in (
        (_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0),
    ):
        if libc.prctl(*arguments):
            raise OSError(ctypes.get_errno(), "the decoder can't be confined")


def _filter(machine: str) -> bytes:
    calls = [numbers[machine] for numbers in ALLOWED.values()]
    return b"".join(
        [
            _INSTRUCTION.pack(_LOAD, 0, 0, _ARCHITECTURE_AT),
            _INSTRUCTION.pack(_JUMP_IF_EQUAL, 1, 0, ARCHITECTURES[machine]),
            _INSTRUCTION.pack(_RETURN, 0, 0, _KILL),
            _INSTRUCTION.pack(_LOAD, 0, 0, _NUMBER_AT),
            *(
                _INSTRUCTION.pack(_JUMP_IF_EQUAL, len(calls) - place, 0, call)
                for place, call in enumerate(calls)
            ),
            _INSTRUCTION.pack(_RETURN, 0, 0, _FAIL),
            _INSTRUCTION.pack(_RETURN, 0, 0, _ALLOW),
        ]
    )


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
