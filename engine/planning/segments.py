"""Where a render can be cut, so that what is done is kept when the rest is lost. Pure; no torch."""

from engine.catalogue import Catalogue
from engine.catalogue.choice import picture_use
from engine.dependence import carried, cuts, is_fed_back
from engine.plan import FramePlan
from engine.request import Inputs


def segments_of(plan: FramePlan, frames_each: int) -> tuple[range, ...]:
    """The plan's frames in segments, one after the other, of `frames_each` (≥ 1) frames at most.

    A segment is longer only where there is no place to cut it: it ends with a frame that is drawn,
    and with the last one of its batch.
    """
    if frames_each < 1:
        raise ValueError(f"a segment can't have {frames_each} frames; there must be one or more")
    segments: list[range] = []
    start = end = 0
    for cut in cuts(plan):
        if start < end and cut - start > frames_each:
            segments.append(range(start, end))
            start = end
        end = cut
    return (*segments, range(start, end))


def are_independent(plan: FramePlan, inputs: Inputs, catalogue: Catalogue) -> bool:
    """Whether segments can be rendered in any order, each without what the one before leaves.

    They can't where a frame begins as the one before, is held to it or made of it, or has the first
    one's colours. ModelError and InputError as `picture_use`.
    """
    model = catalogue.model(plan.pipeline.model)
    has_picture = bool(inputs.image or inputs.video)
    use = picture_use(plan.pipeline, model, catalogue, has_picture)
    fed_back = is_fed_back(plan, inputs, drawn_over=use.start)
    return not carried(plan, fed_back=fed_back)
