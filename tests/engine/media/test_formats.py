"""A file's kind is told by its first bytes, whatever it is called."""

import io
import struct

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from engine.errors import MediaError, MediaFault
from engine.media.formats import Format, format_of
from tests.support.corpus import sample, samples
from tests.support.disguises import disguises

beginnings = st.deferred(lambda: st.sampled_from([file.content[:40] for file in samples()]))


def test_every_kind_is_known_and_its_reader_opens_it() -> None:
    for file in samples():
        known = told(file.content)
        assert known.ending == file.ending, file.name
        if known.pillow:
            with Image.open(io.BytesIO(file.content), formats=[known.pillow]) as image:
                assert image.size == file.size, file.name
        if known.demuxer:
            with av.open(io.BytesIO(file.content), format=known.demuxer) as container:
                assert container.streams.video or container.streams.audio, file.name


def test_a_gif_is_read_by_both() -> None:
    assert told(sample("animated.gif").content) == Format("gif", pillow="GIF", demuxer="gif")


def test_the_file_is_left_at_its_beginning() -> None:
    file = io.BytesIO(sample("cover.mp3").content)
    file.seek(1000)
    format_of(file)
    assert file.tell() == 0
    with pytest.raises(MediaError):
        format_of(text := io.BytesIO(b"Dear diary,"))
    assert text.tell() == 0


def test_little_is_read_even_of_a_large_file() -> None:
    class Counting(io.BytesIO):
        count = 0

        def read(self, size: int | None = -1) -> bytes:
            content = super().read(size)
            self.count += len(content)
            return content

    file = Counting(tag(1_000_000) * 100 + bytes(1_000_000))
    with pytest.raises(MediaError):
        format_of(file)
    assert file.count < 10_000


@pytest.mark.parametrize(
    ("brand", "ending"),
    [
        *((b"isom", "mp4"), (b"mp42", "mp4"), (b"M4V ", "mp4"), (b"3gp5", "mp4"), (b"dash", "mp4")),
        *((b"qt  ", "mov"), (b"M4A ", "m4a"), (b"M4B ", "m4a")),
    ],
)
def test_a_film_is_named_after_its_brand(brand: bytes, ending: str) -> None:
    assert told(brands(brand, b"isom", b"iso2")) == Format(ending, demuxer="mov")


@pytest.mark.parametrize("major", [b"avif", b"avis", b"mif1", b"msf1"])
def test_an_avif_picture_may_have_its_brand_anywhere(major: bytes) -> None:
    assert told(brands(major, b"miaf", b"avif")) == Format("avif", pillow="AVIF")


def test_brands_are_looked_for_in_their_own_box_only() -> None:
    assert told(brands(b"isom", b"mp41") + b"avifavif").ending == "mp4"


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"heim", b"hevc", b"mif1", b"msf1"])
def test_a_heic_photo_is_refused_with_what_would_do(brand: bytes) -> None:
    with pytest.raises(MediaError, match=r"HEIC.*iPhone.*JPEG or PNG") as error:
        told(brands(brand, b"mif1", b"heic"))
    assert error.value.fault is MediaFault.WRONG_TYPE


@pytest.mark.parametrize("atom", [b"moov", b"mdat", b"wide", b"free", b"skip"])
def test_an_old_quicktime_film_begins_with_any_atom(atom: bytes) -> None:
    assert told(struct.pack(">I", 100) + atom + bytes(92)).ending == "mov"


def test_a_text_with_an_atoms_name_is_no_film() -> None:
    refused(b"the free encyclopedia")


@pytest.mark.parametrize("name", ["untagged.mp3", "frames.aac", "stereo.flac"])
@pytest.mark.parametrize("tags", [1, 3])
def test_what_follows_tags_counts(name: str, tags: int) -> None:
    content = sample(name).content
    tagged = tag(300) * tags + content
    assert told(tagged) == told(content)
    with av.open(io.BytesIO(tagged), format=told(tagged).demuxer) as container:
        assert next(container.decode(audio=0)).samples


def test_a_tag_with_a_footer_and_padding_is_skipped_too() -> None:
    header = b"ID3\x04\0\x10" + bytes([0, 0, 1, 0])
    tagged = header + bytes(128) + b"3DI" + header[3:] + bytes(50)
    assert told(tagged + sample("untagged.mp3").content).ending == "mp3"


@pytest.mark.parametrize("before", [b"", b"ID3\x04" + bytes(6)], ids=["plain", "tagged"])
def test_zeros_before_the_music_are_skipped(before: bytes) -> None:
    content = before + bytes(700) + sample("untagged.mp3").content
    assert told(content).ending == "mp3"
    with av.open(io.BytesIO(content), format="mp3") as container:
        assert next(container.decode(audio=0)).samples


def test_an_mp3_cut_off_in_its_cover_is_still_one() -> None:
    assert told(tag(1_000_000)[:5000]).ending == "mp3"


@pytest.mark.parametrize(
    "content", [b"<svg/>" * 10, b"#EXTM3U\n/etc/passwd\n", b"\x89PNG\r\n\x1a\n"]
)
def test_a_tag_makes_no_music_of_anything_else(content: bytes) -> None:
    refused(tag(20) + content)


def test_short_broadcasts_are_known() -> None:
    packets = sample("broadcast.ts").content[: 188 * 3]
    assert told(packets).ending == "ts"
    refused(packets[: 188 * 2])


@pytest.mark.parametrize(("name", "content"), list(disguises()))
def test_playlists_and_documents_are_refused(name: str, content: bytes) -> None:
    refused(content)


@pytest.mark.parametrize(
    "content",
    [
        *(b"%PDF-1.7\n", b"PK\x03\x04" + bytes(26), b"%!PS-Adobe-3.0 EPSF-3.0\n", b"<html>"),
        *(b"MZ" + bytes(60), b"\x7fELF" + bytes(60), b"8BPS\0\x01", b"\0\0\x01\0\x01\0"),
        *(b"BM, dear", b"\xc5\xd0\xd3\xc6" + bytes(28), b"P6\n2 2\n255\n", b"\xff", b"\0"),
        *(
            b"RIFF\0\0\0\0ACON",
            b"RIFX\0\0\0\0WAVE",
            b"FORM\0\0\0\0ILBM",
            b"\0\0\0\x0cjP  \r\n\x87\n",
        ),
        b"\x1aE\xdf\xa3\x84B\x82\x81x" + bytes(90),
    ],
)
def test_other_kinds_are_refused(content: bytes) -> None:
    refused(content)


def test_an_empty_file_is_called_empty() -> None:
    with pytest.raises(MediaError, match=r"empty") as error:
        told(b"")
    assert error.value.fault is MediaFault.EMPTY


@given(st.one_of(st.binary(), st.builds(bytes.__add__, beginnings, st.binary())))
def test_any_bytes_are_known_or_refused(content: bytes) -> None:
    try:
        known = told(content)
    except MediaError as error:
        assert error.fault is (MediaFault.WRONG_TYPE if content else MediaFault.EMPTY)
    else:
        assert known.pillow or known.demuxer


@given(beginnings, st.integers(0, 39), st.integers(0, 255))
def test_a_damaged_beginning_is_known_or_refused(magic: bytes, place: int, value: int) -> None:
    damaged = bytearray(magic)
    damaged[place % len(damaged)] = value
    try:
        assert told(bytes(damaged)).ending
    except MediaError as error:
        assert error.fault is MediaFault.WRONG_TYPE


def told(content: bytes) -> Format:
    return format_of(io.BytesIO(content))


def refused(content: bytes) -> None:
    with pytest.raises(MediaError, match=r"no picture, sound or video.*; send PNG") as error:
        told(content)
    assert error.value.fault is MediaFault.WRONG_TYPE


def brands(major: bytes, *compatible: bytes) -> bytes:
    box = b"ftyp" + major + bytes(4) + b"".join(compatible)
    return struct.pack(">I", 4 + len(box)) + box


def tag(size: int) -> bytes:
    """An ID3v2 tag of a few zeros, its size in four groups of seven bits."""
    return b"ID3\x04\0\0" + bytes(size >> shift & 127 for shift in (21, 14, 7, 0)) + bytes(size)
