import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from diffusers import ControlNetModel, DiffusionPipeline, StableDiffusionPipeline, T2IAdapter
from safetensors.torch import load_file, save_file

from engine.catalogue import Catalogue
from engine.catalogue.models import Family
from engine.errors import ModelError
from engine.render.pipelines.loading import dtype_for, load_network, load_pipeline


@pytest.fixture
def copy(tiny_folder: Path, tmp_path: Path) -> Path:
    return shutil.copytree(tiny_folder, tmp_path / "copy")


def test_a_folder_loads_in_single_precision_on_a_cpu(tiny_folder: Path) -> None:
    pipeline = load_pipeline(tiny_folder)
    assert isinstance(pipeline, StableDiffusionPipeline)
    assert pipeline.dtype == torch.float32


def test_precision_is_halved_beyond_the_cpu_and_overflows_in_no_flow_model() -> None:
    assert {dtype_for("cpu", family) for family in Family} == {torch.float32}
    assert dtype_for("cuda", Family.SDXL) == torch.float16
    # https://huggingface.co/black-forest-labs/FLUX.1-dev: torch_dtype=torch.bfloat16
    assert dtype_for("cuda", Family.FLUX) == dtype_for("mps", Family.SD3) == torch.bfloat16


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_a_folder_loads_in_the_precision_that_is_asked_for(
    catalogue: Catalogue, dtype: torch.dtype
) -> None:
    pipeline = load_pipeline(catalogue.models["sd"].path, dtype=dtype)
    assert {pipeline.unet.dtype, pipeline.vae.dtype, pipeline.text_encoder.dtype} == {dtype}
    assert load_network(catalogue.controlnets["edges"].path, dtype=dtype).dtype == dtype


@pytest.mark.parametrize("parts", [("unet",), ("unet", "vae", "text_encoder")])
def test_weights_that_are_there_in_half_precision_only_load_too(
    copy: Path, parts: tuple[str, ...]
) -> None:
    expected = load_pipeline(copy).unet.conv_in.weight
    for part in parts:
        [file] = (copy / part).glob("*.safetensors")
        halves = {name: tensor.half() for name, tensor in load_file(file).items()}
        save_file(halves, file.with_suffix(".fp16.safetensors"), {"format": "pt"})
        file.unlink()
    pipeline = load_pipeline(copy)
    assert pipeline.dtype == torch.float32
    torch.testing.assert_close(pipeline.unet.conv_in.weight, expected, atol=1e-3, rtol=1e-3)


def test_a_controlnet_that_is_there_in_half_precision_only_loads_too(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    folder = shutil.copytree(catalogue.controlnets["edges"].path, tmp_path / "edges")
    [file] = folder.glob("*.safetensors")
    file.rename(file.with_suffix(".fp16.safetensors"))
    assert isinstance(load_network(folder), ControlNetModel)


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


@pytest.mark.parametrize("name", ["sd", "xl", "pix2pix", "sd3", "flux"])
def test_every_architecture_is_told_by_its_own_folder(catalogue: Catalogue, name: str) -> None:
    folder = catalogue.models[name].path
    kind = json.loads((folder / "model_index.json").read_text())["_class_name"]
    assert type(load_pipeline(folder)).__name__ == kind


def test_networks_that_steer_are_told_by_their_own_folders(catalogue: Catalogue) -> None:
    assert isinstance(load_network(catalogue.controlnets["edges"].path), ControlNetModel)
    assert isinstance(load_network(catalogue.adapters["sketch"].path), T2IAdapter)


@pytest.mark.parametrize("config", [None, "no JSON", "[]", "{}", "[" * 100_000])
def test_a_folder_that_is_no_network_is_refused(tmp_path: Path, config: str | None) -> None:
    if config is not None:
        (tmp_path / "config.json").write_text(config)
    with pytest.raises(ModelError, match="is no diffusers ControlNet or adapter"):
        load_network(tmp_path)


@pytest.mark.parametrize("kind", ["Mine", "logging", "torch", ["mine", "Mine"], None])
def test_a_network_of_another_class_is_refused(tmp_path: Path, kind: object) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"_class_name": kind}))
    with pytest.raises(ModelError, match="of no class that diffusers has"):
        load_network(tmp_path)


def test_a_networks_pickled_weights_are_refused(catalogue: Catalogue, tmp_path: Path) -> None:
    copy = shutil.copytree(catalogue.controlnets["edges"].path, tmp_path / "copy")
    next(copy.glob("*.safetensors")).rename(copy / "diffusion_pytorch_model.bin")
    with pytest.raises(ModelError, match="are no safetensors"):
        load_network(copy)


def _sd_states(pipeline: DiffusionPipeline, **skip: int) -> torch.Tensor:
    embeddings, _ = pipeline.encode_prompt("a cat", "cpu", 1, False, **skip)
    return embeddings


def _xl_states(pipeline: DiffusionPipeline, **skip: int) -> torch.Tensor:
    return pipeline.encode_prompt("a cat", None, "cpu", 1, False, **skip)[0]


@pytest.mark.parametrize(("name", "states"), [("sd", _sd_states), ("xl", _xl_states)])
@torch.inference_mode()
def test_clip_skip_works_with_the_installed_transformers(
    catalogue: Catalogue, name: str, states: Callable[..., torch.Tensor]
) -> None:
    pipeline = load_pipeline(catalogue.models[name].path)
    plain, skipped = states(pipeline), states(pipeline, clip_skip=1)
    assert plain.shape == skipped.shape
    assert not torch.equal(plain, skipped)
    for encoder in (pipeline.text_encoder, getattr(pipeline, "text_encoder_2", None)):
        # What diffusers and Compel look for when they take an earlier layer than the last.
        assert (
            encoder is None or encoder.text_model.final_layer_norm(plain[..., :32]).shape[1] == 77
        )
