"""The denoiser and its text encoder: what they are; `denoising` trains them.

A UNet with cross-attention (Rombach et al. 2022) whose target is v = αε - σx (Salimans & Ho 2022,
section 4): it stays meaningful at the highest noise, where dark and bright backgrounds are decided.
The pooled text also modulates every residual block, as in SDXL (Podell et al. 2023, section 2.2).
"""

from dataclasses import dataclass

import torch
from diffusers import DDIMScheduler, UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from torch import Tensor, nn
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

from training.optimisation import preserving_init
from training.tokenizer import LENGTH

TEXT_WIDTH = 128


@dataclass
class Denoiser:
    """The two networks that are trained together."""

    text_encoder: CLIPTextModel
    unet: UNet2DConditionModel

    def parameters(self) -> list[nn.Parameter]:
        """Of both networks."""
        return [*self.text_encoder.parameters(), *self.unet.parameters()]

    def embeddings(self, tokens: Tensor) -> Tensor:
        """The (N, L, TEXT_WIDTH) embeddings of (N, L) tokens."""
        with torch.autocast("cpu", torch.bfloat16):
            states: Tensor = self.text_encoder(tokens).last_hidden_state
        return states.float()

    def __call__(self, noisy: Tensor, times: Tensor, text: Tensor) -> Tensor:
        """The predicted v, shaped as `noisy` (N, 4, 16, 16), for (N,) times and N embeddings."""
        noisy = noisy.contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
            predicted: Tensor = self.unet(noisy, times, text).sample
        return predicted.float()


def noise_scheduler() -> DDIMScheduler:
    """Stable Diffusion's noise schedule carried on to almost pure noise, where sampling starts.

    Ending on noise and starting there too ("trailing") is what lets pictures be dark or bright
    throughout (Lin et al. 2024, "Common Diffusion Noise Schedules and Sample Steps are Flawed").
    """
    return DDIMScheduler(
        beta_schedule="scaled_linear",
        beta_start=0.00085,
        beta_end=0.02,
        clip_sample=False,
        set_alpha_to_one=False,
        prediction_type="v_prediction",
        timestep_spacing="trailing",
        steps_offset=1,  # without effect here, but pipelines warn of any other value
    )


def build(tokenizer: CLIPTokenizer) -> Denoiser:
    """Untrained networks for the tokenizer's vocabulary."""
    text = CLIPTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=TEXT_WIDTH,
        intermediate_size=3 * TEXT_WIDTH,
        projection_dim=TEXT_WIDTH,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=LENGTH,
        attn_implementation="eager",
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    unet = UNet2DConditionModel(
        sample_size=16,
        in_channels=4,
        out_channels=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        block_out_channels=(48, 128),
        layers_per_block=1,
        cross_attention_dim=TEXT_WIDTH,
        attention_head_dim=4,
        norm_num_groups=8,
        addition_embed_type="text",
        resnet_time_scale_shift="scale_shift",
        time_embedding_dim=TEXT_WIDTH,
    )
    preserving_init(unet, zero=lambda name: name.endswith(("conv2", "proj_out", "conv_out")))
    # On a CPU the fused attention's backward pass is several times slower at these sizes.
    unet.set_attn_processor(AttnProcessor())
    return Denoiser(CLIPTextModel(text), unet.to(memory_format=torch.channels_last))
