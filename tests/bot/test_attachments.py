"""Files that come with a command are known by their content and kept under our own names."""

import io
from pathlib import Path

import pytest
from PIL import Image

from bot.attachments import input_of, store_attachments
from engine.errors import InputError, MediaError

WAV = b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00" + bytes(32)
MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2avc1mp41" + bytes(64)


class Sent:
    """An attachment as a chat would hand it over."""

    def __init__(self, name, content, size=None):
        self.name, self.content, self.size = name, content, size or len(content)

    async def save(self, target: Path, limit: int) -> None:
        target.write_bytes(self.content)


def picture(format_="PNG", frames=1):
    file = io.BytesIO()
    pictures = [Image.new("RGB", (8, 8), (40 * i, 0, 0)) for i in range(frames)]
    extra = {"save_all": True, "append_images": pictures[1:], "loop": 0} if frames > 1 else {}
    pictures[0].save(file, format_, **extra)
    return file.getvalue()


async def test_a_picture_a_song_and_a_clip_each_find_their_place(tmp_path):
    inputs = await store_attachments([Sent("a", WAV), Sent("b", picture())], tmp_path / "1", 1)
    assert inputs.image == tmp_path / "1" / "image.png"
    assert inputs.audio == tmp_path / "1" / "audio.wav"
    inputs = await store_attachments([Sent("c", MP4)], tmp_path / "2", 1)
    assert inputs.video == tmp_path / "2" / "video.mp4"


async def test_a_picture_and_a_clip_can_not_both_be_started_from(tmp_path):
    with pytest.raises(InputError, match="video: a picture and a video are both given"):
        await store_attachments([Sent("b", picture()), Sent("c", MP4)], tmp_path / "in", 1)
    assert not (tmp_path / "in").exists()


async def test_the_name_a_user_gave_is_never_a_path(tmp_path):
    inputs = await store_attachments([Sent("../../evil.sh", picture())], tmp_path / "in", 1)
    assert inputs.image == tmp_path / "in" / "image.png"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["image.png"]


async def test_without_files_no_folder_is_made(tmp_path):
    await store_attachments([], tmp_path / "in", 1)
    assert not (tmp_path / "in").exists()


@pytest.mark.parametrize("format_", ["GIF", "WEBP"])
async def test_a_picture_that_moves_is_a_clip_and_a_still_one_a_picture(tmp_path, format_):
    assert (await store_attachments([Sent("a", picture(format_, 3))], tmp_path / "1", 1)).video
    assert (await store_attachments([Sent("a", picture(format_))], tmp_path / "2", 1)).image


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ([Sent("big.png", picture(), 3 * 2**20)], "big.png: it is larger than 2 MiB"),
        ([Sent("none.png", b"", 0)], "none.png: the file is empty"),
        ([Sent("page.png", b"<html>log in</html>")], "page.png: this is no picture"),
        ([Sent("a.png", picture()), Sent("b.png", picture())], "a second image is attached"),
    ],
)
async def test_a_file_that_will_not_do_is_named(sent, words, tmp_path):
    with pytest.raises(MediaError, match=words):
        await store_attachments(sent, tmp_path / "in", 2)
    assert not (tmp_path / "in").exists()


def test_a_files_kind_does_not_depend_on_its_name(tmp_path):
    (tmp_path / "song.png").write_bytes(WAV)
    assert input_of(tmp_path / "song.png") == "audio"
