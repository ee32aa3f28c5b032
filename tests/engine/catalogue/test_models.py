"""The operator's models and what their folders say."""

import json

import pytest

from engine.catalogue.models import Family, ModelEntry, read_model
from engine.errors import ModelError
from tests.support.models import write_json, write_model_folder


@pytest.mark.parametrize(
    ("family", "side", "multiple", "channels", "text_width"),
    [
        (Family.SD, 512, 8, 4, 768),
        (Family.PIX2PIX, 512, 8, 4, 768),  # its UNet takes 8: the noise's 4 and the picture's 4
        (Family.SDXL, 1024, 8, 4, 2048),
        (Family.SD3, 1024, 16, 16, 4096),
        (Family.FLUX, 1024, 16, 16, 4096),  # its transformer takes 64: patches of 2 by 2
    ],
)
def test_a_folder_tells_its_family_size_and_channels(
    tmp_path, family, side, multiple, channels, text_width
):
    model = read_model("m", ModelEntry(path=write_model_folder(tmp_path, family)))
    assert model.family is family
    assert (model.width, model.height, model.multiple) == (side, side, multiple)
    assert (model.latent_channels, model.text_width) == (channels, text_width)


def test_only_a_model_that_edits_pictures_needs_one():
    assert [family for family in Family if family.needs_picture] == [Family.PIX2PIX]


def test_a_folder_tells_its_parts_and_its_scheduler(tmp_path):
    model = read_model("sd", ModelEntry(path=write_model_folder(tmp_path)))
    assert {"unet", "vae", "text_encoder"} <= model.parts
    assert "_class_name" not in model.parts
    assert model.scheduler == "PNDMScheduler"


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


def test_a_folder_that_says_too_little_is_refused(tmp_path):
    (write_model_folder(tmp_path) / "vae" / "config.json").write_text("{}")
    with pytest.raises(ModelError, match="StableDiffusionPipeline can't be used"):
        read_model("sd", ModelEntry(path=tmp_path))


@pytest.mark.parametrize("kind", ["AudioLDM2Pipeline", ["pipeline", "MyPipeline"], None])
def test_a_model_of_an_unknown_family_is_refused(tmp_path, kind):
    index = json.loads((write_model_folder(tmp_path) / "model_index.json").read_text())
    write_json(tmp_path / "model_index.json", index | {"_class_name": kind})
    with pytest.raises(ModelError, match=r"model sd: a pipeline of kind .* can't be used here"):
        read_model("sd", ModelEntry(path=tmp_path))


def test_a_unet_for_inpainting_is_refused_as_nobody_can_give_it_a_mask(tmp_path):
    unet = write_model_folder(tmp_path) / "unet" / "config.json"
    write_json(unet, json.loads(unet.read_text()) | {"in_channels": 9})
    with pytest.raises(ModelError, match="can't be used here"):
        read_model("sd", ModelEntry(path=tmp_path))
