"""Frames a second beside a plain diffusers loop, and memory by an animation's length.

`python -m bench.rendering`, with the built-in model if it is there.

Both sides do the same denoising with the same model in the same process, a batch each in turn, so
that the ratio holds on a busy machine too; frames a second only say what this machine gave.
"""

import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from diffusers import DiffusionPipeline

from engine.catalogue import Catalogue
from engine.catalogue.models import ModelEntry
from engine.groups.output import Format
from engine.plan import FramePlan, FramePoint, Keyframe, PipelineSpec
from engine.render.output.encoders import open_encoder
from engine.render.pipelines.loading import load_pipeline
from engine.render.renderer import Renderer
from engine.render.threads import use_threads
from engine.request import Inputs
from tests.support.tiny_pipeline import build_tiny_pipeline

BUILT_IN = Path("models/picturebook")
PROMPTS = ("a red circle on a white background", "a blue star on a black background")
FRAMES = 24
STEPS = 12
ROUNDS = 3


def open_model(folder: Path) -> tuple[Renderer, DiffusionPipeline]:
    """The engine with one model, and the model itself for a plain loop."""
    catalogue = Catalogue(models={"model": ModelEntry(path=folder)})
    return Renderer(catalogue), load_pipeline(folder)


def make_plan(pipeline: DiffusionPipeline, frames: int, steps: int) -> FramePlan:
    """A passage between two prompts, at the model's own size."""
    side = pipeline.unet.config.sample_size * pipeline.vae_scale_factor
    keys = [Keyframe(place * (frames - 1), text, "", place) for place, text in enumerate(PROMPTS)]
    points = [FramePoint(n, n / 12, 0, 1, n / (frames - 1), 5.0, 1.0) for n in range(frames)]
    return FramePlan(
        pipeline=PipelineSpec("model"),
        keyframes=tuple(keys),
        frames=tuple(points),
        fps=Fraction(12),
        width=side,
        height=side,
        latent_channels=pipeline.unet.config.in_channels,
        steps=steps,
        batch_size=4,
        use_fixed_latent=False,
        use_prompt_embeds=True,
    )


def render(renderer: Renderer, plan: FramePlan) -> Iterator[object]:
    """The engine's way, a batch at a time: frames on the way between the prompts."""
    frames = renderer.frames(plan, Inputs(), threading.Event())
    while batch := list(islice(frames, plan.batch_size)):
        yield batch


def loop(pipeline: DiffusionPipeline, plan: FramePlan) -> Iterator[object]:
    """The plain way, a batch at a time: one prompt, another seed for every frame."""
    for start in range(0, len(plan.frames), plan.batch_size):
        yield pipeline(
            [PROMPTS[0]] * plan.batch_size,
            negative_prompt=[""] * plan.batch_size,
            width=plan.width,
            height=plan.height,
            num_inference_steps=plan.steps,
            guidance_scale=5.0,
            generator=[torch.Generator().manual_seed(start + n) for n in range(plan.batch_size)],
        )


def peak_memory(folder: Path, frames: int) -> int:
    """The most memory in MiB that a process takes to render and encode so many frames."""
    use_threads()
    renderer, pipeline = open_model(folder)
    plan = make_plan(pipeline, frames, steps=2)
    with (
        TemporaryDirectory() as results,
        open_encoder(
            Path(results) / "a.mp4", Format.MP4, plan.fps, plan.width, plan.height
        ) as encoder,
    ):
        for frame in renderer.frames(plan, Inputs(), threading.Event()):
            encoder.add(frame)
    # Not getrusage: its peak is handed down from the parent process.
    status = Path("/proc/self/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) // 1024


def compare_speed(folder: Path) -> None:
    """Time both ways, a batch of each in turn, and print frames a second and their ratio."""
    use_threads()
    renderer, pipeline = open_model(folder)
    plan = make_plan(pipeline, FRAMES, STEPS)
    seconds = {"engine": 0.0, "plain diffusers": 0.0}
    for turn in range(1 + ROUNDS):
        ways = {"engine": render(renderer, plan), "plain diffusers": loop(pipeline, plan)}
        for number in range(FRAMES // plan.batch_size):
            for name in sorted(ways, reverse=bool(number % 2)):
                started = time.perf_counter()
                next(ways[name])
                if turn:  # the first one warms up
                    seconds[name] += time.perf_counter() - started
    print(f"{plan.width}×{plan.height}, {STEPS} steps, {torch.get_num_threads()} threads")
    for name, total in seconds.items():
        print(f"{name:<24}{ROUNDS * FRAMES / total:8.2f} frames/s")
    print(f"{'engine / plain':<24}{seconds['plain diffusers'] / seconds['engine']:8.2f}")


def compare_memory(folder: Path) -> None:
    """Print the peak memory of a short and a long animation, each in a process of its own."""
    for frames in (24, 240):
        with ProcessPoolExecutor(1, get_context("spawn")) as process:
            peak = process.submit(peak_memory, folder, frames).result()
        print(f"{f'peak, {frames} frames':<24}{peak:8} MiB")


def main() -> None:
    """Print speed and memory as a table."""
    with TemporaryDirectory() as scratch:
        trained = (BUILT_IN / "model_index.json").exists()
        folder = BUILT_IN if trained else build_tiny_pipeline(Path(scratch) / "tiny")
        print(f"model: {BUILT_IN.name if trained else 'tiny, untrained'}")
        compare_speed(folder)
        compare_memory(folder)


if __name__ == "__main__":
    main()
