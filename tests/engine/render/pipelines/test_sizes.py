import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.catalogue import Catalogue
from engine.render.pipelines import sizes
from engine.render.pipelines.loading import load_network, load_pipeline
from engine.render.pipelines.sizes import budget_for_weights, expected_bytes, loaded_bytes


@pytest.mark.parametrize("name", ["sd", "xl", "sd3", "flux"])
def test_the_size_of_a_model_is_known_before_it_is_loaded(catalogue: Catalogue, name: str) -> None:
    folder = catalogue.models[name].path
    loaded = loaded_bytes(load_pipeline(folder))
    assert expected_bytes(folder, torch.float32) == pytest.approx(loaded, rel=0.02)
    assert 2 * expected_bytes(folder, torch.float16) == expected_bytes(folder, torch.float32)


def test_the_size_of_a_controlnet_is_that_of_its_file(catalogue: Catalogue) -> None:
    folder = catalogue.controlnets["edges"].path
    [weights] = [load_file(file) for file in folder.glob("*.safetensors")]
    total = sum(tensor.nbytes for tensor in weights.values())
    assert expected_bytes(folder, torch.float32) == loaded_bytes(load_network(folder)) == total


def test_a_second_copy_in_half_precision_does_not_count(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    folder = shutil.copytree(catalogue.controlnets["edges"].path, tmp_path / "both")
    [file] = folder.glob("*.safetensors")
    alone = expected_bytes(folder, torch.float16)
    halves = {name: tensor.half() for name, tensor in load_file(file).items()}
    save_file(halves, folder / f"{file.stem}.fp16.safetensors")
    assert expected_bytes(folder, torch.float16) == alone
    file.unlink()
    assert expected_bytes(folder, torch.float16) == alone


def test_the_same_model_once_more_in_one_file_does_not_count(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    folder = shutil.copytree(catalogue.models["sd"].path, tmp_path / "both")
    alone = expected_bytes(folder, torch.float32)
    save_file({"w": torch.zeros(1000)}, folder / "v1-5-pruned.safetensors")
    assert expected_bytes(folder, torch.float32) == alone


def test_a_broken_file_has_no_size(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(json.dumps({"w": 1}).encode())
    assert expected_bytes(tmp_path, torch.float32) == 0


def test_the_budget_stays_within_what_the_container_has_left(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sizes, "CGROUP", tmp_path)
    unlimited = budget_for_weights("cpu")
    assert unlimited > 0
    (tmp_path / "memory.current").write_text("3000000\n")
    (tmp_path / "memory.max").write_text("4000000\n")
    assert 0 < budget_for_weights("cpu") < 1_000_000
    (tmp_path / "memory.max").write_text("max\n")
    assert budget_for_weights("cpu") == pytest.approx(unlimited, rel=0.2)
