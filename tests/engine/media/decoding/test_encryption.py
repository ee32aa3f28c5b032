"""What only its owner can open is said to be so."""

import io
import struct

import av
import pytest

from engine.errors import MediaFault
from tests.engine.media.clips import HEIGHT, WIDTH, numbered
from tests.engine.media.decoding.wholes import refused, whole


def encrypted_film() -> bytes:
    options = {
        "encryption_scheme": "cenc-aes-ctr",
        "encryption_key": "000102030405060708090a0b0c0d0e0f",
        "encryption_kid": "f0e0d0c0b0a090807060504030201000",
    }
    file = io.BytesIO()
    with av.open(file, "w", format="mp4", options=options) as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        picture = av.VideoFrame.from_ndarray(numbered(1), format="rgb24")
        container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return file.getvalue()


def element(kind: bytes, content: bytes) -> bytes:
    return kind + bytes([0x80 | len(content)]) + content


ENCODING = element(b"\x62\x40", element(b"\x50\x35", element(b"\x47\xe1", b"\x05")))
ENCRYPTED_TRACK = element(b"\x16\x54\xae\x6b", element(b"\xae", element(b"\x6d\x80", ENCODING)))
MATROSKA = element(b"\x1a\x45\xdf\xa3", element(b"\x42\x82", b"matroska"))
ASF_HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
ASF_ENCRYPTION = bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e") + struct.pack("<Q", 24)


@pytest.mark.parametrize(
    "content",
    [
        encrypted_film(),
        whole("sound.m4a").replace(b"mp4a", b"drms"),
        MATROSKA + element(b"\x18\x53\x80\x67", ENCRYPTED_TRACK),
        ASF_HEADER + struct.pack("<QIH", 54, 1, 513) + ASF_ENCRYPTION,
    ],
    ids=["cenc", "itunes", "matroska", "windows-media"],
)
def test_what_only_its_owner_can_open_is_called_encrypted(content: bytes) -> None:
    assert "encrypted" in refused(content, MediaFault.ENCRYPTED)
