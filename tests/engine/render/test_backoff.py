"""Memory that runs out while frames are drawn by real pipelines."""

import gc
import subprocess
import sys
import textwrap
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from diffusers.models.autoencoders.vae import Decoder
from PIL import Image

from engine.errors import RenderError
from engine.plan import FramePlan, Move, PipelineSpec
from engine.render.renderer import Renderer
from engine.request import Inputs
from engine.values import Weighted
from tests.support.plans import with_frames

WIDTH, HEIGHT = 96, 64


class Scarcity:
    """A device whose memory ends above so many rows of a batch, or so many latents of a picture.

    The error comes after the network has computed: what that made is there when it is raised.
    """

    def __init__(self) -> None:
        self.rows = self.latents = 10**9
        self.failures_to_come = 10**9
        self.failures = 0
        self.left: list[weakref.ref] = []

    def wrapped(self, forward: Callable) -> Callable:
        def scarce(network, sample, *arguments, **options):
            computed = forward(network, sample, *arguments, **options)
            enough = len(sample) <= self.rows and sample[0, 0].numel() <= self.latents
            if enough or self.failures >= self.failures_to_come:
                assert not self.kept(), "drawn again while the failed try is still there"
                return computed
            self.failures += 1
            self.left.append(weakref.ref(sample))
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")

        return scarce

    def kept(self) -> list[torch.Tensor]:
        """What is still there of the tries that failed."""
        return [tensor for each in self.left if (tensor := each()) is not None]


@pytest.fixture
def scarcity(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[type], Scarcity]]:
    """Makes memory scarce in a class of networks."""

    def make(network: type) -> Scarcity:
        scarcity = Scarcity()
        monkeypatch.setattr(network, "forward", scarcity.wrapped(network.forward))
        return scarcity

    return make


@pytest.fixture(scope="module")
def renderer(catalogue) -> Renderer:
    return Renderer(catalogue)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    pixels = np.random.default_rng(0).integers(0, 256, (8, 12, 3), np.uint8)
    Image.fromarray(pixels).resize((WIDTH, HEIGHT)).save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


def drawn(renderer: Renderer, plan: FramePlan, inputs: Inputs | None = None) -> np.ndarray:
    return np.stack(list(renderer.frames(plan, inputs or Inputs(), threading.Event())))


@pytest.mark.parametrize("start", ["text", "image"])
@pytest.mark.parametrize("network", [UNet2DConditionModel, Decoder])
def test_a_batch_that_does_not_fit_is_drawn_in_halves(
    renderer, make_plan, photo: Path, scarcity, network: type, start: str
) -> None:
    # Its scheduler adds noise between the steps, from generators that a failed try has used.
    spec = PipelineSpec("sd", scheduler="euler_ads")
    inputs = Inputs(image=photo if start == "image" else None)
    expected = drawn(renderer, make_plan(frames=6, batch_size=2, pipeline=spec), inputs)
    short = scarcity(network)
    short.rows = 4 if network is UNet2DConditionModel else 2  # guidance doubles the UNet's
    pictures = drawn(renderer, make_plan(frames=6, batch_size=8, pipeline=spec), inputs)
    assert np.abs(pictures.astype(int) - expected).max() <= 2
    assert 0 < short.failures <= 2  # of 6 and of 3; then 2 at a time


def test_halves_are_the_very_frames_of_a_smaller_batch(renderer, make_plan, scarcity) -> None:
    expected = drawn(renderer, make_plan(frames=8, batch_size=2))
    short = scarcity(Decoder)
    short.rows = 2
    assert np.array_equal(drawn(renderer, make_plan(frames=8, batch_size=4)), expected)
    assert short.failures == 1  # what was learnt holds for the rest of the render


def test_the_next_render_tries_the_whole_batch_again(renderer, make_plan, scarcity) -> None:
    plan = make_plan(frames=4, batch_size=4)
    expected = drawn(renderer, plan)
    short = scarcity(UNet2DConditionModel)
    short.rows = 4
    drawn(renderer, plan)
    short.rows = 8
    assert np.array_equal(drawn(renderer, plan), expected)


def test_weights_of_other_models_go_first_and_the_frames_stay_the_same(
    catalogue, make_plan, scarcity
) -> None:
    renderer = Renderer(catalogue)
    plans = [
        with_frames(make_plan(frames=3), coherence_scale=900.0, noise=0.1),
        with_frames(make_plan(frames=3), move=Move(translation_x=8.0)),
    ]
    for plan in plans:
        expected = drawn(renderer, plan)
        renderer.warm_up("pix2pix")
        (other,) = [p for p in loaded(renderer) if "InstructPix2Pix" in type(p).__name__]
        idle = weakref.ref(other.unet)
        del other
        with pytest.MonkeyPatch.context() as patched:
            scarce = Scarcity()
            patched.setattr(UNet2DConditionModel, "forward", in_the_second_frame(plan, scarce))
            assert np.array_equal(drawn(renderer, plan), expected)
        assert scarce.failures == 1
        assert idle() is None


def loaded(renderer: Renderer) -> list[object]:
    return list(renderer._pipelines._shelf._loaded.values())


def in_the_second_frame(plan: FramePlan, scarcity: Scarcity) -> Callable:
    """Memory that runs out once, when two steps of the second frame are done."""
    forward, calls = scarcity.wrapped(UNet2DConditionModel.forward), []

    def counted(*arguments, **options):
        calls.append(1)
        again = len(calls) == plan.steps + 3
        scarcity.rows, scarcity.failures_to_come = (0, 1) if again else (10**9, 1)
        return forward(*arguments, **options)

    return counted


def test_a_single_frame_that_does_not_fit_is_decoded_in_tiles(
    renderer, make_plan, scarcity, caplog: pytest.LogCaptureFixture
) -> None:
    plan = make_plan(frames=3, batch_size=2, width=WIDTH, height=HEIGHT)
    expected = drawn(renderer, plan)
    short = scarcity(Decoder)
    short.latents = 64
    pictures = drawn(renderer, plan)
    assert pictures.shape == expected.shape
    assert np.abs(pictures.astype(int) - expected).mean() < 20
    assert short.failures == 2  # two frames, one frame, and then tiles to the end
    (told,) = [record.getMessage() for record in caplog.records]
    assert told == (
        "memory ran out while drawing; going on with batches of 1, "
        "then smaller tiles in the autoencoder"
    )
    short.latents = 10**9
    assert np.array_equal(drawn(renderer, plan), expected)


def test_where_nothing_helps_the_user_is_told_what_to_change_and_the_next_job_starts_clean(
    renderer, make_plan, photo: Path, scarcity
) -> None:
    spec = PipelineSpec("sd", controlnets=(Weighted("edges", 1.0),))
    plan = make_plan(frames=2, width=WIDTH, height=HEIGHT, pipeline=spec, preprocess=("none",))
    inputs = Inputs(image=photo)
    expected = drawn(renderer, plan, inputs)
    short = scarcity(UNet2DConditionModel)
    short.rows = 0
    with pytest.raises(RenderError) as told:
        drawn(renderer, plan, inputs)
    assert str(told.value) == (
        "memory ran out; choose a smaller size than 96×64 or fewer ControlNets"
    )
    assert told.value.__context__ is None
    gc.collect()
    assert len(short.left) == 3
    assert not short.kept()
    short.rows = 8
    assert np.array_equal(drawn(renderer, plan, inputs), expected)


def test_drawing_over_a_picture_encodes_it_in_tiles_too(
    renderer, make_plan, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = AutoencoderKL._encode

    def encode(vae: AutoencoderKL, pixels: torch.Tensor) -> torch.Tensor:
        if not vae.use_tiling:
            torch.empty(2**50)
        return whole(vae, pixels)

    monkeypatch.setattr(AutoencoderKL, "_encode", encode)
    plan = make_plan(frames=2, width=WIDTH, height=HEIGHT)
    assert drawn(renderer, plan, Inputs(image=photo)).shape == (2, HEIGHT, WIDTH, 3)


CHILD = """
import logging, resource, sys, threading
import numpy as np, torch
from engine.catalogue import Catalogue
from engine.catalogue.models import ModelEntry
from engine.render.renderer import Renderer
from engine.request import Inputs
from tests.support.plans import plan_of

torch.set_num_threads(1)
logging.basicConfig(format="%(message)s")
renderer = Renderer(Catalogue(models={"sd": ModelEntry(path=sys.argv[1])}))

def drawn(batch_size):
    plan = plan_of(frames=16, steps=1, width=256, height=256, batch_size=batch_size)
    return np.stack(list(renderer.frames(plan, Inputs(), threading.Event())))

def peak():
    (line,) = [line for line in open("/proc/self/status") if line.startswith("VmPeak")]
    return int(line.split()[1]) * 1024

few = drawn(2)
_, hard = resource.getrlimit(resource.RLIMIT_AS)
resource.setrlimit(resource.RLIMIT_AS, (peak() + int(sys.argv[2]) * 2**20, hard))
many = drawn(16)
resource.setrlimit(resource.RLIMIT_AS, (hard, hard))  # what follows is the test's own
print(np.abs(few.astype(int) - many).max())
"""


def drawn_with(mib: int, folder: Path) -> subprocess.CompletedProcess[str]:
    """Draws a large batch, after small ones, in a process that may have so much memory more."""
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(CHILD), folder, str(mib)],
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds RLIMIT_AS")
def test_a_process_that_may_have_no_more_memory_draws_on_in_smaller_batches(
    tiny_folder: Path,
) -> None:
    # How much a batch needs besides what was left of those before differs from run to run.
    runs = (drawn_with(mib, tiny_folder) for mib in (200, 150, 100, 60, 30))
    done = next(run for run in runs if "memory ran out" in run.stderr)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) <= 2
    assert "going on with batches of 8" in done.stderr
