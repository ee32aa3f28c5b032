"""Only tests that pass are said to hold a setting."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.settings.page import ROOT

Held = Callable[..., subprocess.CompletedProcess[str]]

TESTS = """
import pytest
pytestmark = pytest.mark.filterwarnings("ignore")

@pytest.mark.holds("zoom", "angle")
def test_passes(): pass

@pytest.mark.holds("zoom")
def test_fails(): assert False

@pytest.mark.holds("zoom")
@pytest.mark.skip
def test_skipped(): pass

@pytest.mark.holds("angle")
@pytest.mark.parametrize("number", [1, 2])
def test_fails_for_one(number): assert number == 1

class TestMore:
    @pytest.mark.holds("seed")
    @pytest.mark.parametrize("number", [1, 2])
    def test_passes_for_all(self, number): pass

def test_of_nothing(): pass
"""


@pytest.fixture
def held(tmp_path: Path) -> Held:
    def run(tests: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "test_some.py").write_text(tests)
        (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = holds\n")
        plugin = ["-p", "tests.settings.held", "--held", "held.json", *arguments]
        return subprocess.run(
            [sys.executable, "-m", "pytest", *plugin],
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_what_passed_for_all_parameters_holds(held: Held, tmp_path: Path) -> None:
    held(TESTS)
    assert json.loads((tmp_path / "held.json").read_text()) == {
        "zoom": ["test_some.py::test_passes"],
        "angle": ["test_some.py::test_passes"],
        "seed": ["test_some.py::TestMore::test_passes_for_all"],
    }


def test_without_a_run_all_that_are_marked_are_told(held: Held, tmp_path: Path) -> None:
    held(TESTS, "--collect-only")
    told = json.loads((tmp_path / "held.json").read_text())
    assert {setting: len(tests) for setting, tests in told.items()} == {
        "zoom": 3,
        "angle": 2,
        "seed": 1,
    }


def test_a_setting_that_is_none_is_refused(held: Held) -> None:
    done = held(TESTS.replace('"seed"', '"sede"'))
    assert done.returncode != 0
    assert "test_passes_for_all[1] holds no setting 'sede'" in done.stdout + done.stderr
