"""Small picture files that unfold to something enormous."""

import struct
import zlib
from pathlib import Path

from PIL import GifImagePlugin, Image

from tests.support.corpus.pictures import SIZE, encoded, picture
from tests.support.corpus.png import png_chunk, png_header

_MIB = 2**20


def zeros_compressed(count: int) -> bytes:
    """A zlib stream (RFC 1950) of so many zeros, a thousandth as long; made without them."""
    whole, rest = divmod(count, _MIB)
    stream = b"\x78\xda" + _block(_MIB) * whole + _block(rest, zlib.Z_FINISH)
    adler = (count % 65521) << 16 | 1  # all zeros: the sum stays 1, the sum of sums is the count
    return stream + struct.pack(">I", adler)


def huge_png(path: Path, side: int = 13_300) -> None:
    """A square of black, 8 bits a pixel, all of it there."""
    rows = zeros_compressed(side * (side + 1))
    header = png_header(side, side, 8, 0)
    path.write_bytes(header + png_chunk(b"IDAT", rows) + png_chunk(b"IEND", b""))


def png_text_bomb(path: Path, kind: bytes = b"zTXt", unfolded: int = 2**30) -> None:
    """A small picture with a chunk (`zTXt`, `iTXt`, `iCCP`) that unfolds to a gibibyte."""
    heads = {b"zTXt": b"Comment\0\0", b"iCCP": b"icc\0\0", b"iTXt": b"Comment\0\1\0\0\0"}
    chunk = png_chunk(kind, heads[kind] + zeros_compressed(unfolded))
    content = encoded(picture(), "PNG")
    path.write_bytes(content[:33] + chunk + content[33:])


def huge_gif(path: Path, side: int = 9_400, frames: int = 160, part: int = 250) -> None:
    """Frames that each claim the whole large screen, but bring only its first pixels."""
    path.write_bytes(_gif(side, side, frames, part))


def huge_screen_gif(path: Path, side: int = 9_400, frames: int = 1000) -> None:
    """A large screen, of which each frame changes a corner: all of them are whole."""
    path.write_bytes(_gif(side, 8, frames, 8))


def huge_webp(path: Path, side: int = 16_383) -> None:
    """A square of clear black, all of it there in a few bytes (RFC 9649, 3)."""
    path.write_bytes(_riff(_black_webp(side)))


def huge_animated_webp(path: Path, side: int = 16_383, frames: int = 1000) -> None:
    """The same, again and again."""
    extended = b"\x12\0\0\0" + _three_bytes(side - 1) * 2
    place = bytes(6) + _three_bytes(side - 1) * 2 + _three_bytes(40) + b"\0"
    frame = _chunk(b"ANMF", place + _black_webp(side))
    animation = _chunk(b"VP8X", extended) + _chunk(b"ANIM", bytes(6)) + frame * frames
    path.write_bytes(_riff(animation))


def huge_jpeg(path: Path, side: int = 65_500, progressive: bool = False) -> None:
    """A small photo whose header (ITU-T T.81, B.2.2) claims to be a square of that side."""
    content = bytearray(encoded(picture(), "JPEG", progressive=progressive))
    frame = content.index(b"\xff\xc2" if progressive else b"\xff\xc0")
    content[frame + 5 : frame + 9] = struct.pack(">2H", side, side)
    path.write_bytes(content)


def huge_tiff(path: Path, side: int = 13_300) -> None:
    """A square of black in one deflated strip (TIFF 6.0, section 2; compression 8)."""
    strip = zeros_compressed(side * side)
    entries = [(256, side), (257, side), (258, 8), (259, 8), (262, 1), (273, 8), (277, 1)]
    entries += [(278, side), (279, len(strip))]
    directory = struct.pack("<H", len(entries))
    for tag, value in entries:
        directory += struct.pack("<2H2I", tag, 4, 1, value)
    header = b"II*\0" + struct.pack("<I", 8 + len(strip))
    path.write_bytes(header + strip + directory + bytes(4))


def huge_avif(path: Path, side: int = 16_000) -> None:
    """A small picture whose `ispe` box claims to be a square of that side (ISO 23008-12, 6.5.3)."""
    content = encoded(picture(), "AVIF", speed=10)
    stored, claimed = struct.pack(">2I", *SIZE), struct.pack(">2I", side, side)
    path.write_bytes(content.replace(b"ispe\0\0\0\0" + stored, b"ispe\0\0\0\0" + claimed))


def _gif(side: int, claimed: int, frames: int, given: int) -> bytes:
    """Squares that claim to be of one size and hold another's pixels (GIF89a, 18, 20, 23)."""
    head, *blocks = GifImagePlugin.getdata(Image.new("P", (given, given)))
    descriptor = head[:1] + struct.pack("<4H", 0, 0, claimed, claimed) + head[9:]
    control = b"\x21\xf9\x04\x04\x0a\0\0\0"  # a tenth of a second
    screen = b"GIF89a" + struct.pack("<2H", side, side) + b"\x80\0\0" + b"\0\0\0\xff\xff\xff"
    return screen + (control + descriptor + b"".join(blocks)) * frames + b"\x3b"


def _block(count: int, flush: int = zlib.Z_FULL_FLUSH) -> bytes:
    deflater = zlib.compressobj(9, wbits=-15)
    return deflater.compress(bytes(count)) + deflater.flush(flush)


def _black_webp(side: int) -> bytes:
    """No transform, no cache, one entropy group of five codes with a single symbol: no bits."""
    bits, length = 0x2F, 8
    fields = [(side - 1, 14), (side - 1, 14), (1, 1), (0, 3), (0, 1), (0, 1), (0, 1)]
    for value, width in fields + [(0b0001, 4)] * 5:
        bits |= value << length
        length += width
    return _chunk(b"VP8L", bits.to_bytes((length + 7) // 8, "little"))


def _riff(content: bytes) -> bytes:
    return _chunk(b"RIFF", b"WEBP" + content)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)


def _three_bytes(number: int) -> bytes:
    return number.to_bytes(3, "little")
