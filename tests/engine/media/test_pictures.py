import math
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from engine.errors import MediaError
from engine.groups.output import Format
from engine.media.pictures import PictureAt, open_pictures, read_image
from engine.media.sandbox.process import DecodingProcess
from engine.media.soundtrack import beginning_of_frame
from engine.render.output.encoders import open_encoder
from engine.request import Inputs
from engine.video_part import VideoPart
from tests.engine.media.clips import (
    HEIGHT,
    WIDTH,
    number_of,
    numbered,
    numbered_clip,
    save_clip,
    turn_clip,
)

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def mean(picture: np.ndarray) -> list[float]:
    return [float(level) for level in picture.mean(axis=(0, 1))]


@contextmanager
def opened(clip: Path, **part: int) -> Iterator[PictureAt]:
    """A clip's pictures, at the size they have."""
    with open_pictures(Inputs(video=clip), WIDTH, HEIGHT, VideoPart(**part)) as picture_at:
        assert picture_at is not None
        yield picture_at


def shown(clip: Path, fps: Fraction, frames: int, **part: int) -> list[int]:
    """The numbers on the clip's pictures in an animation of `frames` frames at `fps`."""
    with opened(clip, **part) as picture_at:
        return [number_of(picture_at(index, float(index / fps))) for index in range(frames)]


def begins(clip: Path, number: int) -> float:
    """When a frame comes on."""
    with DecodingProcess() as process:
        return beginning_of_frame(process, clip, number)


def halves(size: tuple[int, int], left: tuple[int, ...], right: tuple[int, ...]) -> Image.Image:
    image = Image.new("RGB", size, right)
    image.paste(left, (0, 0, size[0] // 2, size[1]))
    return image


def test_an_image_covers_the_frame_and_loses_its_edges_evenly(tmp_path: Path) -> None:
    image = Image.new("RGB", (300, 100), GREEN)
    image.paste(RED, (0, 0, 100, 100))
    image.paste(BLUE, (200, 0, 300, 100))
    image.save(tmp_path / "wide.png")
    picture = read_image(tmp_path / "wide.png", 64, 64)
    assert picture.shape == (64, 64, 3)
    assert picture.dtype == np.uint8
    assert np.abs(picture[:, 4:-4] - np.array(GREEN)).max() <= 2


def test_a_photo_is_turned_the_way_its_camera_was_held(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn clockwise
    halves((80, 80), RED, BLUE).save(tmp_path / "photo.jpg", exif=exif, quality=95)
    picture = read_image(tmp_path / "photo.jpg", 80, 80)
    assert picture[10, 40, 0] > 200  # what was left is on top
    assert picture[70, 40, 2] > 200


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_becomes_white(tmp_path: Path, mode: str) -> None:
    image = Image.new("RGBA", (64, 64), (200, 0, 0, 0))
    image.convert(mode).save(tmp_path / "clear.png")
    assert mean(read_image(tmp_path / "clear.png", 64, 64)) == pytest.approx(WHITE, abs=1)


@pytest.mark.parametrize("mode", ["L", "1", "CMYK", "I;16"])
def test_every_kind_of_pixel_becomes_rgb(tmp_path: Path, mode: str) -> None:
    name = tmp_path / ("picture.tiff" if mode == "CMYK" else "picture.png")
    Image.new(mode, (64, 64)).save(name)
    assert read_image(name, 64, 64).shape == (64, 64, 3)


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 50])
def test_a_file_that_is_no_picture_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "odd.png").write_bytes(content)
    with pytest.raises(MediaError, match=r"odd\.png"):
        read_image(tmp_path / "odd.png", 64, 64)


def test_a_picture_cut_short_is_refused(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "cut.png")
    content = (tmp_path / "cut.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(content[: len(content) // 2])
    with pytest.raises(MediaError, match=r"cut\.png: it ends in the middle"):
        read_image(tmp_path / "cut.png", 64, 64)


def test_a_missing_picture_is_told(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"gone\.png"):
        read_image(tmp_path / "gone.png", 64, 64)


def test_a_huge_picture_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    Image.new("1", (9000, 9000)).save(tmp_path / "huge.png")
    with pytest.raises(MediaError, match=r"huge\.png: its 9000×9000 pixels are too many"):
        read_image(tmp_path / "huge.png", 64, 64)


def test_without_a_picture_or_video_there_is_nothing_to_start_from() -> None:
    with open_pictures(Inputs(), 64, 64, VideoPart()) as picture_at:
        assert picture_at is None


def test_an_image_starts_every_frame(tmp_path: Path) -> None:
    Image.new("RGB", (64, 64), RED).save(tmp_path / "red.png")
    with open_pictures(Inputs(image=tmp_path / "red.png"), 32, 32, VideoPart()) as picture_at:
        assert picture_at is not None
        assert mean(picture_at(0, 0)) == mean(picture_at(99, 8.25)) == list(RED)


@pytest.mark.parametrize("ending", ["mp4", "mkv", "mov", "avi", "ts", "webm", "gif", "webp"])
@pytest.mark.parametrize("fps", [Fraction(12), Fraction(30000, 1001)])
def test_at_the_clips_own_rate_each_frame_comes_once(
    tmp_path: Path, ending: str, fps: Fraction
) -> None:
    codec = {"webm": "libvpx-vp9"}.get(ending, "libx264")
    path = tmp_path / f"clip.{ending}"
    if ending in ("gif", "webp"):
        numbered_clip(path, 40, fps)
    else:
        save_clip(path, map(numbered, range(40)), fps, codec=codec)
    assert shown(path, fps, 40) == list(range(40))


def test_a_gif_whose_times_are_rounded_up_shows_each_frame_once(tmp_path: Path) -> None:
    frames = [Image.fromarray(numbered(number)) for number in range(24)]
    begins = [math.ceil(number * 100 / 12) * 10 for number in range(25)]
    delays = [after - before for before, after in pairwise(begins)]
    frames[0].save(
        tmp_path / "clip.gif", save_all=True, append_images=frames[1:], duration=delays, loop=0
    )
    assert shown(tmp_path / "clip.gif", Fraction(12), 24) == list(range(24))


@pytest.mark.holds("fps")
def test_a_video_keeps_its_speed_at_any_frame_rate(tmp_path: Path) -> None:
    clip = numbered_clip(tmp_path / "clip.mp4", 30, Fraction(30))
    assert shown(clip, Fraction(10), 10) == list(range(0, 30, 3))
    assert shown(clip, Fraction(60), 60) == [number // 2 for number in range(60)]
    assert shown(clip, Fraction(12), 12) == [0, 2, 5, 7, 10, 12, 15, 17, 20, 22, 25, 27]


def test_a_phones_uneven_frames_come_at_their_own_times(tmp_path: Path) -> None:
    times = [0, 30, 100, 110, 300, 340, 500]
    clip = save_clip(tmp_path / "clip.mkv", map(numbered, range(7)), times=times)
    # At 20 fps a frame lasts 50 ms.
    assert shown(clip, Fraction(20), 12) == [0, 1, 2, 3, 3, 3, 4, 5, 5, 5, 6, 6]


@pytest.mark.holds("video_every_nth")
@pytest.mark.parametrize("every_nth", [1, 2, 3, 7])
@pytest.mark.parametrize("start", [0, 5])
def test_every_nth_frame_is_exactly_every_nth(tmp_path: Path, every_nth: int, start: int) -> None:
    clip = numbered_clip(tmp_path / "clip.mp4", 60, Fraction(30000, 1001))
    count = math.ceil((60 - start) / every_nth)
    numbers = shown(clip, Fraction(12), count, start=start, every_nth=every_nth)
    assert numbers == list(range(start, 60, every_nth))


def test_every_nth_frame_is_counted_where_the_rate_varies_too(tmp_path: Path) -> None:
    times = [0, 30, 100, 110, 300, 340, 500]
    clip = save_clip(tmp_path / "clip.mkv", map(numbered, range(7)), times=times)
    assert shown(clip, Fraction(12), 4, every_nth=2) == [0, 2, 4, 6]


def test_frames_that_are_not_asked_for_are_left_out(tmp_path: Path) -> None:
    clip = numbered_clip(tmp_path / "clip.mp4", 30, Fraction(30))
    with opened(clip, every_nth=3) as picture_at:
        assert [number_of(picture_at(index, index / 12)) for index in (0, 4, 9)] == [0, 12, 27]


@pytest.mark.holds("video_start", "video_end")
@pytest.mark.parametrize("every_nth", [None, 1])
def test_a_part_begins_and_ends_at_its_frames_and_then_its_last_one_holds(
    tmp_path: Path, every_nth: int | None
) -> None:
    clip = numbered_clip(tmp_path / "clip.mp4", 30, Fraction(10))
    part = {"start": 7, "end": 10, "every_nth": every_nth}
    assert shown(clip, Fraction(10), 7, **part) == [7, 8, 9, 10, 10, 10, 10]


@pytest.mark.parametrize("ending", ["mp4", "gif", "webp"])
def test_past_the_end_the_last_frame_holds(tmp_path: Path, ending: str) -> None:
    clip = numbered_clip(tmp_path / f"clip.{ending}", 3, Fraction(10))
    assert shown(clip, Fraction(10), 6) == [0, 1, 2, 2, 2, 2]
    assert shown(clip, Fraction(10), 3, end=900) == [0, 1, 2]
    with opened(clip) as picture_at:
        assert number_of(picture_at(9000, 900.0)) == 2


def test_a_held_frame_is_the_same_object_so_that_it_is_encoded_once(tmp_path: Path) -> None:
    clip = numbered_clip(tmp_path / "clip.mp4", 2)
    with opened(clip) as picture_at:
        assert picture_at(50, 5) is picture_at(60, 6)


def test_a_part_that_begins_after_the_end_is_refused_with_the_number_of_frames(
    tmp_path: Path,
) -> None:
    clip = numbered_clip(tmp_path / "clip.mp4", 12)
    with (
        pytest.raises(MediaError, match="only 12 of its frames can be read, so there is no"),
        opened(clip, start=12),
    ):
        pass


@pytest.mark.parametrize("ending", ["webp", "gif"])
def test_what_is_transparent_in_a_clip_becomes_white(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"clip.{ending}"
    clear, full = (Image.new("RGBA", (64, 48), (200, 0, 0, alpha)) for alpha in (0, 255))
    clear.save(path, save_all=True, append_images=[full], duration=100, disposal=2)
    with opened(path) as picture_at:
        assert mean(picture_at(0, 0.0)) == pytest.approx(WHITE, abs=2)
        assert mean(picture_at(1, 0.1)) == pytest.approx((200, 0, 0), abs=4)


@pytest.mark.parametrize("ending", ["mp4", "gif", "webp"])
def test_a_results_colours_come_back_as_they_were(tmp_path: Path, ending: str) -> None:
    colours = [(200, 120, 40), (0, 0, 255), (255, 0, 0)]
    path = tmp_path / f"animation.{ending}"
    with open_encoder(path, Format(ending), Fraction(12), 64, 48) as encoder:
        for colour in colours:
            encoder.add(np.full((48, 64, 3), colour, np.uint8))
    with opened(path) as picture_at:
        for index, colour in enumerate(colours):
            assert mean(picture_at(index, index / 12)) == pytest.approx(colour, abs=2)


def test_a_phones_video_is_turned_upright(tmp_path: Path) -> None:
    path = tmp_path / "phone.mp4"
    white_left = np.array(halves((WIDTH, HEIGHT), WHITE, (0, 0, 0)))
    turn_clip(save_clip(path, [white_left]))
    with open_pictures(Inputs(video=path), HEIGHT, WIDTH, VideoPart()) as picture_at:
        picture = picture_at(0, 0.0)
    assert picture[:24].mean() > 240  # turned clockwise, what was left is on top
    assert picture[-24:].mean() < 15


def test_a_damaged_frame_in_the_middle_does_not_end_the_render(tmp_path: Path) -> None:
    clip = save_clip(tmp_path / "clip.mp4", map(numbered, range(12)), g="1", bf="0")
    with av.open(clip) as container:
        places = [packet.pos for packet in container.demux(video=0) if packet.size]
    content = bytearray(clip.read_bytes())
    content[places[5] : places[5] + 8] = b"\xff" * 8
    clip.write_bytes(content)
    assert shown(clip, Fraction(10), 12) == [0, 1, 2, 3, 4, 4, 6, 7, 8, 9, 10, 11]


@pytest.mark.parametrize("content", [b"", b"no video", b"\0\0\0\x18ftypmp42" + b"\0" * 40])
@pytest.mark.parametrize("start", [0, 5])
def test_a_file_that_is_no_video_is_refused_by_name(
    tmp_path: Path, content: bytes, start: int
) -> None:
    (tmp_path / "odd.mp4").write_bytes(content)
    with pytest.raises(MediaError, match=r"odd\.mp4"), opened(tmp_path / "odd.mp4", start=start):
        pass


@pytest.mark.parametrize("length", [12, 30, 100, 400])
def test_an_animated_webp_cut_short_is_refused_or_played_as_far_as_it_goes(
    tmp_path: Path, length: int
) -> None:
    clip = numbered_clip(tmp_path / "cut.webp", 10)
    clip.write_bytes(clip.read_bytes()[:length])
    with pytest.raises(MediaError, match=r"cut\.webp"):
        shown(clip, Fraction(10), 10)


def test_a_kind_of_film_that_nobody_can_decode_is_refused(tmp_path: Path) -> None:
    clip = numbered_clip(tmp_path / "clip.mp4", 3)
    clip.write_bytes(clip.read_bytes().replace(b"avc1", b"zzzz").replace(b"avcC", b"zzzZ"))
    with (
        pytest.raises(MediaError, match=r"clip\.mp4: its moving pictures are in a form"),
        opened(clip),
    ):
        pass


def test_a_songs_cover_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "song.mp3"
    with av.open(path, "w") as container:
        sound = container.add_stream("mp3", rate=44100)
        cover = container.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = 64, 48, "yuvj420p"
        picture = av.VideoFrame.from_ndarray(numbered(3), format="rgb24")
        container.mux(cover.encode(picture))
        container.mux(cover.encode(None))
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 1152), np.float32), "fltp", "mono")
        silence.sample_rate = 44100
        container.mux(sound.encode(silence))
        container.mux(sound.encode(None))
    with pytest.raises(MediaError, match="has no moving pictures"), opened(path):
        pass


def test_a_playlist_that_names_other_files_is_not_followed(tmp_path: Path) -> None:
    clip = numbered_clip(tmp_path / "secret.mp4", 1)
    playlist = tmp_path / "list.mp4"
    playlist.write_text(f"ffconcat version 1.0\nfile {clip.name}\n")
    with pytest.raises(MediaError), opened(playlist):
        pass


def test_pictures_and_sound_of_a_part_begin_together(tmp_path: Path) -> None:
    clip = numbered_clip(tmp_path / "clip.mp4", 30, Fraction(30000, 1001))
    assert begins(clip, 0) == pytest.approx(0)
    assert begins(clip, 20) == pytest.approx(20 * 1001 / 30000)
