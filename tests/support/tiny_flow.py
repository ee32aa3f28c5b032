"""Pipelines that match flows with a transformer, and read with T5 as well: tiny and untrained."""

from diffusers import (
    FlowMatchEulerDiscreteScheduler,
    FluxPipeline,
    FluxTransformer2DModel,
    SD3Transformer2DModel,
    StableDiffusion3Pipeline,
)
from transformers import CLIPTextModelWithProjection, T5Config, T5EncoderModel, T5Tokenizer

from tests.support.tiny_pipeline import (
    TEXT_WIDTH,
    tiny_autoencoder,
    tiny_text_config,
    tiny_text_encoder,
    tiny_tokenizer,
)

BOTH = 2 * TEXT_WIDTH
"""Width of two text encoders side by side, and of T5's embeddings."""


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


def sd3_pipeline() -> StableDiffusion3Pipeline:
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
            pooled_projection_dim=2 * TEXT_WIDTH,
            pos_embed_max_size=16,
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
    )


def flux_pipeline() -> FluxPipeline:
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
