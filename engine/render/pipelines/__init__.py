"""Pipelines from local folders: safetensors weights only, and no code but diffusers' own.

`PipelineCache.assembled(spec)` is the way in: it gives an `Assembly`, whose `from_noise` and
`from_picture` are diffusers pipelines, ready to be called.
"""

from engine.render.pipelines.assembly import Assembly
from engine.render.pipelines.cache import PipelineCache
from engine.render.pipelines.loading import load_pipeline

__all__ = ["Assembly", "PipelineCache", "load_pipeline"]
