"""`giffusion render`: an animation here and now, into a file."""

import argparse
import sys
import threading
from pathlib import Path
from typing import NoReturn

from tqdm import tqdm

from bot.attachments import checked, input_of
from engine.configuration import Configuration
from engine.errors import InputError, MediaError
from engine.plan import compile_plan
from engine.request import Inputs
from engine.resolve import Resolved
from engine.sessions.local import LocalSessions


def render_file(
    resolved: Resolved, configuration: Configuration, chosen: argparse.Namespace
) -> None:
    """Render complete settings into `chosen.output`, with a progress bar on the error stream."""
    inputs = _inputs(chosen)
    if not chosen.output.parent.is_dir():
        raise InputError("output", f"there is no folder {chosen.output.parent}")
    # torch takes seconds to load; a mistake in the command is told before.
    from engine.production import Production
    from engine.render.device import choose_device

    for note in resolved.notes:
        print(f"note: {note}", file=sys.stderr)
    plan = compile_plan(resolved.settings)
    device = choose_device(configuration.worker.device, configuration.worker.threads)
    production = Production(configuration, device, LocalSessions(configuration.sessions))
    with tqdm(total=len(plan.frames), unit="frame", file=sys.stderr) as bar:
        production.render_file(
            plan, inputs, chosen.output, lambda _: _advance(bar), threading.Event()
        )
    print(f"{chosen.output} (seed {resolved.settings.diffusion.seed})")


def _advance(bar: "tqdm[NoReturn]") -> None:
    bar.update()


def _inputs(chosen: argparse.Namespace) -> Inputs:
    """The files named by --image, --audio and --video, each checked to be what it is named."""
    named = {name: getattr(chosen, name) for name in ("image", "audio", "video")}
    return checked(Inputs(**{name: _input(name, file) for name, file in named.items() if file}))


def _input(name: str, file: Path) -> Path:
    try:
        kind = input_of(file)
    except OSError as error:
        raise InputError(name, f"{file}: {error.strerror}", f"name a file with {name}") from None
    except MediaError as error:
        raise InputError(name, str(error)) from None
    if kind != name and (name, kind) != ("audio", "video"):  # a clip's sound is a sound
        raise InputError(name, f"{file} holds {kind}", f"use --{kind}")
    return file.resolve()
