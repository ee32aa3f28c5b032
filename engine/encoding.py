"""Frames into a file, with the sound that goes with them; no torch."""

from collections.abc import Callable, Iterable
from pathlib import Path

from engine.groups.output import Format
from engine.media import Picture
from engine.plan import FramePlan
from engine.render.output import open_encoder
from engine.request import Inputs


def write_animation(
    frames: Iterable[Picture],
    plan: FramePlan,
    inputs: Inputs,
    file: Path,
    frame_done: Callable[[Picture], None],
) -> None:
    """Encode frames as they come into `file`, whose ending is its format.

    `frame_done` sees every frame. MediaError where the sound can't be read, RenderError where the
    file can't be written; then there is none.
    """
    format_ = Format(file.suffix.lstrip("."))
    with open_encoder(
        file, format_, plan.fps, plan.width, plan.height, audio=inputs.audio
    ) as encoder:
        for frame in frames:
            encoder.add(frame)
            frame_done(frame)
