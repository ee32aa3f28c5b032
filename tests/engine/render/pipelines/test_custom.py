from pathlib import Path

import pytest
from diffusers import StableDiffusionPipeline

from engine.errors import ModelError
from engine.render.pipelines.custom import custom_pipeline_class

SOURCE = """
from pathlib import Path
from diffusers import DiffusionPipeline, StableDiffusionPipeline

with Path({runs!r}).open("a") as file:
    file.write("ran;")

class Helper:
    pass

class MirrorPipeline(StableDiffusionPipeline):
    pass
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "mirror.py").write_text(SOURCE.format(runs=str(tmp_path / "runs")))
    return tmp_path / "mirror.py"


@pytest.mark.holds("custom_pipeline")
def test_the_pipeline_class_of_a_file_is_found(file: Path) -> None:
    found = custom_pipeline_class(file)
    assert found.__name__ == "MirrorPipeline"
    assert issubclass(found, StableDiffusionPipeline)


def test_a_file_is_run_once(file: Path) -> None:
    assert custom_pipeline_class(file) is custom_pipeline_class(file)
    assert (file.parent / "runs").read_text() == "ran;"


def test_files_of_one_name_are_kept_apart(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / "mirror.py"
    other.parent.mkdir()
    other.write_text(file.read_text())
    assert custom_pipeline_class(file) is not custom_pipeline_class(other)


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("x = 1", "one pipeline class"),
        ("from nowhere import x\n" + SOURCE.format(runs="/dev/null"), "No module named 'nowhere'"),
        ("raise ValueError('not\\nnow')\n" + SOURCE.format(runs="/dev/null"), "can't be run: not$"),
        ("def (", "no Python file"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(tmp_path: Path, source: str, problem: str) -> None:
    file = tmp_path / "broken.py"
    file.write_text(source)
    with pytest.raises(ModelError, match=problem):
        custom_pipeline_class(file)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"gone\.py"):
        custom_pipeline_class(tmp_path / "gone.py")
