"""What a decoding process may ask of the Linux kernel.

To read the files it was handed, to talk over the socket it was started with, to get memory, to
end. There is nothing here that opens a file, an address or a program, or reaches another process.
Numbers: asm/unistd_64.h and asm-generic/unistd.h of Linux.
"""

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""AUDIT_ARCH_… of linux/audit.h, by what `platform.machine` says."""

ALLOWED = {
    "read": {"x86_64": 0, "aarch64": 63},
    "write": {"x86_64": 1, "aarch64": 64},
    "close": {"x86_64": 3, "aarch64": 57},
    "fstat": {"x86_64": 5, "aarch64": 80},
    "newfstatat": {"x86_64": 262, "aarch64": 79},
    "lseek": {"x86_64": 8, "aarch64": 62},
    "pread64": {"x86_64": 17, "aarch64": 67},
    "readv": {"x86_64": 19, "aarch64": 65},
    "writev": {"x86_64": 20, "aarch64": 66},
    "sendto": {"x86_64": 44, "aarch64": 206},
    "recvfrom": {"x86_64": 45, "aarch64": 207},
    "sendmsg": {"x86_64": 46, "aarch64": 211},
    "recvmsg": {"x86_64": 47, "aarch64": 212},
    "mmap": {"x86_64": 9, "aarch64": 222},
    "mprotect": {"x86_64": 10, "aarch64": 226},
    "munmap": {"x86_64": 11, "aarch64": 215},
    "mremap": {"x86_64": 25, "aarch64": 216},
    "brk": {"x86_64": 12, "aarch64": 214},
    "madvise": {"x86_64": 28, "aarch64": 233},
    "rt_sigaction": {"x86_64": 13, "aarch64": 134},
    "rt_sigprocmask": {"x86_64": 14, "aarch64": 135},
    "rt_sigreturn": {"x86_64": 15, "aarch64": 139},
    "sigaltstack": {"x86_64": 131, "aarch64": 132},
    "setitimer": {"x86_64": 38, "aarch64": 103},
    "futex": {"x86_64": 202, "aarch64": 98},
    "sched_yield": {"x86_64": 24, "aarch64": 124},
    "sched_getaffinity": {"x86_64": 204, "aarch64": 123},
    "getpid": {"x86_64": 39, "aarch64": 172},
    "gettid": {"x86_64": 186, "aarch64": 178},
    "clock_gettime": {"x86_64": 228, "aarch64": 113},
    "clock_nanosleep": {"x86_64": 230, "aarch64": 115},
    "getrandom": {"x86_64": 318, "aarch64": 278},
    "exit": {"x86_64": 60, "aarch64": 93},
    "exit_group": {"x86_64": 231, "aarch64": 94},
}
