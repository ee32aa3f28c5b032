"""Frames into a file, with the sound that goes with them; no torch."""

from collections.abc import Callable, Iterable
from pathlib import Path

from engine.groups.output import Format
from engine.media import Picture
from engine.media.soundtrack import soundtrack
from engine.plan import FramePlan
from engine.render.output.encoders import open_encoder
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
    sound = soundtrack(inputs, plan.video, plan.fps)
    with open_encoder(
        file,
        Format(file.suffix.lstrip(".")),
        plan.fps,
        plan.width,
        plan.height,
        audio=sound.file if sound else None,
        audio_begin=sound.begin if sound else 0.0,
    ) as encoder:
        for frame in frames:
            encoder.add(frame)
            frame_done(frame)
