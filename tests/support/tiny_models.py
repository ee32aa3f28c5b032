"""Models of every architecture the bot draws with: real classes, tiny, untrained, always the same.

Each builder writes a folder (a LoRA: a file) as diffusers saves it, and returns its path.
"""

from collections.abc import Callable
from pathlib import Path

import torch
from diffusers import (
    ControlNetModel,
    FlowMatchEulerDiscreteScheduler,
    FluxPipeline,
    FluxTransformer2DModel,
    SD3Transformer2DModel,
    StableDiffusion3Pipeline,
    StableDiffusionInstructPix2PixPipeline,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
    T2IAdapter,
    UNet2DConditionModel,
)
from diffusers.utils import convert_state_dict_to_diffusers
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict
from transformers import CLIPTextModelWithProjection, T5Config, T5EncoderModel, T5Tokenizer

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
    return _saved(_sd3_pipeline, folder)


def build_tiny_flux(folder: Path) -> Path:
    """Flux, as its dev version: guidance is told to the model."""
    return _saved(_flux_pipeline, folder)


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


def _t5_tokenizer() -> T5Tokenizer:
    characters = [chr(code) for code in range(33, 127)]
    pieces = ["<pad>", "</s>", "<unk>", "▁", *characters]
    return T5Tokenizer(
        vocab=[(piece, -float(place > 2)) for place, piece in enumerate(pieces)],
        extra_ids=0,
        model_max_length=77,
    )


def _t5_encoder(tokenizer: T5Tokenizer) -> T5EncoderModel:
    return T5EncoderModel(
        T5Config(
            vocab_size=len(tokenizer),
            d_model=BOTH,
            d_kv=8,
            d_ff=BOTH,
            num_layers=1,
            num_heads=4,
            relative_attention_num_buckets=8,
        )
    )


def _sd3_pipeline() -> StableDiffusion3Pipeline:
    tokenizer, t5 = tiny_tokenizer(), _t5_tokenizer()
    return StableDiffusion3Pipeline(
        vae=tiny_autoencoder(use_quant_conv=False, use_post_quant_conv=False, shift_factor=0.06),
        text_encoder=CLIPTextModelWithProjection(tiny_text_config(tokenizer)),
        text_encoder_2=CLIPTextModelWithProjection(tiny_text_config(tokenizer)),
        text_encoder_3=_t5_encoder(t5),
        tokenizer=tokenizer,
        tokenizer_2=tiny_tokenizer(),
        tokenizer_3=t5,
        transformer=SD3Transformer2DModel(
            sample_size=8,
            patch_size=2,
            in_channels=4,
            out_channels=4,
            num_layers=2,
            attention_head_dim=8,
            num_attention_heads=4,
            joint_attention_dim=BOTH,
            caption_projection_dim=32,
            pooled_projection_dim=2 * POOLED,
            pos_embed_max_size=16,
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
    )


def _flux_pipeline() -> FluxPipeline:
    tokenizer, t5 = tiny_tokenizer(), _t5_tokenizer()
    return FluxPipeline(
        vae=tiny_autoencoder(use_quant_conv=False, use_post_quant_conv=False, shift_factor=0.1),
        text_encoder=tiny_text_encoder(tokenizer),
        text_encoder_2=_t5_encoder(t5),
        tokenizer=tokenizer,
        tokenizer_2=t5,
        transformer=FluxTransformer2DModel(
            patch_size=1,
            in_channels=4 * 4,  # each token is 2 × 2 latents of 4 channels
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=BOTH,
            pooled_projection_dim=TEXT_WIDTH,
            axes_dims_rope=(4, 4, 8),
            guidance_embeds=True,
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True),
    )


BUILDERS: dict[str, Callable[[Path], Path]] = {
    "sd": build_tiny_pipeline,
    "xl": build_tiny_xl,
    "pix2pix": build_tiny_pix2pix,
    "sd3": build_tiny_sd3,
    "flux": build_tiny_flux,
}
"""The pipelines, by a short name for each architecture."""
