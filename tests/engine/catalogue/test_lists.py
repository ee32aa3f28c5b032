"""The operator's lists."""

import pytest

from engine.catalogue import Catalogue, find
from engine.catalogue.introspection import pipeline_names
from engine.catalogue.models import ModelEntry
from engine.errors import InputError, ModelError
from tests.support.models import write_model_folder


@pytest.mark.holds("model")
def test_the_first_model_of_the_list_is_the_default(tmp_path):
    entry = ModelEntry(path=write_model_folder(tmp_path))
    assert Catalogue(models={"b": entry, "a": entry}).model(None).name == "b"


@pytest.mark.holds("model")
@pytest.mark.parametrize("name", ["../../etc", "runwayml/stable-diffusion-v1-5", "Three"])
def test_a_model_that_is_not_in_the_list_is_refused_with_those_that_are(tmp_path, name):
    entry = ModelEntry(path=write_model_folder(tmp_path))
    with pytest.raises(InputError, match=r"is not here; choose one or two"):
        Catalogue(models={"one": entry, "two": entry}).model(name)


def test_a_name_of_an_empty_list_is_refused_too():
    with pytest.raises(InputError, match="lora: 'ink' is not here; the operator has listed none"):
        find("lora", "ink", Catalogue().loras)


def test_a_long_list_is_told_by_the_names_that_are_like_the_wrong_one():
    entries = {f"style{number:03}": number for number in range(500)} | {"watercolour": 1}
    with pytest.raises(InputError) as caught:
        find("lora", "watercolor", entries)
    assert str(caught.value) == "lora: 'watercolor' is not here; did you mean watercolour?"
    with pytest.raises(InputError) as caught:
        find("lora", "zzz", entries)
    assert len(str(caught.value)) < 1000


def test_without_any_model_the_operator_is_told():
    with pytest.raises(ModelError, match=r"add a \[models.NAME\] table"):
        Catalogue().model(None)


def test_diffusers_has_every_pipeline_that_is_allowed_by_default():
    assert set(Catalogue().pipelines) <= pipeline_names()
