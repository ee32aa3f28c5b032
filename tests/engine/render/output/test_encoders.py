"""What all formats promise: files are read back by PyAV (MP4) and Pillow (GIF, WebP)."""

import subprocess
import sys
import tracemalloc
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import psutil
import pytest
from PIL import Image

from engine.errors import MediaError, RenderCancelled, RenderError
from engine.groups.output import Format
from engine.render.output.encoders import open_encoder

FORMATS = list(Format)
COLOURS = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (200, 120, 40), (255, 255, 255), (10, 20, 30)]


def plain(colour: tuple[int, int, int], width: int = 64, height: int = 48) -> np.ndarray:
    return np.full((height, width, 3), colour, np.uint8)


def write(path: Path, frames: list[np.ndarray], fps: Fraction = Fraction(12)) -> Path:
    height, width, _ = frames[0].shape
    with open_encoder(path, Format(path.suffix[1:]), fps, width, height) as encoder:
        for frame in frames:
            encoder.add(frame)
    return path


def read(path: Path) -> list[np.ndarray]:
    if path.suffix == ".mp4":
        with av.open(path) as container:
            return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    with Image.open(path) as image:
        frames = []
        for number in range(image.n_frames):
            image.seek(number)
            frames.append(np.asarray(image.convert("RGB")))
        return frames


@pytest.mark.holds("format")
@pytest.mark.parametrize("format_", FORMATS)
def test_every_frame_comes_back_in_order_with_its_colours(tmp_path: Path, format_: Format) -> None:
    frames = read(write(tmp_path / f"a.{format_}", [plain(colour) for colour in COLOURS]))
    assert len(frames) == len(COLOURS)
    for frame, colour in zip(frames, COLOURS, strict=True):
        assert frame.shape == (48, 64, 3)
        assert np.abs(frame.astype(int) - colour).max() <= 4


@pytest.mark.parametrize("format_", FORMATS)
def test_a_detailed_picture_looks_like_itself(tmp_path: Path, format_: Format) -> None:
    y, x = np.mgrid[0:96, 0:96] / 96
    ramp = np.stack([x, y, 1 - x], axis=-1)
    ramp[(x - 0.5) ** 2 + (y - 0.5) ** 2 < 0.05] = (1, 0.1, 0.1)
    frame = (ramp * 255).astype(np.uint8)
    [back] = read(write(tmp_path / f"a.{format_}", [frame]))
    error = np.sqrt(((back.astype(float) - frame) ** 2).mean())
    assert error < 10


@pytest.mark.parametrize("format_", FORMATS)
def test_one_frame_is_an_animation_too(tmp_path: Path, format_: Format) -> None:
    assert len(read(write(tmp_path / f"a.{format_}", [plain((9, 9, 9))]))) == 1


@pytest.mark.parametrize("format_", FORMATS)
def test_more_frames_than_an_encoder_holds_back_all_arrive(tmp_path: Path, format_: Format) -> None:
    levels = [2 * number for number in range(100)]
    frames = read(write(tmp_path / f"a.{format_}", [plain((g, g, g)) for g in levels]))
    assert [frame.mean() for frame in frames] == pytest.approx(levels, abs=3)


@pytest.mark.parametrize("format_", FORMATS)
def test_odd_sizes_are_written(tmp_path: Path, format_: Format) -> None:
    [frame] = read(write(tmp_path / f"a.{format_}", [plain((200, 120, 40), 35, 27)]))
    assert np.abs(frame[:27, :35].astype(int) - (200, 120, 40)).max() <= 4


@pytest.mark.parametrize("format_", FORMATS)
def test_the_file_is_there_only_when_it_is_whole(tmp_path: Path, format_: Format) -> None:
    path = tmp_path / f"a.{format_}"
    with open_encoder(path, format_, Fraction(12), 64, 48) as encoder:
        for _ in range(30):
            encoder.add(plain((1, 2, 3)))
        assert not path.exists()
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("format_", FORMATS)
def test_a_failed_render_leaves_nothing_behind(tmp_path: Path, format_: Format) -> None:
    path = tmp_path / f"a.{format_}"
    with (
        pytest.raises(RenderCancelled),
        open_encoder(path, format_, Fraction(12), 64, 48) as encoder,
    ):
        encoder.add(plain((1, 2, 3)))
        raise RenderCancelled("the render was stopped")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format_", FORMATS)
def test_an_older_result_survives_a_failed_render(tmp_path: Path, format_: Format) -> None:
    path = tmp_path / f"a.{format_}"
    path.write_bytes(b"older")
    with pytest.raises(MediaError), open_encoder(path, format_, Fraction(12), 64, 48):
        raise MediaError("the clip is damaged")
    assert path.read_bytes() == b"older"


@pytest.mark.parametrize("format_", FORMATS)
def test_no_frames_are_no_animation(tmp_path: Path, format_: Format) -> None:
    with (
        pytest.raises(RenderError, match="no frame"),
        open_encoder(tmp_path / f"a.{format_}", format_, Fraction(12), 64, 48),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format_", FORMATS)
def test_a_folder_that_is_not_there_is_told(tmp_path: Path, format_: Format) -> None:
    path = tmp_path / "gone" / f"a.{format_}"
    with (
        pytest.raises(RenderError, match="can't be written"),
        open_encoder(path, format_, Fraction(12), 64, 48),
    ):
        pass


@pytest.mark.parametrize("format_", FORMATS)
def test_a_full_disk_is_told(tmp_path: Path, format_: Format) -> None:
    path = tmp_path / f"a.{format_}"
    path.with_name(f"{path.name}.partial").symlink_to("/dev/full")
    noise = np.random.default_rng(0).integers(0, 256, (256, 256, 3), np.uint8)
    with (
        pytest.raises(RenderError, match="No space left"),
        open_encoder(path, format_, Fraction(12), 256, 256) as encoder,
    ):
        for _ in range(13):
            encoder.add(noise)


@pytest.mark.parametrize("format_", FORMATS)
def test_memory_does_not_grow_with_the_number_of_frames(tmp_path: Path, format_: Format) -> None:
    frames = 60 * np.random.default_rng(0).integers(0, 4, (24, 128, 128, 3), np.uint8)

    def growth(count: int) -> tuple[int, int]:
        """Python's peak and the process's growth in bytes."""
        before = psutil.Process().memory_info().rss
        tracemalloc.start()
        with open_encoder(tmp_path / f"a.{format_}", format_, Fraction(12), 128, 128) as encoder:
            for number in range(count):
                encoder.add(frames[number % 24])
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak, psutil.Process().memory_info().rss - before

    growth(24)
    (short, _), (long, resident) = growth(24), growth(240)
    assert long < short + 500_000
    assert resident < 216 * frames[0].nbytes / 3  # a third of what holding the frames would take


def test_encoding_and_reading_media_stay_light() -> None:
    code = (
        "import sys, engine.render.output.encoders, engine.media.pictures, engine.render.preview\n"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
