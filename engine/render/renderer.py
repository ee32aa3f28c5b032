"""Frames out of a plan: the stages, composed."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from engine.catalogue import Catalogue
from engine.catalogue.choice import PictureUse, picture_use
from engine.catalogue.forms import pipeline_form
from engine.dependence import Carried, carried, cuts, frame_steps, is_fed_back
from engine.errors import RenderCancelled
from engine.media import Picture
from engine.media.pictures import PictureAt, open_pictures
from engine.plan import FramePlan, FramePoint
from engine.render.camera import Camera
from engine.render.control import Control
from engine.render.drawing import Drawing
from engine.render.memory import telling_of_memory
from engine.render.pipelines.cache import PipelineCache
from engine.render.preprocessing import open_processor
from engine.render.segment import Segment
from engine.render.sequence import Drawn, InputPicture, picture_sequence
from engine.render.state import Keeper, fingerprint
from engine.request import Inputs

_SKIPPED = 24
"""Frames of a clip's part that are skipped at once: the reader of files has its time for each."""


class Renderer:
    """Renders plans with what the operator allows, keeping the models between them."""

    def __init__(self, catalogue: Catalogue, device: str = "cpu") -> None:
        self._catalogue = catalogue
        self._device = device
        self._pipelines = PipelineCache(catalogue, device)

    def warm_up(self, model: str) -> None:
        """Load a model before the first plan asks for it. ModelError if it can't be loaded."""
        self._pipelines.warm_up(model)

    def carries(self, plan: FramePlan, inputs: Inputs) -> Carried:
        """What frames need of earlier ones; where it is nothing, spans can be drawn in any order.

        ModelError and InputError as `frames`.
        """
        use = self._use_of_pictures(plan, inputs)
        return carried(plan, fed_back=is_fed_back(plan, inputs, drawn_over=use.start))

    def steps(self, plan: FramePlan, inputs: Inputs) -> tuple[int, ...]:
        """The denoising steps that each frame takes. ModelError and InputError as `frames`."""
        use, spec = self._use_of_pictures(plan, inputs), plan.pipeline
        fed_back = is_fed_back(plan, inputs, drawn_over=use.start)
        skips = False
        if use.start or fed_back:
            model = self._catalogue.model(spec.model)
            form = pipeline_form(spec, model, self._catalogue, from_picture=True)
            skips = "strength" in form.call.parameters
        return frame_steps(plan, drawn_over=use.start, fed_back=fed_back, skips=skips)

    def frames(self, plan: FramePlan, inputs: Inputs, stop: threading.Event) -> Iterator[Picture]:
        """The plan's frames in order, each height × width × 3, RGB.

        With a picture or a video among the inputs the frames start from it or are steered by it,
        else they start from noise alone. Memory does not grow with the number of frames. Errors:
        RenderCancelled within a denoising step after `stop` is set; ModelError, MediaError,
        InputError and RenderError as the stages say, the last also where memory runs out.
        """
        with self.segment(plan, inputs, range(len(plan.frames)), None, stop) as segment:
            yield from segment

    @contextmanager
    def segment(
        self,
        plan: FramePlan,
        inputs: Inputs,
        span: range,
        before: bytes | None,
        stop: threading.Event,
    ) -> Iterator[Segment]:
        """The frames of `span` alone, the very ones that `frames` has there.

        `before` is the state that the segment before left, in this process or in another one; None
        for the first, and where segments are independent. A span goes from 0 or a cut to a cut
        (`dependence.cuts`), else it is a ValueError. StateError where `before` is missing, damaged
        or no state of this very render at this place; other errors as `frames`.
        """
        _check_span(span, plan)
        spec = plan.pipeline
        model = self._catalogue.model(spec.model)
        use = self._use_of_pictures(plan, inputs)
        fed_back = is_fed_back(plan, inputs, drawn_over=use.start)
        render = fingerprint(plan, inputs, model.revision)
        keeper = Keeper(render, carried(plan, fed_back=fed_back), plan.height, plan.width)
        state = keeper.read(before, span)
        with (
            telling_of_memory(plan),
            open_pictures(inputs, plan.width, plan.height, plan.video) as picture_at,
            self._pipelines.assembled(spec) as assembly,
        ):
            if picture_at:
                _skip(picture_at, plan.frames[: span.start], stop)
            attached = _attached(plan, picture_at) if picture_at else None
            processors = [
                open_processor(name, self._catalogue, self._device) for name in plan.preprocess
            ]
            control = Control(spec, processors, attached if use.control else None)
            drawing = Drawing(assembly, plan, control, starts_from_picture=use.start, stop=stop)
            start = attached if use.start else None
            last = None
            if state is not None:
                drawing.go_on_from(state)
                if state.picture is not None:
                    last = Drawn(state.frame, state.picture)
            frames = picture_sequence(plan, start, fed_back, drawing.draw, span=span, before=last)
            yield Segment(
                frames, span, set(cuts(plan)), lambda last: keeper.written(drawing.state(last))
            )

    def _use_of_pictures(self, plan: FramePlan, inputs: Inputs) -> PictureUse:
        model = self._catalogue.model(plan.pipeline.model)
        has_picture = bool(inputs.image or inputs.video)
        return picture_use(plan.pipeline, model, self._catalogue, has_picture)


def _check_span(span: range, plan: FramePlan) -> None:
    allowed = {0, *cuts(plan)}
    if not span or span.step != 1 or not allowed.issuperset((span.start, span.stop)):
        raise ValueError(f"{span} is no segment: the render can be cut at {sorted(allowed)}")


def _skip(picture_at: PictureAt, frames: tuple[FramePoint, ...], stop: threading.Event) -> None:
    """Take a clip to where the frames to come begin."""
    for frame in frames[::_SKIPPED]:
        if stop.is_set():
            raise RenderCancelled("the render was stopped")
        picture_at(frame.index, frame.time)


def _attached(plan: FramePlan, picture_at: PictureAt) -> InputPicture:
    """The attached picture or video as the camera has it at each frame."""
    camera = Camera(plan)

    # A batch may be asked for twice, to be drawn over and to be shown to ControlNets.
    @lru_cache(maxsize=plan.batch_size)
    def at(frame: FramePoint) -> Picture:
        return camera.seen(picture_at(frame.index, frame.time), frame.index)

    return at
