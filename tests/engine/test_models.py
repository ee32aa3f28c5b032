"""The operator's models and what their folders say."""

import pytest

from engine.errors import InputError, ModelError
from engine.models import ModelEntry, choose_model, read_model
from tests.support.models import write_model_folder


def test_a_folder_tells_its_size_and_channels(tmp_path):
    model = read_model("sd", ModelEntry(path=write_model_folder(tmp_path)))
    assert (model.width, model.height, model.multiple, model.latent_channels) == (512, 512, 8, 4)


def test_the_revision_changes_with_the_files(tmp_path):
    entry = ModelEntry(path=write_model_folder(tmp_path))
    before = read_model("sd", entry).revision
    (tmp_path / "unet" / "weights.safetensors").write_bytes(b"12345")
    assert read_model("sd", entry).revision != before


def test_an_operators_own_revision_is_kept(tmp_path):
    entry = ModelEntry(path=write_model_folder(tmp_path), revision="v1.5")
    assert read_model("sd", entry).revision == "v1.5"


def test_a_missing_folder_is_told_by_the_models_name(tmp_path):
    with pytest.raises(ModelError, match=r"model sd: can't read .*model_index.json"):
        read_model("sd", ModelEntry(path=tmp_path / "nowhere"))


def test_a_folder_of_another_kind_is_refused(tmp_path):
    (write_model_folder(tmp_path) / "vae" / "config.json").write_text("{}")
    with pytest.raises(ModelError, match="StableDiffusionPipeline can't be used"):
        read_model("sd", ModelEntry(path=tmp_path))


def test_the_first_model_of_the_list_is_the_default(tmp_path):
    entry = ModelEntry(path=write_model_folder(tmp_path))
    assert choose_model(None, {"b": entry, "a": entry}).name == "b"


def test_a_model_that_is_not_in_the_list_is_refused_with_those_that_are(tmp_path):
    entry = ModelEntry(path=write_model_folder(tmp_path))
    with pytest.raises(InputError, match=r"'../../etc' is not here; choose one or two"):
        choose_model("../../etc", {"one": entry, "two": entry})
