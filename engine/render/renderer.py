"""Frames out of a plan: the stages, composed."""

import threading
from collections.abc import Iterator
from functools import lru_cache

from engine.catalogue import Catalogue
from engine.catalogue.choice import picture_use
from engine.media import Picture
from engine.media.pictures import PictureAt, open_pictures
from engine.plan import FramePlan, FramePoint
from engine.render.camera import Camera
from engine.render.control import Control
from engine.render.drawing import Drawing
from engine.render.pipelines.cache import PipelineCache
from engine.render.preprocessing import open_processor
from engine.render.sequence import InputPicture, is_fed_back, picture_sequence
from engine.request import Inputs


class Renderer:
    """Renders plans with what the operator allows, keeping the models between them."""

    def __init__(self, catalogue: Catalogue, device: str = "cpu") -> None:
        self._catalogue = catalogue
        self._device = device
        self._pipelines = PipelineCache(catalogue, device)

    def warm_up(self, model: str) -> None:
        """Load a model before the first plan asks for it. ModelError if it can't be loaded."""
        self._pipelines.warm_up(model)

    def frames(self, plan: FramePlan, inputs: Inputs, stop: threading.Event) -> Iterator[Picture]:
        """The plan's frames in order, each height × width × 3, RGB.

        With a picture or a video among the inputs the frames start from it or are steered by it,
        else they start from noise alone. Memory does not grow with the number of frames. Errors:
        RenderCancelled within a denoising step after `stop` is set; ModelError, MediaError,
        InputError and RenderError as the stages say.
        """
        spec, has_picture = plan.pipeline, bool(inputs.image or inputs.video)
        model = self._catalogue.model(spec.model)
        use = picture_use(spec, model, self._catalogue, has_picture)
        processors = [
            open_processor(name, self._catalogue, self._device) for name in plan.preprocess
        ]
        with (
            open_pictures(inputs, plan.width, plan.height, plan.video) as picture_at,
            self._pipelines.assembled(spec) as assembly,
        ):
            attached = _attached(plan, picture_at) if picture_at else None
            control = Control(spec, processors, attached if use.control else None)
            drawing = Drawing(assembly, plan, control, starts_from_picture=use.start, stop=stop)
            start = attached if use.start else None
            fed_back = is_fed_back(plan, inputs, start)
            yield from picture_sequence(plan, start, fed_back, drawing.likeness, drawing.draw)


def _attached(plan: FramePlan, picture_at: PictureAt) -> InputPicture:
    """The attached picture or video as the camera has it at each frame."""
    camera = Camera(plan)

    # A batch may be asked for twice, to be drawn over and to be shown to ControlNets.
    @lru_cache(maxsize=plan.batch_size)
    def at(frame: FramePoint) -> Picture:
        return camera.seen(picture_at(frame.index, frame.time), frame.index)

    return at
