import json
import os
import shutil
from pathlib import Path

import pytest
import torch
from diffusers import StableDiffusionImg2ImgPipeline, StableDiffusionPipeline

from engine.errors import ModelError
from engine.render import pipelines as module
from engine.render.pipelines import (
    PipelineCache,
    free_cores,
    image_to_image,
    load_pipeline,
    use_threads,
)
from tests.support.tiny_pipeline import build_tiny_pipeline


@pytest.fixture
def copy(tiny_folder: Path, tmp_path: Path) -> Path:
    return shutil.copytree(tiny_folder, tmp_path / "copy")


def test_a_folder_loads_in_single_precision_on_a_cpu(tiny_folder: Path) -> None:
    pipeline = load_pipeline(tiny_folder)
    assert isinstance(pipeline, StableDiffusionPipeline)
    assert pipeline.dtype == torch.float32


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nowhere doesn't exist"):
        load_pipeline(tmp_path / "nowhere")


@pytest.mark.parametrize("index", [None, "no JSON", "[]", "{}"])
def test_a_folder_that_is_no_pipeline_is_refused(tmp_path: Path, index: str | None) -> None:
    if index is not None:
        (tmp_path / "model_index.json").write_text(index)
    with pytest.raises(ModelError, match="is no diffusers pipeline"):
        load_pipeline(tmp_path)


@pytest.mark.parametrize(
    ("part", "pickled"),
    [("unet", "diffusion_pytorch_model.bin"), ("text_encoder", "pytorch_model.bin")],
)
def test_pickled_weights_are_refused(copy: Path, part: str, pickled: str) -> None:
    weights = next((copy / part).glob("*.safetensors"))
    weights.rename(copy / part / pickled)
    with pytest.raises(ModelError, match=f"{part} are no safetensors"):
        load_pipeline(copy)


def test_missing_weights_are_told(copy: Path) -> None:
    next((copy / "unet").glob("*.safetensors")).unlink()
    with pytest.raises(ModelError, match="can't be loaded"):
        load_pipeline(copy)


def test_a_models_own_code_never_runs(copy: Path) -> None:
    trace = copy / "trace"
    code = f"from pathlib import Path\nPath({str(trace)!r}).touch()\nclass Mine:\n    pass\n"
    (copy / "pipeline.py").write_text(code)
    index = json.loads((copy / "model_index.json").read_text())
    index["_class_name"] = ["pipeline", "Mine"]
    (copy / "model_index.json").write_text(json.dumps(index))
    with pytest.raises(ModelError, match="code of its own"):
        load_pipeline(copy)
    assert not trace.exists()


def test_a_components_own_code_never_runs(copy: Path) -> None:
    trace = copy / "trace"
    code = f"from pathlib import Path\nPath({str(trace)!r}).touch()\nclass Mine:\n    pass\n"
    (copy / "unet" / "mine.py").write_text(code)
    index = json.loads((copy / "model_index.json").read_text())
    index["unet"] = ["mine", "Mine"]
    (copy / "model_index.json").write_text(json.dumps(index))
    with pytest.raises(ModelError, match="can't be loaded"):
        load_pipeline(copy)
    assert not trace.exists()


def test_the_sibling_shares_weights_but_not_the_scheduler(tiny_folder: Path) -> None:
    pipeline = load_pipeline(tiny_folder)
    sibling = image_to_image(pipeline)
    assert isinstance(sibling, StableDiffusionImg2ImgPipeline)
    assert sibling.unet is pipeline.unet
    assert sibling.scheduler is not pipeline.scheduler
    assert sibling.scheduler.config == pipeline.scheduler.config


def test_the_cache_keeps_the_last_model_and_its_sibling(tiny_folder: Path, tmp_path: Path) -> None:
    other = build_tiny_pipeline(tmp_path / "other")
    cache = PipelineCache({"tiny": tiny_folder, "other": other}.__getitem__)
    first, sibling = cache.text_to_image("tiny"), cache.image_to_image("tiny")
    assert cache.text_to_image("tiny") is first
    assert cache.image_to_image("tiny") is sibling
    assert cache.image_to_image("other") is not sibling
    assert cache.text_to_image("tiny") is not first


def test_clip_skip_works_with_the_installed_transformers(pipelines: PipelineCache) -> None:
    pipeline = pipelines.text_to_image("tiny")
    with torch.inference_mode():
        plain, _ = pipeline.encode_prompt("a cat", "cpu", 1, False)
        skipped, _ = pipeline.encode_prompt("a cat", "cpu", 1, False, clip_skip=1)
    assert plain.shape == skipped.shape
    assert not torch.equal(plain, skipped)


def test_threads_are_the_cores_inside_the_containers_quota(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(8))
    monkeypatch.setattr(module, "CGROUP_QUOTA", tmp_path / "cpu.max")
    assert free_cores() == 8
    for quota, cores in [("max 100000", 8), ("250000 100000", 2), ("50000 100000", 1)]:
        (tmp_path / "cpu.max").write_text(quota)
        assert free_cores() == cores


def test_a_thread_count_that_is_asked_for_counts_more(monkeypatch: pytest.MonkeyPatch) -> None:
    before = torch.get_num_threads()
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    use_threads(2)
    assert torch.get_num_threads() == 2
    use_threads()
    assert torch.get_num_threads() == 1
    use_threads(before)
