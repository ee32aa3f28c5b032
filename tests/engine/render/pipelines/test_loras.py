from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionPipeline
from safetensors.torch import save_file

from engine.catalogue import Catalogue
from engine.errors import InputError, ModelError
from engine.render.pipelines.loading import load_pipeline
from engine.render.pipelines.loras import Lora, active_loras
from tests.engine.render.pipelines.conftest import SIDE, Draw
from tests.support.tiny_pipeline import TEXT_WIDTH

SIZE = {"width": SIDE, "height": SIDE}
RANK = 4


@pytest.fixture(scope="module")
def base(catalogue: Catalogue) -> StableDiffusionPipeline:
    return load_pipeline(catalogue.models["sd"].path)


@pytest.fixture(scope="module")
def ink(catalogue: Catalogue) -> Path:
    return catalogue.loras["ink"].path


def text_lora(file: Path, layer: str, down: str, up: str) -> Path:
    """The file of a LoRA of a text encoder's first layer, in the names of one training program."""
    numbers = torch.Generator().manual_seed(1)
    weights = {}
    for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
        first, second = torch.randn(2, RANK, TEXT_WIDTH, generator=numbers)
        weights[layer.format(part) + down] = first
        weights[layer.format(part) + up] = second.T.contiguous()
    save_file(weights, file)
    return file


OLD_DIFFUSERS = "text_encoder.text_model.encoder.layers.0.self_attn.{}"
KOHYA = "lora_te_text_model_encoder_layers_0_self_attn_{}"
KOHYA_XL = "lora_te{number}_text_model_encoder_layers_0_self_attn_{{}}"


@pytest.fixture
def glow(tmp_path: Path) -> Path:
    """A LoRA of the text encoder, with the layers' names of before transformers 5.6."""
    file = tmp_path / "glow.safetensors"
    return text_lora(file, OLD_DIFFUSERS, ".lora_A.weight", ".lora_B.weight")


@pytest.mark.parametrize(
    ("model", "layer", "down", "up"),
    [
        ("sd", OLD_DIFFUSERS, ".lora_A.weight", ".lora_B.weight"),
        ("sd", OLD_DIFFUSERS.replace("text_model.", ""), ".lora_A.weight", ".lora_B.weight"),
        ("sd", KOHYA, ".lora_down.weight", ".lora_up.weight"),
        ("xl", KOHYA_XL.format(number=1), ".lora_down.weight", ".lora_up.weight"),
        ("xl", KOHYA_XL.format(number=2), ".lora_down.weight", ".lora_up.weight"),
    ],
)
def test_text_encoders_are_found_under_the_names_of_every_training_program(
    catalogue: Catalogue, draw: Draw, tmp_path: Path, model: str, layer: str, down: str, up: str
) -> None:
    lora = text_lora(tmp_path / "words.safetensors", layer, down, up)
    pipeline = load_pipeline(catalogue.models[model].path)
    before = draw(pipeline, **SIZE)
    with active_loras(pipeline, [Lora("words", lora, 1)]):
        changed = draw(pipeline, **SIZE)
    assert not np.allclose(changed, before, atol=1e-3)
    assert np.array_equal(draw(pipeline, **SIZE), before)


@pytest.mark.holds("lora")
def test_a_lora_changes_pictures_in_its_own_render_alone(base, ink: Path, draw: Draw) -> None:
    before = draw(base, **SIZE)
    with active_loras(base, [Lora("ink", ink, 1)]):
        assert not np.array_equal(draw(base, **SIZE), before)
    assert np.array_equal(draw(base, **SIZE), before)


def test_a_stopped_render_turns_its_loras_off(base, ink: Path, draw: Draw) -> None:
    before = draw(base, **SIZE)
    with pytest.raises(KeyboardInterrupt), active_loras(base, [Lora("ink", ink, 1)]):
        raise KeyboardInterrupt
    assert np.array_equal(draw(base, **SIZE), before)


@pytest.mark.holds("lora")
def test_the_weight_tells_how_much_of_it(base, ink: Path, draw: Draw) -> None:
    plain = draw(base, **SIZE)
    away = []
    for weight in (0, 0.25, 1):
        with active_loras(base, [Lora("ink", ink, weight)]):
            away.append(np.abs(draw(base, **SIZE) - plain).mean())
    assert away[0] == 0
    assert 0 < away[1] < away[2]


@pytest.mark.holds("lora")
def test_two_loras_add_up_with_their_weights(base, ink: Path, glow: Path) -> None:
    unet, text = base.unet, base.text_encoder
    query = unet.mid_block.attentions[0].transformer_blocks[0].attn1.to_q
    word = text.encoder.layers[0].self_attn.q_proj
    inputs = torch.ones(1, query.in_features), torch.ones(1, TEXT_WIDTH)
    with torch.inference_mode():
        plain = query(inputs[0]), word(inputs[1])
        changes = []
        for weights in ((1, 0), (0, 1), (0.5, -2)):
            with active_loras(base, [Lora("ink", ink, weights[0]), Lora("glow", glow, weights[1])]):
                query = unet.mid_block.attentions[0].transformer_blocks[0].attn1.to_q
                word = text.encoder.layers[0].self_attn.q_proj
                changes.append((query(inputs[0]) - plain[0], word(inputs[1]) - plain[1]))
    only_ink, only_glow, both = changes
    assert only_ink[1].abs().max() == only_glow[0].abs().max() == 0
    torch.testing.assert_close(both[0], 0.5 * only_ink[0])
    torch.testing.assert_close(both[1], -2 * only_glow[1])


def test_a_lora_is_read_once_for_renders_in_a_row(
    base, ink: Path, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = []
    load = StableDiffusionPipeline.load_lora_weights
    monkeypatch.setattr(
        StableDiffusionPipeline,
        "load_lora_weights",
        lambda *args, **names: reads.append(names["weight_name"]) or load(*args, **names),
    )
    base.unload_lora_weights()
    plain = draw(base, **SIZE)
    for weight in (1, 0.5, 1):
        with active_loras(base, [Lora("ink", ink, weight)]):
            pass
        with active_loras(base, []):
            assert np.array_equal(draw(base, **SIZE), plain)
    assert reads == [ink.name]


def test_loras_of_an_earlier_render_leave_the_memory(base, ink: Path, glow: Path) -> None:
    with active_loras(base, [Lora("ink", ink, 1)]):
        pass
    with active_loras(base, [Lora("glow", glow, 1)]):
        pass
    assert not any("lora" in name for name, _ in base.unet.named_parameters())


def test_names_with_dots_are_fine(base, ink: Path) -> None:
    with active_loras(base, [Lora("ink.v1.5", ink, 1)]):
        pass


def test_a_lora_named_twice_is_told(base, ink: Path) -> None:
    twice = [Lora("ink", ink, 1), Lora("ink", ink, 0.5)]
    with pytest.raises(InputError, match="ink is named twice"), active_loras(base, twice):
        pass


def test_a_lora_for_another_model_is_told_and_leaves_nothing(
    catalogue: Catalogue, ink: Path, glow: Path, draw: Draw
) -> None:
    other = load_pipeline(catalogue.models["xl"].path)
    before = draw(other, **SIZE)
    pair = [Lora("glow", glow, 1), Lora("ink", ink, 1)]
    with pytest.raises(InputError, match="lora: ink doesn't fit"), active_loras(other, pair):
        pass
    assert np.array_equal(draw(other, **SIZE), before)
    assert not any("lora" in name for name, _ in other.text_encoder.named_parameters())


def test_a_lora_of_layers_that_no_model_has_is_told(base, tmp_path: Path) -> None:
    file = tmp_path / "odd.safetensors"
    save_file({"transformer.x.lora_A.weight": torch.zeros(2, 2)}, file)
    with (
        pytest.raises(InputError, match="lora: odd doesn't fit"),
        active_loras(base, [Lora("odd", file, 1)]),
    ):
        pass


@pytest.mark.parametrize("name", ["ink.bin", "ink.pt", "ink.ckpt"])
def test_a_pickled_lora_is_never_read(base, tmp_path: Path, name: str) -> None:
    torch.save({"unet.x.lora_A.weight": torch.zeros(2, 2)}, tmp_path / name)
    with (
        pytest.raises(ModelError, match="no safetensors file"),
        active_loras(base, [Lora("ink", tmp_path / name, 1)]),
    ):
        pass


def test_a_lora_file_that_is_missing_or_broken_is_told(base, tmp_path: Path) -> None:
    missing, broken = tmp_path / "missing.safetensors", tmp_path / "broken.safetensors"
    broken.write_bytes(b"not a header at all")
    for file, problem in [(missing, "doesn't exist"), (broken, "broken can't be loaded")]:
        with (
            pytest.raises(ModelError, match=problem),
            active_loras(base, [Lora(file.stem, file, 1)]),
        ):
            pass
