"""A chat's file streamed onto the disk: counted while it comes, and there as a whole or not."""

from pathlib import Path

from aiohttp import ClientResponse
from yarl import URL

from engine.errors import MediaError, MediaFault

_CHUNK = 64 * 1024
_MIB = 2**20


def parse_url(text: str, base: URL | None = None) -> URL | None:
    """A file's address, which may be relative to `base`; None for what is none.

    An address that carries a user's name is none: it can look as if it led elsewhere.
    """
    try:
        url = URL(text) if base is None else base.join(URL(text))
    except ValueError:
        return None
    whole = url.absolute and url.scheme and url.raw_user is None and url.raw_password is None
    return url if whole else None


async def save_response(response: ClientResponse, target: Path, limit: int, name: str) -> None:
    """Write a response's content to `target`; MediaError once it passes `limit` bytes.

    The size that a chat declares is not believed: what arrives is counted, unpacked where it was
    packed on the way.
    """
    arrived = 0
    try:
        with target.open("wb") as file:
            async for chunk in response.content.iter_chunked(_CHUNK):
                arrived += len(chunk)
                check_size(arrived, limit, name)
                file.write(chunk)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def check_size(size: int, limit: int, name: str) -> None:
    """MediaError if `size` bytes are more than `limit`."""
    if size > limit:
        raise MediaError(
            f"{name}: it is larger than {limit / _MIB:.3g} MiB, the most here", MediaFault.TOO_LARGE
        )
