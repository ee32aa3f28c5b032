"""How much work a job is, predicted from its plan before it is queued. Pure; no torch.

One unit of work is one evaluation of the model's denoiser for a million pixels. Work times the
seconds that a unit takes with this model on this device, which is measured, gives seconds.
"""

import math
from dataclasses import dataclass

from engine.catalogue import Catalogue
from engine.catalogue.choice import picture_use
from engine.catalogue.models import Family
from engine.dependence import drawn_frames, frame_steps, is_fed_back
from engine.durations import about
from engine.errors import InputError
from engine.plan import FramePlan, FramePoint
from engine.planning.compilation import compile_plan
from engine.request import Inputs
from engine.settings import Settings

OVERHEAD_SECONDS = 1.0
"""Of every job, however short: its prompts, its session."""

DEFAULT_SECONDS = 0.2
"""A unit's time where none was measured: Stable Diffusion 1.5's on an ordinary GPU."""

# In evaluations of the denoiser, from the operations at 512×512 of Stable Diffusion 1.5: its
# UNet (0.80e12, or 1), autoencoder (decoder 3.1, encoder 1.4) and ControlNet (0.35). Work counts as
# linear in pixels; attention makes that UNet 1.45 times as dear a pixel at 1024×1024.
_CONTROLNET = 0.35
_DECODING = 3.1
_ENCODING = 1.4
_WRITING = 0.3

_USUAL_FRAMES = 120


@dataclass(frozen=True, slots=True)
class Cost:
    """A job's work in units, the part of it that grows with `steps`, and what it comes from.

    `frames`, `steps`, `width` and `height` are the request's; each `usual_…` is the model's own,
    and `multiple` what it draws sides in.
    """

    work: float
    model: str = ""
    step_work: float = 0.0
    frames: int = 1
    steps: int = 1
    usual_steps: int = 1
    width: int = 1
    height: int = 1
    usual_pixels: int = 1
    multiple: int = 1

    def seconds(self, seconds_per_unit: float) -> float:
        """How long the job takes."""
        return OVERHEAD_SECONDS + self.work * seconds_per_unit


def cost_of(settings: Settings, inputs: Inputs, catalogue: Catalogue) -> Cost:
    """The cost of a request that `resolve` has made complete."""
    plan = compile_plan(settings)
    spec = plan.pipeline
    model = catalogue.model(spec.model)
    starts = picture_use(spec, model, catalogue, bool(inputs.image or inputs.video)).start
    megapixels = plan.width * plan.height / 1e6
    fed_back = is_fed_back(plan, inputs, drawn_over=starts)
    drawn = drawn_frames(len(plan.frames), plan.cadence)
    encoded = len(drawn) if starts else (len(drawn) - 1) * fed_back
    # InstructPix2Pix looks at its picture all the time, and so takes all steps.
    skips = model.family is not Family.PIX2PIX
    steps = frame_steps(plan, drawn_over=starts, fed_back=fed_back, skips=skips)
    in_steps = sum(steps[i] * _evaluations(plan, plan.frames[i], model.family) for i in drawn)
    beside = _DECODING * len(drawn) + _ENCODING * encoded + _WRITING * len(plan.frames)
    return Cost(
        work=(in_steps + beside) * megapixels,
        model=model.name,
        step_work=in_steps * megapixels,
        frames=len(plan.frames),
        steps=plan.steps,
        usual_steps=model.steps,
        width=plan.width,
        height=plan.height,
        usual_pixels=model.width * model.height,
        multiple=model.multiple,
    )


def check_length(cost: Cost, seconds_per_unit: float, most: float, *, measured: bool) -> None:
    """Raise InputError for a job longer than `most` seconds: what to reduce, and to what.

    Named is what is most above the usual and can be reduced far enough by itself.
    """
    seconds = cost.seconds(seconds_per_unit)
    if seconds <= most:
        return
    share = max(0.0, most - OVERHEAD_SECONDS) / (seconds - OVERHEAD_SECONDS)
    excess = {
        "steps": cost.steps / cost.usual_steps,
        "width": cost.width * cost.height / cost.usual_pixels,
        "frames": cost.frames / _USUAL_FRAMES,
    }
    remedies = {"steps": _fewer_steps, "width": _smaller, "frames": _shorter}
    for name in sorted(excess, key=lambda name: excess[name], reverse=True):
        if excess[name] > 1 and (remedy := remedies[name](cost, share)):
            break
    else:
        name, remedy = "frames", _shorter(cost, share)
    guess = "" if measured else " (a first estimate: this model was not timed here yet)"
    raise InputError(
        name,
        f"this would take {about(seconds)} to render here{guess}",
        f"the most is {about(most).removeprefix('about ')}: {remedy}",
    )


def _fewer_steps(cost: Cost, share: float) -> str:
    steps = math.floor(cost.steps * (1 - (1 - share) * cost.work / cost.step_work))
    return f"{steps} steps instead of {cost.steps} would do" if steps >= 1 else ""


def _smaller(cost: Cost, share: float) -> str:
    width, height = (
        math.floor(side * share**0.5 / cost.multiple) * cost.multiple
        for side in (cost.width, cost.height)
    )
    return (
        f"{width}×{height} instead of {cost.width}×{cost.height} would do" if height * width else ""
    )


def _shorter(cost: Cost, share: float) -> str:
    frames = max(1, math.floor(cost.frames * share))
    return f"{frames} frames instead of {cost.frames} would do"


def _evaluations(plan: FramePlan, frame: FramePoint, family: Family) -> float:
    """Evaluations of the denoiser for one frame's step; ControlNets count as parts of one."""
    return _at_once(frame, family) * (1 + _CONTROLNET * len(plan.pipeline.controlnets))


def _at_once(frame: FramePoint, family: Family) -> int:
    """Evaluations a step: guidance compares pictures with and without the prompt."""
    if family is Family.FLUX or frame.guidance_scale <= 1:  # Flux has learned to be guided
        return 1
    return 3 if family is Family.PIX2PIX else 2
