"""What ControlNets and adapters are shown: a picture turned into edges, lines or depth."""

from collections.abc import Callable

from engine.catalogue import Catalogue
from engine.catalogue.preprocessors import NONE, extra_names, processor_names
from engine.errors import InputError
from engine.media import Picture
from engine.render.preprocessing.edges import canny, lineart, soft_edge

Processor = Callable[[Picture], Picture]
"""Turns a picture into another of the same size; lines come white on black, near depth white."""

_DRAWN: dict[str, Processor] = {"canny": canny, "soft_edge": soft_edge, "lineart": lineart}


def open_processor(name: str, catalogue: Catalogue, device: str = "cpu") -> Processor:
    """The processor of that name, ready to use; `none` leaves pictures as they are.

    The operator's `[preprocessors.NAME]` are depth estimators; all of controlnet_aux's are there
    where that is installed. InputError if there is none of the name, ModelError if its weights
    can't be loaded.
    """
    if name == NONE:
        return _unchanged
    if name in _DRAWN:
        return _DRAWN[name]
    if name in catalogue.preprocessors:
        # torch and its models are loaded only where an estimator is asked for.
        from engine.render.preprocessing.depth import open_depth_estimator

        return open_depth_estimator(catalogue.preprocessors[name].path, device)
    if name in extra_names():
        from engine.render.preprocessing.extra import open_extra

        return open_extra(name, device)
    there = " or ".join(processor_names(catalogue.preprocessors))
    raise InputError("preprocess", f"there is no {name[:60]!r}", f"choose {there}")


def _unchanged(picture: Picture) -> Picture:
    return picture
