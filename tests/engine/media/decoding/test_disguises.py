"""Files that name other files and addresses: nothing they name is opened, confined or not."""

import socket
from collections.abc import Iterator
from io import BytesIO

import pytest

from engine.errors import MediaError
from engine.media.decoding.inspection import inspect
from engine.media.decoding.source import Source, source_of
from engine.media.formats import Format
from tests.support.disguises import disguises, masked_disguises


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server on this machine, to which nobody should ever come."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        yield server


def was_reached(listener: socket.socket) -> bool:
    try:
        listener.accept()[0].close()
    except TimeoutError:
        return False
    return True


def test_a_listener_notices_who_comes(listener: socket.socket) -> None:
    socket.create_connection(listener.getsockname()).close()
    assert was_reached(listener)


@pytest.mark.filterwarnings("ignore:.*EXIF data:UserWarning")  # Pillow's, of the masks
def test_nothing_that_a_disguised_playlist_names_is_opened(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    for _, content in (*disguises(port), *masked_disguises(port)):
        with pytest.raises(MediaError):
            inspect(source_of(BytesIO(content)))
    assert not was_reached(listener)


@pytest.mark.parametrize(
    "demuxer", ["mov", "matroska", "mp3", "wav", "ogg", "avi", "flv", "mpegts"]
)
def test_a_reader_that_was_told_a_format_reads_no_other(
    demuxer: str, listener: socket.socket
) -> None:
    told = Format("any", demuxer=demuxer)
    for _, content in disguises(listener.getsockname()[1]):
        with pytest.raises(MediaError):
            inspect(Source(BytesIO(content), told))
    assert not was_reached(listener)


def test_a_reader_of_playlists_itself_may_open_nothing(listener: socket.socket) -> None:
    for name, content in disguises(listener.getsockname()[1]):
        for demuxer in ("hls", "concat", "sdp", "dash"):
            if demuxer in name.lower():
                with pytest.raises(MediaError):
                    inspect(Source(BytesIO(content), Format("any", demuxer=demuxer)))
    assert not was_reached(listener)
