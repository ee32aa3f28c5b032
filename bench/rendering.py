"""The engine beside a plain diffusers loop, and memory by an animation's length.

`python -m bench.rendering`, with the built-in model if it is there.

Both sides do the same denoising with the same model in the same process, a batch each in turn, so
that the ratio holds on a busy machine too; frames a second only say what this machine gave. torch
gets one thread: with more of them than free cores each waits for the others, by chance up to a
minute a batch, and the ratio is chance as well. Its spread over the rounds tells how far to trust
it.
"""

import re
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
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
from engine.plan import Coherence, FramePlan, FramePoint, Keyframe, Move, PipelineSpec
from engine.render.output.encoders import open_encoder
from engine.render.pipelines.cache import PipelineCache
from engine.render.pipelines.loading import load_pipeline
from engine.render.renderer import Renderer
from engine.render.threads import use_threads
from engine.request import Inputs
from tests.support.tiny_pipeline import build_tiny_pipeline

BUILT_IN = Path("models/picturebook")
PROMPTS = ("a red circle on a white background", "a blue star on a black background")
FRAMES = 24
STEPS = 12
ROUNDS = 5
ASSEMBLIES = 20


def list_model(folder: Path) -> Catalogue:
    return Catalogue(models={"model": ModelEntry(path=folder)})


def make_plan(catalogue: Catalogue, frames: int, steps: int) -> FramePlan:
    """A passage between two prompts, at the model's own size."""
    model = catalogue.model("model")
    keys = [Keyframe(place * (frames - 1), text, "", place) for place, text in enumerate(PROMPTS)]
    points = [FramePoint(n, n / 12, 0, 1, n / (frames - 1), 5.0, 0.5) for n in range(frames)]
    return FramePlan(
        pipeline=PipelineSpec("model"),
        keyframes=tuple(keys),
        frames=tuple(points),
        fps=Fraction(12),
        width=model.width,
        height=model.height,
        latent_channels=model.latent_channels,
        steps=steps,
        batch_size=4,
        use_fixed_latent=False,
        use_prompt_embeds=True,
    )


def chained(plan: FramePlan) -> FramePlan:
    """Each frame from the one before: moved, pulled towards it, in the first one's colours."""
    move = Move(zoom=1.01, angle=0.5)
    points = [replace(point, move=move, coherence_scale=500.0) for point in plan.frames]
    return replace(plan, frames=tuple(points), coherence=Coherence(color_match=True))


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


def compare_speed(folder: Path) -> None:
    """Time both ways, a batch of each in turn, and print frames a second and their ratio."""
    use_threads(1)
    catalogue = list_model(folder)
    renderer, pipeline = Renderer(catalogue), load_pipeline(folder)
    plan = make_plan(catalogue, FRAMES, STEPS)
    _time_round(renderer, pipeline, plan)  # warms both up
    rounds = [_time_round(renderer, pipeline, plan) for _ in range(ROUNDS)]
    print(f"{plan.width}×{plan.height}, {STEPS} steps, 1 thread")
    for name in rounds[0]:
        seconds = statistics.median(each[name] for each in rounds)
        print(f"{name:<28}{FRAMES / seconds:8.2f} frames/s")
    ratios = sorted(each["plain diffusers"] / each["engine"] for each in rounds)
    spread = f"({ratios[0]:.2f} … {ratios[-1]:.2f})"
    print(f"{'engine / plain':<28}{statistics.median(ratios):8.2f} {spread}")


def _time_round(
    renderer: Renderer, pipeline: DiffusionPipeline, plan: FramePlan
) -> dict[str, float]:
    """The seconds that each way takes for the whole plan."""
    seconds = {"engine": 0.0, "plain diffusers": 0.0}
    ways = {"engine": render(renderer, plan), "plain diffusers": loop(pipeline, plan)}
    for number in range(FRAMES // plan.batch_size):
        for name in sorted(ways, reverse=bool(number % 2)):
            started = time.perf_counter()
            next(ways[name])
            seconds[name] += time.perf_counter() - started
    return seconds


def measure_assembly(folder: Path) -> None:
    """Print what a render pays for its pipelines once the model is loaded."""
    cache, spec = PipelineCache(list_model(folder)), PipelineSpec("model")
    cache.warm_up("model")
    seconds = []
    for _ in range(ASSEMBLIES):
        started = time.perf_counter()
        with cache.assembled(spec) as assembly:
            _ = assembly.from_noise, assembly.from_picture
        seconds.append(time.perf_counter() - started)
    print(f"{'both pipelines of a render':<28}{1000 * statistics.median(seconds):8.1f} ms")


def peak_memory(folder: Path, frames: int, is_chained: bool) -> int:
    """The most memory in MiB that a process takes to render and encode so many frames."""
    use_threads(1)
    catalogue = list_model(folder)
    plan = make_plan(catalogue, frames, steps=2)
    plan = chained(plan) if is_chained else plan
    with (
        TemporaryDirectory() as results,
        open_encoder(
            Path(results) / "a.mp4", Format.MP4, plan.fps, plan.width, plan.height
        ) as encoder,
    ):
        for frame in Renderer(catalogue).frames(plan, Inputs(), threading.Event()):
            encoder.add(frame)
    # Not getrusage: its peak is handed down from the parent process.
    status = Path("/proc/self/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) // 1024


def compare_memory(folder: Path) -> None:
    """Print the peak memory of short and long animations, each in a process of its own."""
    for is_chained in (False, True):
        for frames in (24, 240):
            with ProcessPoolExecutor(1, get_context("spawn")) as process:
                peak = process.submit(peak_memory, folder, frames, is_chained).result()
            name = f"peak, {frames} frames{', chained' if is_chained else ''}"
            print(f"{name:<28}{peak:8} MiB")


def main() -> None:
    """Print speed and memory as a table."""
    with TemporaryDirectory() as scratch:
        trained = (BUILT_IN / "model_index.json").exists()
        folder = BUILT_IN if trained else build_tiny_pipeline(Path(scratch) / "tiny")
        print(f"model: {BUILT_IN.name if trained else 'tiny, untrained'}")
        compare_speed(folder)
        measure_assembly(folder)
        compare_memory(folder)


if __name__ == "__main__":
    main()
