"""Models of every architecture the bot draws with: real classes, tiny, untrained, always the same.

Each builder writes a folder (a LoRA: a file) as diffusers saves it, and returns its path.
"""

from collections.abc import Callable
from pathlib import Path

import torch
from diffusers import (
    ControlNetModel,
    StableDiffusionInstructPix2PixPipeline,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
    T2IAdapter,
    UNet2DConditionModel,
)
from diffusers.utils import convert_state_dict_to_diffusers
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict
from transformers import CLIPTextModelWithProjection

from tests.support.tiny_flow import flux_pipeline, sd3_pipeline
from tests.support.tiny_pipeline import (
    TEXT_WIDTH,
    build_tiny_pipeline,
    tiny_autoencoder,
    tiny_scheduler,
    tiny_text_config,
    tiny_text_encoder,
    tiny_tokenizer,
    tiny_unet,
)

POOLED = TEXT_WIDTH
BOTH = 2 * TEXT_WIDTH
"""Width of two text encoders side by side."""


def build_tiny_xl(folder: Path) -> Path:
    """Stable Diffusion XL."""
    return _saved(_xl_pipeline, folder)


def build_tiny_controlnet(folder: Path) -> Path:
    """A ControlNet for `build_tiny_pipeline`'s Stable Diffusion."""
    return _saved(lambda: _controlnet(tiny_unet()), folder)


def build_tiny_xl_controlnet(folder: Path) -> Path:
    """A ControlNet for `build_tiny_xl`'s Stable Diffusion XL."""
    return _saved(lambda: _controlnet(_xl_unet()), folder)


def build_tiny_adapter(folder: Path) -> Path:
    """A T2I adapter for `build_tiny_pipeline`'s Stable Diffusion."""
    return _saved(
        lambda: T2IAdapter(
            channels=[16, 32], num_res_blocks=1, downscale_factor=8, adapter_type="full_adapter"
        ),
        folder,
    )


def build_tiny_xl_adapter(folder: Path) -> Path:
    """A T2I adapter for `build_tiny_xl`'s Stable Diffusion XL."""
    return _saved(
        lambda: T2IAdapter(
            channels=[16, 32], num_res_blocks=1, downscale_factor=16, adapter_type="full_adapter_xl"
        ),
        folder,
    )


def build_tiny_pix2pix(folder: Path) -> Path:
    """InstructPix2Pix, which edits a picture as its prompt says."""
    return _saved(_pix2pix_pipeline, folder)


def build_tiny_sd3(folder: Path) -> Path:
    """Stable Diffusion 3."""
    return _saved(sd3_pipeline, folder)


def build_tiny_flux(folder: Path) -> Path:
    """Flux, as its dev version: guidance is told to the model."""
    return _saved(flux_pipeline, folder)


def build_tiny_lora(folder: Path) -> Path:
    """The file of a LoRA for `build_tiny_pipeline`'s UNet, strong enough to be seen."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        unet = tiny_unet()
        unet.add_adapter(
            LoraConfig(r=4, init_lora_weights=False, target_modules=["to_q", "to_k", "to_v"])
        )
    weights = convert_state_dict_to_diffusers(get_peft_model_state_dict(unet))
    StableDiffusionPipeline.save_lora_weights(
        folder, unet_lora_layers=weights, weight_name="lora.safetensors"
    )
    return folder / "lora.safetensors"


def _saved(build: Callable[[], object], folder: Path) -> Path:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        build().save_pretrained(folder, safe_serialization=True)
    return folder


def _xl_unet() -> UNet2DConditionModel:
    size_width = 8  # of each of the six numbers that tell the size and the crop
    return tiny_unet(
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=BOTH,
        addition_embed_type="text_time",
        addition_time_embed_dim=size_width,
        projection_class_embeddings_input_dim=POOLED + 6 * size_width,
        use_linear_projection=True,
    )


def _xl_pipeline() -> StableDiffusionXLPipeline:
    tokenizer = tiny_tokenizer()
    return StableDiffusionXLPipeline(
        vae=tiny_autoencoder(),
        text_encoder=tiny_text_encoder(tokenizer),
        text_encoder_2=CLIPTextModelWithProjection(tiny_text_config(tokenizer)),
        tokenizer=tokenizer,
        tokenizer_2=tiny_tokenizer(),
        unet=_xl_unet(),
        scheduler=tiny_scheduler(),
        add_watermarker=False,
    )


def _controlnet(unet: UNet2DConditionModel) -> ControlNetModel:
    net = ControlNetModel.from_unet(unet, conditioning_embedding_out_channels=(4, 8, 8, 16))
    # Untrained, its last layers are zeros and add nothing.
    for name, weight in net.named_parameters():
        if "controlnet" in name and weight.ndim == 4:
            torch.nn.init.normal_(weight, std=1.5 / weight[0].numel() ** 0.5)
    return net


def _pix2pix_pipeline() -> StableDiffusionInstructPix2PixPipeline:
    tokenizer = tiny_tokenizer()
    return StableDiffusionInstructPix2PixPipeline(
        vae=tiny_autoencoder(),
        text_encoder=tiny_text_encoder(tokenizer),
        tokenizer=tokenizer,
        unet=tiny_unet(in_channels=8),
        scheduler=tiny_scheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


BUILDERS: dict[str, Callable[[Path], Path]] = {
    "sd": build_tiny_pipeline,
    "xl": build_tiny_xl,
    "pix2pix": build_tiny_pix2pix,
    "sd3": build_tiny_sd3,
    "flux": build_tiny_flux,
}
"""The pipelines, by a short name for each architecture."""
