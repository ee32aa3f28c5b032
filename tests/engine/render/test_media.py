import struct
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from engine.errors import MediaError
from engine.render import media
from engine.render.media import open_pictures, read_image
from engine.request import Inputs

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def mean(picture: np.ndarray) -> list[float]:
    return [float(level) for level in picture.mean(axis=(0, 1))]


def save_clip(path: Path, greys: Iterable[int], fps: Fraction = Fraction(10)) -> Path:
    """A clip whose frame number n is grey of level greys[n]."""
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=fps, options={"crf": "10"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for grey in greys:
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), grey, np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def turn_clip(path: Path) -> None:
    """Note in the file, as a phone does, that it is to be shown a quarter turn clockwise."""
    content = bytearray(path.read_bytes())
    matrix = content.index(b"tkhd") + 4 + 40
    one = 0x10000
    content[matrix : matrix + 36] = struct.pack(">9i", 0, one, 0, -one, 0, 0, 0, 0, 0x40000000)
    path.write_bytes(content)


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
    with pytest.raises(MediaError, match="can't be read"):
        read_image(tmp_path / "cut.png", 64, 64)


def test_a_missing_picture_is_told(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"gone\.png"):
        read_image(tmp_path / "gone.png", 64, 64)


def test_a_huge_picture_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    Image.new("1", (9000, 9000)).save(tmp_path / "huge.png")
    with pytest.raises(MediaError, match="9000×9000"):
        read_image(tmp_path / "huge.png", 64, 64)


def test_without_a_picture_or_video_there_is_nothing_to_start_from() -> None:
    with open_pictures(Inputs(), 64, 64) as picture_at:
        assert picture_at is None


def test_a_video_is_played_at_its_own_speed_and_its_last_frame_holds(tmp_path: Path) -> None:
    clip = save_clip(tmp_path / "clip.mp4", [0, 50, 100, 150, 200])
    with open_pictures(Inputs(video=clip), 32, 32) as picture_at:
        levels = [float(picture_at(time).mean()) for time in (0, 0.05, 0.1, 0.25, 0.4, 7, 900)]
    assert levels == pytest.approx([0, 0, 50, 100, 200, 200, 200], abs=3)


@pytest.mark.parametrize("ending", ["mp4", "mkv", "mov"])
def test_at_the_clips_own_rate_each_frame_comes_once(tmp_path: Path, ending: str) -> None:
    fps = Fraction(30000, 1001)
    greys = list(range(0, 240, 6))
    clip = save_clip(tmp_path / f"clip.{ending}", greys, fps)
    with open_pictures(Inputs(video=clip), 32, 32) as picture_at:
        levels = [float(picture_at(float(n / fps)).mean()) for n in range(len(greys))]
    assert levels == pytest.approx(greys, abs=3)


def test_a_held_frame_is_the_same_object_so_that_it_is_encoded_once(tmp_path: Path) -> None:
    clip = save_clip(tmp_path / "clip.mp4", [0, 200])
    with open_pictures(Inputs(video=clip), 32, 32) as picture_at:
        assert picture_at(5) is picture_at(6)


def test_a_phones_video_is_turned_upright(tmp_path: Path) -> None:
    path = tmp_path / "phone.mp4"
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        frame = av.VideoFrame.from_image(halves((64, 64), WHITE, (0, 0, 0)))
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    turn_clip(path)
    with open_pictures(Inputs(video=path), 64, 64) as picture_at:
        picture = picture_at(0)
    assert picture[:24].mean() > 240  # turned clockwise, what was left is on top
    assert picture[-24:].mean() < 15


def test_a_video_is_never_in_memory_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = save_clip(tmp_path / "clip.mp4", [0] * 100)
    fitted = []
    fit = media._fit
    monkeypatch.setattr(media, "_fit", lambda *arguments: (fitted.append(1), fit(*arguments))[1])
    with open_pictures(Inputs(video=clip), 32, 32) as picture_at:
        assert len(fitted) == 1
        picture_at(0.1)
        assert len(fitted) == 2
        picture_at(9.9)  # frames in between are skipped, not fitted
        assert len(fitted) == 3


@pytest.mark.parametrize("content", [b"", b"no video", b"\0\0\0\x18ftypmp42" + b"\0" * 40])
def test_a_file_that_is_no_video_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "odd.mp4").write_bytes(content)
    with (
        pytest.raises(MediaError, match=r"odd\.mp4"),
        open_pictures(Inputs(video=tmp_path / "odd.mp4"), 64, 64),
    ):
        pass


def test_a_playlist_that_names_other_files_is_not_followed(tmp_path: Path) -> None:
    clip = save_clip(tmp_path / "secret.mp4", [0])
    playlist = tmp_path / "list.mp4"
    playlist.write_text(f"ffconcat version 1.0\nfile {clip.name}\n")
    with pytest.raises(MediaError), open_pictures(Inputs(video=playlist), 64, 64):
        pass
