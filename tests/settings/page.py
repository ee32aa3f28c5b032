"""The settings page, as the tests make it: which of them hold what, and what the strips show."""

import json
import subprocess
import sys
from pathlib import Path

from bot.reference import Strip
from engine.settings import Settings
from tests.settings.goldens import golden_file
from tests.settings.scenes import SCENES, Row

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "settings.md"


def marked_files() -> list[str]:
    """The test files that say of a test which settings it holds."""
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    return [str(file.relative_to(ROOT)) for file in files if "mark.holds(" in file.read_text()]


def held(folder: Path, *arguments: str) -> dict[str, list[str]]:
    """The tests by the settings they hold; SystemExit names a setting that no test holds.

    They are run, and only those that pass are listed; with `--collect-only` all of them.
    """
    file = folder / "held.json"
    plugin = ["-p", "tests.settings.held", "--held", str(file), "-m", "holds", *arguments]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *plugin, *marked_files()], cwd=ROOT, check=False
    )
    if done.returncode > 1:  # 1: a test failed, and so is missing below
        raise SystemExit(done.returncode)
    found: dict[str, list[str]] = json.loads(file.read_text())
    without = [name for name in Settings.options() if name not in found]
    if without:
        raise SystemExit("error: no test that passes holds " + ", ".join(without))
    return found


def strips() -> dict[str, Strip]:
    """The strip of every setting that can be seen."""
    return {
        scene.setting: Strip(
            str(golden_file(scene.setting).relative_to(PAGE.parent)),
            tuple(map(_told, scene.rows)),
            scene.rows[0].command,
        )
        for scene in SCENES
    }


def _told(row: Row) -> str:
    return row.told + (f" (attached: {row.attached})" if row.attached else "")
