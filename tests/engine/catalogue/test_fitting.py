"""Whether ControlNets, adapters and LoRAs go with a model."""

import pytest

from engine.catalogue import ControlEntry, LoraEntry
from engine.catalogue.fitting import check_adapter, check_controlnet, check_lora
from engine.catalogue.models import Family, ModelEntry, read_model
from engine.errors import InputError, ModelError
from tests.support.models import write_adapter, write_controlnet, write_lora, write_model_folder

XL = {"cross_attention_dim": 2048, "block_out_channels": [320, 640, 1280]}
UNET = "unet.down_blocks.0.attentions.0.transformer_blocks.0"


@pytest.fixture
def model(tmp_path):
    def read(family):
        return read_model("m", ModelEntry(path=write_model_folder(tmp_path / family, family)))

    return read


def test_a_controlnet_goes_with_the_models_it_was_made_for(model, tmp_path):
    entry = ControlEntry(path=write_controlnet(tmp_path / "net"))
    check_controlnet("edges", entry, model(Family.SD))
    large = ControlEntry(path=write_controlnet(tmp_path / "large", **XL))
    check_controlnet("edges", large, model(Family.SDXL))


@pytest.mark.parametrize(
    ("changes", "family", "words"),
    [
        (XL, Family.SD, "blocks: 320, 640, 1280, not 320, 640, 1280, 1280"),
        ({"cross_attention_dim": 1024}, Family.SD, "text width: 1024, not 768"),
        ({}, Family.SD3, "kind: ControlNetModel, not SD3ControlNetModel"),
        ({"_class_name": "UNet2DConditionModel"}, Family.SD, "kind: UNet2DConditionModel"),
    ],
)
def test_a_controlnet_for_other_models_is_refused(model, tmp_path, changes, family, words):
    entry = ControlEntry(path=write_controlnet(tmp_path / "net", **changes))
    with pytest.raises(InputError, match="edges was not made for m") as caught:
        check_controlnet("edges", entry, model(family))
    assert words in str(caught.value)


def test_a_controlnet_of_sd3_goes_with_sd3(model, tmp_path):
    changes = {"_class_name": "SD3ControlNetModel", "joint_attention_dim": 4096}
    entry = ControlEntry(path=write_controlnet(tmp_path / "net", **changes))
    check_controlnet("edges", entry, model(Family.SD3))


def test_an_adapter_goes_with_the_models_it_was_made_for(model, tmp_path):
    entry = ControlEntry(path=write_adapter(tmp_path / "sketch"))
    check_adapter("sketch", entry, model(Family.SD))
    with pytest.raises(InputError, match="for SDXL: no, not yes"):
        check_adapter("sketch", entry, model(Family.SDXL))
    large = ControlEntry(path=write_adapter(tmp_path / "xl", adapter_type="full_adapter_xl"))
    check_adapter("sketch", large, model(Family.SDXL))
    narrow = ControlEntry(path=write_adapter(tmp_path / "narrow", channels=[8, 16, 16, 16]))
    with pytest.raises(InputError, match="blocks: 8, 16, 16, 16"):
        check_adapter("sketch", narrow, model(Family.SD))


@pytest.mark.parametrize(
    "key",
    [
        f"{UNET}.attn2.to_k.lora_A.weight",
        f"{UNET}.attn2.processor.to_k_lora.down.weight",
        "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k.lora_down.weight",
    ],
)
def test_a_lora_tells_its_models_text_width_in_every_way_of_naming(model, tmp_path, key):
    entry = LoraEntry(path=write_lora(tmp_path / "ink.safetensors", {key: [4, 768]}))
    check_lora("ink", entry, model(Family.SD))
    with pytest.raises(InputError, match="text width: 768, not 2048"):
        check_lora("ink", entry, model(Family.SDXL))


@pytest.mark.parametrize("key", ["transformer.blocks.0.attn.to_k.lora_A.weight"])
def test_a_lora_for_a_transformer_is_none_for_a_unet(model, tmp_path, key):
    entry = LoraEntry(path=write_lora(tmp_path / "ink.safetensors", {key: [4, 3072]}))
    check_lora("ink", entry, model(Family.FLUX))
    with pytest.raises(InputError, match="for a transformer: yes, not no"):
        check_lora("ink", entry, model(Family.SD))


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 a pickle", b"\xff" * 64, (5).to_bytes(8, "little") + b"[1,2]"]
)
def test_a_file_that_is_no_safetensors_is_told(model, tmp_path, content):
    (tmp_path / "ink.safetensors").write_bytes(content)
    with pytest.raises(ModelError, match=r"lora ink: .* is no safetensors file"):
        check_lora("ink", LoraEntry(path=tmp_path / "ink.safetensors"), model(Family.SD))


def test_a_missing_folder_or_file_is_told(model, tmp_path):
    with pytest.raises(ModelError, match=r"controlnet edges: can't read .*config.json"):
        check_controlnet("edges", ControlEntry(path=tmp_path / "none"), model(Family.SD))
    with pytest.raises(ModelError, match="lora ink: can't read"):
        check_lora("ink", LoraEntry(path=tmp_path / "none"), model(Family.SD))
