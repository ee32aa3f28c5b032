"""Whether what steers a model was made for one like it, as far as their files tell. No torch."""

import json
import re
from pathlib import Path
from typing import Any

from engine.catalogue import ControlEntry, LoraEntry
from engine.catalogue.models import Family, Model, read_json
from engine.errors import InputError, ModelError

_CONTROLNETS = {
    Family.SD: "ControlNetModel",
    Family.SDXL: "ControlNetModel",
    Family.SD3: "SD3ControlNetModel",
    Family.FLUX: "FluxControlNetModel",
}
_LARGEST_HEADER = 20 * 2**20
_TEXT_KEY = re.compile(r"attn2[._](?:processor[._])?to_k[._]lora[._](?:down|A)\b")
_TRANSFORMER_KEY = re.compile(r"(?:lora_)?(?:transformer|double_blocks|single_blocks)[._]")


def check_controlnet(name: str, entry: ControlEntry, model: Model) -> None:
    """InputError where a ControlNet's config is for another kind of model, ModelError without one.

    Its text embeddings must be as wide as the model's, and its blocks as a UNet's. What a config
    leaves out is as in diffusers' own classes.
    """
    config = read_json(f"controlnet {name}", entry.path / "config.json")
    kind = _CONTROLNETS.get(model.family)
    _check("controlnet", name, model, kind=(kind, config.get("_class_name")))
    if model.family.matches_flow:
        width = config.get("joint_attention_dim", 4096)
    else:
        width = config.get("cross_attention_dim", 1280)
        blocks = tuple(config.get("block_out_channels", (320, 640, 1280, 1280)))
        _check("controlnet", name, model, blocks=(model.blocks, blocks))
    _check("controlnet", name, model, text_width=(model.text_width, width))


def check_adapter(name: str, entry: ControlEntry, model: Model) -> None:
    """InputError where a T2I adapter is for another kind of model, ModelError without a config.

    Its features are added to the outputs of the UNet's blocks (Mou et al. 2023, section 3.3).
    """
    config = read_json(f"adapter {name}", entry.path / "config.json")
    is_large = str(config.get("adapter_type", "")).endswith("_xl")
    _check("adapter", name, model, for_SDXL=(model.family is Family.SDXL, is_large))
    channels = tuple(config.get("channels", (320, 640, 1280, 1280)))[: len(model.blocks)]
    _check("adapter", name, model, blocks=(model.blocks, channels))


def check_lora(name: str, entry: LoraEntry, model: Model) -> None:
    """InputError where a LoRA's weights are for another kind of model, ModelError without them."""
    shapes = _shapes(name, entry.path)
    for_flow = any(_TRANSFORMER_KEY.match(key) for key in shapes)
    _check("lora", name, model, for_a_transformer=(model.family.matches_flow, for_flow))
    for key, shape in shapes.items():
        if _TEXT_KEY.search(key) and len(shape) > 1:
            _check("lora", name, model, text_width=(model.text_width, shape[1]))


def _check(setting: str, name: str, model: Model, **facts: tuple[object, object]) -> None:
    """InputError where a fact of the model, the first of two, isn't what `name` was made for."""
    for fact, (of_model, its) in facts.items():
        if of_model != its:
            what = f"{fact.replace('_', ' ')}: {_words(its)}, not {_words(of_model)}"
            problem = f"{name} was not made for {model.name} ({what})"
            raise InputError(setting, problem, "choose another one or another model")


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _shapes(name: str, path: Path) -> dict[str, list[int]]:
    """The shape of every tensor of a safetensors file, from its header (a length, then JSON)."""
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if length > _LARGEST_HEADER:
                raise ValueError
            header: dict[str, Any] = json.loads(file.read(length))
        return {key: each["shape"] for key, each in header.items() if key != "__metadata__"}
    except OSError as error:
        raise ModelError(f"lora {name}: can't read {path} ({error.strerror})") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ModelError(f"lora {name}: {path} is no safetensors file") from None
