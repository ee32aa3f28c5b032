"""Denoising: batches of frames through a diffusers pipeline, whichever one it is.

A pipeline is asked what it takes (its call's signature, its parts) rather than known by its class.
"""

from engine.render.diffusion.denoising import Batch, Diffusion, Pipelines
from engine.render.diffusion.steps import Step, StepHook

__all__ = ["Batch", "Diffusion", "Pipelines", "Step", "StepHook"]
