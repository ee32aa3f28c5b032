"""What the doctor says of the operator's lists."""

import re

import pytest

from bot.doctor import _decoder, _findings, _slack, _writable, entry_findings
from engine.catalogue.lists import (
    Catalogue,
    ControlEntry,
    CustomPipelineEntry,
    LoraEntry,
    PreprocessorEntry,
)
from engine.catalogue.models import Family, ModelEntry
from engine.configuration import Secrets, Service, load_configuration
from engine.errors import ConfigurationError, MediaError
from engine.media.sandbox import process
from engine.media.sandbox.confinement import is_complete
from tests.support.models import write_adapter, write_controlnet, write_lora, write_model_folder

KEY = "unet.mid_block.attentions.0.transformer_blocks.0.attn2.to_k.lora_A.weight"


@pytest.fixture
def findings(tmp_path):
    """Examines a catalogue with a model of Stable Diffusion 1 and one of XL."""
    models = {
        family.name.lower(): ModelEntry(path=write_model_folder(tmp_path / family, family))
        for family in (Family.SD, Family.SDXL)
    }

    def findings(**lists):
        found = entry_findings(Catalogue(models=models, **lists))
        return {each.name: (each.state, each.words) for each in found}

    return findings


def test_what_can_be_used_is_told_with_its_models(findings, tmp_path):
    edges = write_controlnet(tmp_path / "edges")
    sketch = write_adapter(tmp_path / "sketch", adapter_type="full_adapter_xl")
    for folder in (edges, sketch):
        (folder / "model.safetensors").touch()
    own = tmp_path / "own.py"
    own.write_text("class OwnPipeline(DiffusionPipeline):\n    def __call__(self): ...\n")
    ink = write_lora(tmp_path / "ink.safetensors", {KEY: [4, 768]})
    found = findings(
        controlnets={"edges": ControlEntry(path=edges, preprocess="canny")},
        adapters={"sketch": ControlEntry(path=sketch)},
        loras={"ink": LoraEntry(path=ink)},
        custom_pipelines={"own": CustomPipelineEntry(path=own)},
        preprocessors={"depth": PreprocessorEntry(path=edges)},
    )
    assert found == {
        "controlnet edges": ("ok", "for sd, shown canny"),
        "adapter sketch": ("ok", "for sdxl, shown none"),
        "lora ink": ("ok", "for sd"),
        "custom pipeline own": ("ok", f"OwnPipeline in {own}"),
        "preprocessor depth": ("ok", str(edges)),
    }


def test_what_is_missing_or_wrong_is_told(findings, tmp_path):
    bare = write_controlnet(tmp_path / "bare")
    wrong = write_controlnet(tmp_path / "wrong", cross_attention_dim=99)
    unknown = write_controlnet(tmp_path / "unknown")
    for folder in (wrong, unknown):
        (folder / "model.safetensors").touch()
    found = findings(
        controlnets={
            "none": ControlEntry(path=tmp_path / "none"),
            "bare": ControlEntry(path=bare),
            "wrong": ControlEntry(path=wrong),
            "unknown": ControlEntry(path=unknown, preprocess="depth"),
        },
        loras={"ink": LoraEntry(path=tmp_path / "ink.safetensors")},
        pipelines=("StableDifusionPipeline",),
    )
    assert {state for state, _ in found.values()} == {"bad"}
    words = {name: words for name, (_, words) in found.items()}
    assert "can't read" in words["controlnet none"]
    assert "no safetensors weights" in words["controlnet bare"]
    assert "text width: 99" in words["controlnet wrong"]
    assert "there is no processor depth" in words["controlnet unknown"]
    assert "can't read" in words["lora ink"]
    assert words["limits.pipelines"] == "diffusers has no StableDifusionPipeline"


def test_the_room_on_the_disk_is_told_and_too_little_is_bad(tmp_path):
    assert re.fullmatch(
        rf"{tmp_path}, [0-9.]+ GiB are free", _writable(Service(data=tmp_path, free_mib=0))
    )
    with pytest.raises(ConfigurationError, match=r"MiB are free; with less than 999999999 \(serv"):
        _writable(Service(data=tmp_path, free_mib=999999999))


def test_the_decoder_is_tried(monkeypatch):
    assert _decoder().startswith("confined" if is_complete() else "its memory")
    monkeypatch.setattr(process, "_PROGRAM", ("-c", "raise SystemExit(1)"))
    with pytest.raises(MediaError):
        _decoder()


@pytest.mark.parametrize(
    ("url", "state", "words"),
    [
        ("", "ok", "none; one box needs none"),
        ("file://{}/store", "ok", "/store, for several hosts"),
        ("file:///proc/store", "bad", "storage.url: there is no bucket or folder /proc/store"),
    ],
)
def test_the_doctor_tries_what_hosts_share(tmp_path, monkeypatch, url, state, words):
    (tmp_path / "settings.toml").touch()
    monkeypatch.setenv("GIFFUSION_SETTINGS", str(tmp_path / "settings.toml"))
    monkeypatch.setenv("GIFFUSION_STORAGE__URL", url.format(tmp_path))
    findings = _findings(load_configuration())
    found = next(finding for finding in findings if finding.name == "shared files")
    assert found.state == state
    assert words in found.words


def test_what_is_no_address_of_a_store_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("GIFFUSION_STORAGE__URL", "bucket")
    with pytest.raises(ConfigurationError, match=r"storage\.url"):
        load_configuration()


def test_slack_is_examined_where_anything_of_it_is_set(monkeypatch):
    for name in Secrets.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    assert list(_slack(load_configuration())) == []
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    (missing,) = _slack(load_configuration())
    assert (missing.state, missing.words[:31]) == ("bad", "SLACK_APP_TOKEN is not set; it ")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    (complete,) = _slack(load_configuration())
    assert (complete.state, complete.words) == ("ok", "set up, by socket")
