"""The ControlNet's training: what it starts from, and what it leaves alone."""

import itertools
import random
from functools import partial
from pathlib import Path

import pytest
import torch
from diffusers import ControlNetModel, StableDiffusionPipeline, UNet2DConditionModel

from training import controlnet, exercises
from training.denoiser import TEXT_WIDTH, Denoiser
from training.optimisation import Budget

MODEL = Path(__file__).parents[2] / "models" / "picturebook"
NOISY, TIMES = torch.randn(2, 4, 16, 16), torch.tensor([900, 100])
TEXT, LINES = torch.randn(2, 32, TEXT_WIDTH), torch.rand(2, 3, 128, 128).round()


@pytest.fixture(scope="module")
def pipeline() -> StableDiffusionPipeline:
    torch.set_num_threads(1)
    return StableDiffusionPipeline.from_pretrained(MODEL, safety_checker=None)


@pytest.fixture(scope="module")
def pictures(pipeline: StableDiffusionPipeline) -> exercises.Gallery:
    return exercises.gallery(pipeline, 24)


@pytest.fixture
def unet() -> UNet2DConditionModel:
    return UNet2DConditionModel.from_pretrained(MODEL, subfolder="unet")


@torch.no_grad()
def test_it_starts_without_any_effect(pipeline: StableDiffusionPipeline) -> None:
    base = Denoiser(pipeline.text_encoder, pipeline.unet)
    net = controlnet.build(pipeline.unet)
    steered = controlnet.controlled(base, net, LINES, NOISY, TIMES, TEXT)
    assert torch.equal(steered, base(NOISY, TIMES, TEXT))


@torch.no_grad()
def test_it_starts_as_a_copy_of_the_denoisers_encoder(unet: UNet2DConditionModel) -> None:
    """Its features without outlines are the encoder's, but for the wider time embedding's norm."""
    net = controlnet.build(unet)
    torch.nn.init.zeros_(net.controlnet_cond_embedding.conv_out.weight)
    torch.nn.init.zeros_(net.controlnet_cond_embedding.conv_out.bias)
    features = {}
    for name, model in (("net", net), ("unet", unet)):
        keep = partial(features.__setitem__, name)
        model.mid_block.register_forward_hook(lambda _m, _i, output, keep=keep: keep(output))
    net(NOISY, TIMES, TEXT, controlnet_cond=LINES)
    unet(NOISY, TIMES, TEXT)
    alike = torch.nn.functional.cosine_similarity(
        features["net"].flatten(), features["unet"].flatten(), dim=0
    )
    assert alike > 0.9


def test_batches_hold_white_lines_on_black_and_some_of_them_say_nothing(
    pipeline: StableDiffusionPipeline, pictures: exercises.Gallery
) -> None:
    source = exercises.exercises(pictures, pipeline.tokenizer, Budget(1000), random.Random(0))
    tasks = list(itertools.islice(source, 12))
    assert tasks[0].outlines.shape == (24, 3, 128, 128)
    assert all(0 <= task.outlines.min() <= task.outlines.max() == 1 for task in tasks)
    assert all(task.outlines.mean() < 0.2 for task in tasks)
    empty = [task.tokens[:, 1] == pipeline.tokenizer.eos_token_id for task in tasks]
    assert torch.cat(empty).float().mean().item() == pytest.approx(exercises.SILENT, abs=0.06)


def test_training_changes_the_controlnet_and_leaves_the_model_as_it_is(
    pipeline: StableDiffusionPipeline, pictures: exercises.Gallery
) -> None:
    before = {name: value.clone() for name, value in pipeline.unet.state_dict().items()}
    kept: list[ControlNetModel] = []
    controlnet.train(pipeline, pictures, 3, kept.append)
    assert all(torch.equal(before[name], v) for name, v in pipeline.unet.state_dict().items())
    assert all(value.isfinite().all() for value in kept[-1].state_dict().values())
    assert kept[-1].controlnet_mid_block.weight.any()


def test_it_is_written_small_and_with_its_card(tmp_path: Path, unet: UNet2DConditionModel) -> None:
    for _ in range(2):  # the second replaces the first
        controlnet.write(tmp_path / "edges", controlnet.build(unet))
    files = sorted(path.name for path in (tmp_path / "edges").iterdir())
    assert files == ["README.md", "config.json", "diffusion_pytorch_model.safetensors"]
    assert sum(path.stat().st_size for path in (tmp_path / "edges").iterdir()) <= 8_000_000
    loaded = ControlNetModel.from_pretrained(tmp_path / "edges", torch_dtype=torch.float16)
    assert loaded.config.addition_embed_type == "text"
    assert loaded.config.resnet_time_scale_shift == "scale_shift"
