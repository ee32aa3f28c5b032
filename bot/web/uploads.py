"""A message as it comes in: its text, and its files streamed to private temporary files."""

import asyncio
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from aiohttp import BodyPartReader, MultipartReader, web

from bot.download import check_size
from bot.web.guard import RequestError

MOST_FILES = 8
MOST_TEXT_BYTES = 256 * 1024
SECONDS = 900.0  # for a whole message
_LONGEST_NAME = 120
_CHUNK_BYTES = 256 * 1024


@dataclass(slots=True)
class UploadedFile:
    """A file that came with a message. Its name is for people only and never names a path."""

    name: str
    size: int
    path: Path

    async def save(self, target: Path, limit: int) -> None:
        """Move the file to `target`; MediaError where it has more than `limit` bytes."""
        check_size(self.size, limit, self.name)
        await asyncio.to_thread(shutil.move, self.path, target)


@dataclass(frozen=True, slots=True)
class Upload:
    """A message's text and files. `remove` deletes the files that nobody took."""

    text: str
    files: tuple[UploadedFile, ...]
    folder: Path

    def remove(self) -> None:
        """Delete what is left of the files."""
        shutil.rmtree(self.folder, ignore_errors=True)


async def receive(request: web.Request, folder: Path, file_bytes: int) -> Upload:
    """Read a multipart message: one `text`, any number of `file` up to `MOST_FILES`.

    Files go into a new private folder below `folder`. RequestError with 413 as soon as one of them
    passes `file_bytes`, with 408 after `SECONDS`, with 400 where the form is not one, OSError where
    the disk is full; nothing is left behind then.
    """
    if (request.content_length or 0) > MOST_FILES * (file_bytes + _CHUNK_BYTES):
        raise _too_large("This message", MOST_FILES * file_bytes)
    private = Path(tempfile.mkdtemp(dir=folder))
    try:
        async with asyncio.timeout(SECONDS):
            return await _read_form(await request.multipart(), private, file_bytes)
    except BaseException as error:
        shutil.rmtree(private, ignore_errors=True)
        if isinstance(error, TimeoutError):
            raise RequestError(408, "This message took too long to arrive.") from error
        if isinstance(error, ValueError | AssertionError):
            raise RequestError(400, "Send text and files as one form.") from error
        raise


async def _read_form(form: MultipartReader, folder: Path, file_bytes: int) -> Upload:
    text, files = "", list[UploadedFile]()
    while (part := await form.next()) is not None:
        if not isinstance(part, BodyPartReader):
            raise ValueError("a form inside a form")
        if part.name == "text":
            text = await _read_text(part)
        elif part.name == "file":
            if len(files) == MOST_FILES:
                raise RequestError(400, f"The most is {MOST_FILES} files a message.")
            files.append(await _read_file(part, folder / secrets.token_hex(8), file_bytes))
    return Upload(text, tuple(files), folder)


async def _read_text(part: BodyPartReader) -> str:
    text = bytearray()
    while chunk := await part.read_chunk(_CHUNK_BYTES):
        text += chunk
        if len(text) > MOST_TEXT_BYTES:
            raise RequestError(400, f"The most is {MOST_TEXT_BYTES} bytes of text.")
    return text.decode(errors="replace").replace("\r\n", "\n")  # a form's line breaks are CRLF


async def _read_file(part: BodyPartReader, path: Path, most: int) -> UploadedFile:
    name, size = _shown_name(part.filename), 0
    with path.open("xb") as file:
        while chunk := await part.read_chunk(_CHUNK_BYTES):
            size += len(chunk)
            if size > most:
                raise _too_large(name, most)
            file.write(chunk)
    return UploadedFile(name, size, path)


def _too_large(what: str, most: int) -> RequestError:
    return RequestError(413, f"{what} is too large; the most is {most / 1024**2:g} MiB.")


def _shown_name(name: str | None) -> str:
    last = (name or "").replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable())[:_LONGEST_NAME] or "file"
