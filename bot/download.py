"""A chat's file streamed onto the disk: counted while it comes, and there as a whole or not."""

from pathlib import Path

from aiohttp import ClientResponse

from engine.errors import MediaError, MediaFault

_CHUNK = 64 * 1024
_MIB = 2**20


async def save_response(response: ClientResponse, target: Path, limit: int, name: str) -> None:
    """Write a response's content to `target`; MediaError once it passes `limit` bytes.

    The size that a chat declares is not believed: what arrives is counted.
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
