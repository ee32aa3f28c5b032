"""Files that came with a command: stored under our own names, told apart by their content."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import filetype

from bot.download import check_size
from bot.port import Attachment
from engine.errors import InputError, MediaError
from engine.request import Inputs

_MIB = 2**20
_GIF_ANIMATION = b"NETSCAPE2.0"
_HEAD_BYTES = 4096
_SUPPORTED = "attach a picture, a sound or a video"


async def store_attachments(
    attachments: Sequence[Attachment], folder: Path, limit_mib: int
) -> Inputs:
    """Save attachments into `folder` and tell which input each one is.

    MediaError if one is too large, of no known kind, or the second of its kind, InputError if they
    don't go together; then nothing stays.
    """
    try:
        return checked(await _store(attachments, folder, limit_mib))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


async def _store(attachments: Sequence[Attachment], folder: Path, limit_mib: int) -> Inputs:
    found: dict[str, Path] = {}
    for place, attachment in enumerate(attachments):
        check_size(attachment.size, limit_mib * _MIB, attachment.name)
        folder.mkdir(parents=True, exist_ok=True)
        arrived = folder / f"attachment-{place}"
        await attachment.save(arrived, limit_mib * _MIB)
        kind, suffix = _kind(arrived, attachment.name)
        if kind in found:
            raise MediaError(
                f"{attachment.name}: a second {kind} is attached; send one of each kind"
            )
        found[kind] = arrived.rename(folder / f"{kind}.{suffix}")
    return Inputs(**found)


def checked(inputs: Inputs) -> Inputs:
    """The inputs themselves; InputError where two of them can't both be started from."""
    if inputs.image and inputs.video:
        raise InputError(
            "video", "a picture and a video are both given", "send the one to start from"
        )
    return inputs


def input_of(path: Path) -> str:
    """Which input a file is by its content: `image`, `audio` or `video`."""
    return _kind(path, path.name)[0]


def _kind(path: Path, name: str) -> tuple[str, str]:
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head:
        raise MediaError(f"{name}: the file is empty")
    guess = filetype.guess(head)
    kind = guess.mime.partition("/")[0] if guess else ""
    if kind not in ("image", "audio", "video"):
        raise MediaError(f"{name}: this is no picture, sound or video; {_SUPPORTED}")
    if _is_animation(guess.extension, head):
        kind = "video"
    return kind, guess.extension


def _is_animation(extension: str, head: bytes) -> bool:
    """Whether a picture file is a short film.

    A GIF says so near its start by Netscape's application extension, a WebP by a bit of its VP8X
    chunk (RFC 9649, section 2.7.1.1).
    """
    if extension == "gif":
        return _GIF_ANIMATION in head
    flags = int.from_bytes(head[20:21])
    return extension == "webp" and head[12:16] == b"VP8X" and bool(flags & 2)
