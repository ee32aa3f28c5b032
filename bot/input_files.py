"""The files that a command line names with --image, --audio and --video."""

import argparse
from pathlib import Path

from bot.attachments import checked, input_of
from engine.errors import InputError, MediaError
from engine.request import Inputs


def named_inputs(chosen: argparse.Namespace) -> Inputs:
    """The files named by --image, --audio and --video, each checked to be what it is named."""
    named = {name: getattr(chosen, name) for name in ("image", "audio", "video")}
    return checked(Inputs(**{name: _input(name, file) for name, file in named.items() if file}))


def _input(name: str, file: Path) -> Path:
    try:
        kind = input_of(file)
    except OSError as error:
        raise InputError(name, f"{file}: {error.strerror}", f"name a file with --{name}") from None
    except MediaError as error:
        raise InputError(name, str(error)) from None
    if kind != name and (name, kind) != ("audio", "video"):  # a clip's sound is a sound
        raise InputError(name, f"{file} holds {kind}", f"use --{kind}")
    return file.resolve()
