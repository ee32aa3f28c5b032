"""`giffusion render`: an animation here and now, into a file."""

import argparse
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import NoReturn

from tqdm import tqdm

from engine.configuration import Configuration
from engine.media import Picture
from engine.plan import FramePlan
from engine.planning.intake import Accepted
from engine.planning.plans import plan_frames
from engine.render.motion_preview import preview_motion
from engine.render.output.animation import write_animation
from engine.sessions.local import LocalSessions

Write = Callable[[Callable[[Picture], None]], object]
"""Writes the file, and calls what it is given for every frame."""


def render_file(
    accepted: Accepted, configuration: Configuration, chosen: argparse.Namespace
) -> None:
    """Render a request into `chosen.output`, with a progress bar on the error stream."""
    plan = plan_frames(accepted.settings, accepted.inputs)
    if chosen.motion_preview:
        frames = preview_motion(plan, accepted.inputs)
        write: Write = partial(write_animation, frames, plan, accepted.inputs, chosen.output)
    else:
        write = _rendering(plan, accepted, configuration, chosen)
    with tqdm(total=len(plan.frames), unit="frame", file=sys.stderr) as bar:
        write(lambda _: _advance(bar))
    print(f"{chosen.output} (seed {accepted.settings.diffusion.seed})")


def _rendering(
    plan: FramePlan, accepted: Accepted, configuration: Configuration, chosen: argparse.Namespace
) -> Write:
    # torch takes seconds to load; a mistake in the command is told before.
    from engine.production import Production
    from engine.render.device import choose_device

    device = choose_device(configuration.worker.devices[0], configuration.worker.threads)
    production = Production(configuration, device, LocalSessions(configuration.sessions))

    def write(frame_done: Callable[[Picture], None]) -> None:
        given_up = production.render_file(
            plan,
            accepted.inputs,
            chosen.output,
            frame_done,
            stop=threading.Event(),
            max_bytes=accepted.settings.output.max_bytes,
        )
        for note in given_up:
            print(f"note: {note}", file=sys.stderr)

    return write


def _advance(bar: "tqdm[NoReturn]") -> None:
    bar.update()
