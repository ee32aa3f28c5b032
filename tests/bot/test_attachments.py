"""Files that come with a command are known by their content and kept under our own names."""

import io
from pathlib import Path

import pytest
from PIL import Image

from bot.attachments import store_attachments
from engine.errors import InputError, MediaError
from engine.media.limits import MediaLimits
from tests.engine.media.clips import numbered_clip
from tests.engine.media.sounds import save_sound, tone

LIMITS = MediaLimits(bytes=2**21)


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


@pytest.fixture
def song(tmp_path):
    return save_sound(tmp_path / "song.wav", tone(440, 1)).read_bytes()


@pytest.fixture
def film(tmp_path):
    return numbered_clip(tmp_path / "film.mp4", 5).read_bytes()


async def test_a_picture_a_song_and_a_clip_each_find_their_place(tmp_path, song, film):
    sent = [Sent("a", song), Sent("b", picture())]
    inputs, facts = await store_attachments(sent, tmp_path / "1", LIMITS)
    assert inputs.image == tmp_path / "1" / "image.png"
    assert inputs.audio == tmp_path / "1" / "audio.wav"
    assert (facts.image.width, facts.audio.seconds, facts.video) == (8, 1, None)
    inputs, facts = await store_attachments([Sent("c", film)], tmp_path / "2", LIMITS)
    assert inputs.video == tmp_path / "2" / "video.mp4"
    assert facts.video.frames == 5


async def test_a_film_container_that_holds_sound_alone_is_a_song(tmp_path):
    sound = save_sound(tmp_path / "sound.mp4", tone(440, 1)).read_bytes()
    inputs, facts = await store_attachments([Sent("voice.mp4", sound)], tmp_path / "in", LIMITS)
    assert (inputs.audio, inputs.video) == (tmp_path / "in" / "audio.mp4", None)
    assert facts.audio


async def test_a_picture_and_a_clip_can_not_both_be_started_from(tmp_path, film):
    with pytest.raises(InputError, match="video: a picture and a video are both given"):
        await store_attachments([Sent("b", picture()), Sent("c", film)], tmp_path / "in", LIMITS)
    assert not (tmp_path / "in").exists()


async def test_the_name_a_user_gave_is_never_a_path(tmp_path):
    sent = [Sent("../../evil.sh", picture())]
    inputs, _ = await store_attachments(sent, tmp_path / "in", LIMITS)
    assert inputs.image == tmp_path / "in" / "image.png"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["image.png"]


async def test_without_files_no_folder_is_made(tmp_path):
    await store_attachments([], tmp_path / "in", LIMITS)
    assert not (tmp_path / "in").exists()


@pytest.mark.parametrize("format_", ["GIF", "WEBP"])
async def test_a_picture_that_moves_is_a_clip_and_a_still_one_a_picture(tmp_path, format_):
    moving, still = Sent("a", picture(format_, 3)), Sent("a", picture(format_))
    assert (await store_attachments([moving], tmp_path / "1", LIMITS)).inputs.video
    assert (await store_attachments([still], tmp_path / "2", LIMITS)).inputs.image


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ([Sent("big.png", picture(), 3 * 2**20)], "big.png: it is larger than 2 MiB"),
        ([Sent("none.png", b"", 0)], "none.png: it is empty"),
        ([Sent("page.png", b"<html>log in</html>")], "page.png: it is no picture"),
        ([Sent("a.png", picture()), Sent("b.png", picture())], "a second image is attached"),
    ],
)
async def test_a_file_that_will_not_do_is_named(sent, words, tmp_path):
    with pytest.raises(MediaError, match=words):
        await store_attachments(sent, tmp_path / "in", LIMITS)
    assert not (tmp_path / "in").exists()


async def test_a_files_kind_does_not_depend_on_its_name(tmp_path, song):
    inputs, _ = await store_attachments([Sent("song.png", song)], tmp_path / "in", LIMITS)
    assert inputs.audio == tmp_path / "in" / "audio.wav"


async def test_a_file_longer_than_the_operator_allows_is_refused_by_name(tmp_path, film):
    with pytest.raises(MediaError, match=r"holiday\.mov: it has more than 4 frames"):
        await store_attachments(
            [Sent("holiday.mov", film)], tmp_path / "in", MediaLimits(video_frames=4)
        )
    assert not (tmp_path / "in").exists()
