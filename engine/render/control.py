"""What ControlNets and adapters are shown for each frame, and how strongly they steer."""

from collections.abc import Sequence

from engine.media import Picture
from engine.plan import FramePoint, PipelineSpec
from engine.render.preprocessing import Processor
from engine.render.sequence import InputPicture


class Control:
    """The attached picture at each frame, through the processor of each ControlNet and adapter.

    Without `shown` there is nothing to steer by.
    """

    def __init__(
        self, spec: PipelineSpec, processors: Sequence[Processor], shown: InputPicture | None
    ) -> None:
        self._weights = [each.weight for each in (*spec.controlnets, *spec.adapters)]
        self._processors = processors
        self._shown = shown
        self._processed: tuple[Picture, list[Picture]] | None = None

    def pictures(self, frames: Sequence[FramePoint]) -> list[list[Picture]]:
        """A list for each ControlNet, then for each adapter: one picture a frame."""
        if self._shown is None:
            return []
        by_frame = [self._through_all(self._shown(frame)) for frame in frames]
        return [list(of_one) for of_one in zip(*by_frame, strict=True)]

    def scales(self, frame: FramePoint) -> list[float]:
        """How strongly each of them steers at a frame."""
        return [weight * frame.controlnet_scale for weight in self._weights]

    def _through_all(self, picture: Picture) -> list[Picture]:
        # A picture that stays is processed once.
        if self._processed is None or self._processed[0] is not picture:
            self._processed = picture, [processor(picture) for processor in self._processors]
        return self._processed[1]
