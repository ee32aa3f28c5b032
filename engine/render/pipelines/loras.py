"""LoRAs: small changes to a model's weights, for one render at a time (Hu et al. 2021)."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from diffusers import DiffusionPipeline
from transformers import CLIPTextModel

from engine.errors import InputError, ModelError


@dataclass(frozen=True, slots=True)
class Lora:
    """A LoRA by its name: a safetensors file, and the weight that what it adds is multiplied by."""

    name: str
    file: Path
    weight: float

    @property
    def layer(self) -> str:
        """What its layers are called inside the networks, where dots have a meaning."""
        return f"lora_{hashlib.sha256(str(self.file).encode()).hexdigest()[:16]}"


@contextmanager
def active_loras(base: DiffusionPipeline, loras: Sequence[Lora]) -> Iterator[None]:
    """Draw with `loras` inside the `with`, and without any of them before and after it.

    `base` keeps the last ones, turned off, as the next render often wants the same. InputError if
    one is named twice or doesn't fit, ModelError if a file can't be loaded.
    """
    if not loras:
        yield
        return
    _check_named_once(loras)
    if _layers(base) != {lora.layer for lora in loras}:
        _exchange(base, loras)
    try:
        base.enable_lora()
        base.set_adapters([lora.layer for lora in loras], [lora.weight for lora in loras])
        yield
    finally:
        base.disable_lora()


def _check_named_once(loras: Sequence[Lora]) -> None:
    names = [lora.name for lora in loras]
    for name in names:
        if names.count(name) > 1:
            raise InputError("lora", f"{name} is named twice", "name it once, with one weight")


def _exchange(base: DiffusionPipeline, loras: Sequence[Lora]) -> None:
    if not hasattr(base, "load_lora_weights"):
        raise InputError("lora", f"a {type(base).__name__} takes no LoRAs", "leave them out")
    base.unload_lora_weights()
    try:
        for lora in loras:
            _load(base, lora)
    except BaseException:
        base.unload_lora_weights()
        raise


def _load(base: DiffusionPipeline, lora: Lora) -> None:
    if lora.file.suffix != ".safetensors":
        raise ModelError(f"the LoRA {lora.name} is no safetensors file; convert it first")
    if not lora.file.is_file():
        raise ModelError(f"the LoRA file {lora.file} doesn't exist")
    try:
        with _flat_text_encoder():
            base.load_lora_weights(
                lora.file.parent,
                weight_name=lora.file.name,
                adapter_name=lora.layer,
                use_safetensors=True,
                local_files_only=True,
            )
    except Exception as error:  # diffusers and peft raise of every kind
        if "size mismatch" in str(error):
            raise _unfit(lora) from error
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise ModelError(f"the LoRA {lora.name} can't be loaded: {reason}") from error
    if lora.layer not in _layers(base):  # diffusers only warns
        raise _unfit(lora)


def _unfit(lora: Lora) -> InputError:
    return InputError("lora", f"{lora.name} doesn't fit the model", "choose one made for it")


def _layers(base: DiffusionPipeline) -> set[str]:
    if not hasattr(base, "get_list_adapters"):
        return set()
    return {layer for layers in base.get_list_adapters().values() for layer in layers}


@contextmanager
def _flat_text_encoder() -> Iterator[None]:
    """Show diffusers a CLIPTextModel without the `text_model` that loading.py gave it.

    It is how diffusers tells whether the names in older LoRA files still fit the class.
    """
    inner = CLIPTextModel.__dict__.get("text_model")
    if inner is None:
        yield
        return
    del CLIPTextModel.text_model
    try:
        yield
    finally:
        CLIPTextModel.text_model = inner
