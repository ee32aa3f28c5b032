"""A request's files are found on any host, whatever its data folder is."""

from pathlib import Path

from engine.request import Inputs


def test_stored_names_are_those_from_the_data_folder_on() -> None:
    inputs = Inputs(image=Path("/a/data/inputs/1/image.png"), audio=Path("/a/data/inputs/1/a.wav"))
    stored = Inputs.model_validate_json(inputs.relative_to(Path("/a/data")).model_dump_json())
    assert stored == Inputs(image=Path("inputs/1/image.png"), audio=Path("inputs/1/a.wav"))
    assert stored.below(Path("/b")).files == (
        Path("/b/inputs/1/image.png"),
        Path("/b/inputs/1/a.wav"),
    )


def test_files_from_elsewhere_and_names_of_an_older_version_stay() -> None:
    inputs = Inputs(video=Path("/home/ann/film.mp4"))
    assert inputs.relative_to(Path("/a/data")) == inputs
    assert inputs.below(Path("/b")) == inputs
    assert Inputs().below(Path("/b")).files == ()
