"""A stored request is read on any host, and by later versions of the program."""

from pathlib import Path

from engine.request import Inputs, RenderRequest
from engine.settings import Settings


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


def test_what_was_chosen_is_stored_without_settings_that_there_are_no_longer() -> None:
    settings = Settings().updated({"prompts": "0: a corgi", "steps": 9})
    chosen = {"prompts": "0: a corgi", "steps": "9"}
    request = RenderRequest(owner="a:b:c", platform="a", settings=settings, chosen=chosen)
    stored = request.model_dump(mode="json")
    assert RenderRequest.stored(stored) == request
    stored["chosen"]["sharpness"] = "3"
    assert RenderRequest.stored(stored) == request
    del stored["chosen"]
    assert RenderRequest.stored(stored).chosen == {}
