"""How large the frames are: as asked, as the picture or video is, or as the model has it."""

from engine.catalogue.models import Model
from engine.configuration import Limits
from engine.errors import InputError
from engine.media.facts import MediaFacts
from engine.settings import Settings

_LARGEST_UNASKED = 4
"""Times the pixels a model was trained on: beyond, it repeats itself and takes very long."""


def frame_size(
    settings: Settings, model: Model, media: MediaFacts, limits: Limits
) -> tuple[dict[str, int], tuple[str, ...]]:
    """`width` and `height` as the model can draw them, and notes on what was changed for that.

    InputError where that is more than the limit.
    """
    asked = {"width": settings.diffusion.width, "height": settings.diffusion.height}
    shape, notes = _shape(model, media, limits)
    size = {
        name: max(1, round(side / model.multiple)) * model.multiple
        for name, side in _completed(asked, shape, keep_shape=bool(_picture(media))).items()
    }
    changed = [
        f"{name} {asked[name]} became {size[name]}: {model.name} draws in steps of {model.multiple}"
        for name in size
        if asked[name] not in (None, size[name])
    ]
    pixels = size["width"] * size["height"]
    if pixels > limits.pixels:
        raise InputError(
            "width",
            f"{size['width']} by {size['height']} is {pixels:,} pixels",
            f"the most here is {limits.pixels:,} pixels a frame",
        )
    return size, tuple(changed if any(asked.values()) else notes)


def _completed(
    asked: dict[str, int | None], shape: tuple[int, int], *, keep_shape: bool
) -> dict[str, float]:
    """Both sides, with the shape's own where none was asked for, in proportion to the other."""
    width, height = shape
    scale = 1.0
    if keep_shape:
        scale = (asked["width"] or 0) / width or (asked["height"] or 0) / height or 1.0
    return {
        "width": asked["width"] or width * scale,
        "height": asked["height"] or height * scale,
    }


def _shape(model: Model, media: MediaFacts, limits: Limits) -> tuple[tuple[int, int], list[str]]:
    """Width and height where nobody asked for any: the attached picture's, unless far too large."""
    picture = _picture(media)
    if picture is None:
        return (model.width, model.height), []
    width, height = picture
    most = min(limits.pixels, _LARGEST_UNASKED * model.width * model.height)
    if width * height <= most:
        return picture, []
    scale = (most / (width * height)) ** 0.5
    # Rounded down here, so that rounding to the model's steps can't exceed the limit.
    step = model.multiple
    fitted = max(1, int(width * scale / step)) * step, max(1, int(height * scale / step)) * step
    note = (
        f"the attached {width}×{height} are drawn at {fitted[0]}×{fitted[1]}, which suits "
        f"{model.name}; --width and --height change that"
    )
    return fitted, [note]


def _picture(media: MediaFacts) -> tuple[int, int] | None:
    facts = media.image or media.video
    return (facts.width, facts.height) if facts else None
