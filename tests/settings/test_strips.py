"""Every setting that can be seen does what its strip in the documentation shows."""

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.media import Picture
from engine.settings import Settings
from tests.settings.goldens import FOLDER, golden_file, golden_rows, is_alike
from tests.settings.scenes import SCENES, Scene
from tests.settings.strips import likeness, stacked
from tests.settings.studio import Studio

every_scene = pytest.mark.parametrize("scene", SCENES, ids=[scene.setting for scene in SCENES])


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    return Studio(tmp_path_factory.mktemp("studio"))


@every_scene
def test_frames_look_as_in_the_documentation(studio: Studio, scene: Scene, tmp_path: Path) -> None:
    rows = studio.rows(scene)
    golden = golden_rows(scene, rows)
    if not all(map(is_alike, rows, golden)):
        pytest.fail(told(scene, rows, golden, tmp_path))


def told(scene: Scene, rows: Sequence[Picture], golden: Sequence[Picture], folder: Path) -> str:
    """What differs and by how much; the new strip and ten times the difference are in `folder`."""
    new, old = stacked(rows), np.asarray(Image.open(golden_file(scene.setting)).convert("RGB"))
    Image.fromarray(new).save(folder / "new.png")
    if new.shape == old.shape:
        by = np.abs(new.astype(int) - old) * 10
        Image.fromarray(by.clip(0, 255).astype(np.uint8)).save(folder / "difference.png")
    lines = [f"{scene.setting}: see {folder}/new.png and difference.png; `make docs` renews"]
    for row, pair in zip(scene.rows, zip(rows, golden, strict=True), strict=True):
        psnr, ssim = likeness(*pair)
        lines.append(f"  {row.told}: {psnr:.1f} dB, SSIM {ssim:.3f}")
    return "\n".join(lines)


@every_scene
def test_the_setting_shows(studio: Studio, scene: Scene) -> None:
    for one, other in combinations(studio.rows(scene), 2):
        assert not is_alike(one, other)


@every_scene
def test_rows_differ_in_the_setting_alone(scene: Scene) -> None:
    flag = Settings.options()[scene.setting].flag
    assert (
        scene.setting == "prompts"
        or len({row.command.split(flag)[0].strip() for row in scene.rows}) == 1
    )


def test_every_strip_has_its_scene() -> None:
    assert {file.stem for file in FOLDER.iterdir()} == {scene.setting for scene in SCENES}
