from pathlib import Path

import numpy as np
import pytest

from engine.errors import RenderError
from engine.render.output.lossless import LosslessWriter, lossless_frames


@pytest.mark.parametrize(("width", "height"), [(64, 48), (63, 47), (8, 8)])
def test_every_pixel_comes_back(tmp_path: Path, width: int, height: int) -> None:
    chance = np.random.default_rng(0)
    frames = [chance.integers(0, 256, (height, width, 3), np.uint8) for _ in range(12)]
    with LosslessWriter(tmp_path / "part.mkv", width, height) as writer:
        for frame in frames:
            writer.add(frame)
        writer.finish()
    back = list(lossless_frames(tmp_path / "part.mkv"))
    assert len(back) == 12
    assert all(np.array_equal(ours, theirs) for ours, theirs in zip(frames, back, strict=True))


def test_a_damaged_part_is_told(tmp_path: Path) -> None:
    (tmp_path / "part.mkv").write_bytes(b"nothing of that kind")
    with pytest.raises(RenderError, match="it is damaged"):
        list(lossless_frames(tmp_path / "part.mkv"))
