"""Pipelines from local folders: safetensors weights only, and no code but diffusers' own.

`PipelineCache.assembled(spec)` is the way in: it gives an `Assembly`, whose `from_noise` and
`from_picture` are diffusers pipelines, ready to be called.
"""

import os

# Read by the libraries once, when they are imported. transformers warns of a missing torchvision,
# which is left out on purpose.
os.environ["DIFFUSERS_DISABLE_REMOTE_CODE"] = "1"
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")

from engine.render.pipelines.assembly import Assembly
from engine.render.pipelines.cache import PipelineCache
from engine.render.pipelines.loading import load_pipeline

__all__ = ["Assembly", "PipelineCache", "load_pipeline"]
