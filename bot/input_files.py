"""The files that a command line names with --image, --audio and --video."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.attachments import check_together
from engine.errors import InputError, MediaError
from engine.media.facts import FileFacts, MediaFacts
from engine.media.inspection import Attached, inspect_files
from engine.media.limits import MediaLimits
from engine.request import Inputs


def named_inputs(chosen: argparse.Namespace, limits: MediaLimits) -> Attached:
    """The files named by --image, --audio and --video, each checked to be what it is named."""
    named: Mapping[str, Path] = {
        kind: file for kind in Inputs.model_fields if (file := getattr(chosen, kind)) is not None
    }
    if not named:
        return Attached()
    answers = inspect_files([(file, str(file)) for file in named.values()], limits)
    facts = {
        kind: _used_as(kind, str(file), answer)
        for (kind, file), answer in zip(named.items(), answers, strict=True)
    }
    inputs = Inputs(**{kind: file.resolve() for kind, file in named.items()})
    check_together(inputs)
    return Attached(inputs, MediaFacts(**facts))


def _used_as(kind: str, name: str, answer: FileFacts | MediaError) -> Any:
    """The facts that a file has as an input of that kind."""
    if isinstance(answer, MediaError):
        raise InputError(kind, str(answer))
    found = getattr(answer, kind)
    if found is None and (kind, answer.kind) == ("audio", "video"):
        raise InputError("audio", f"{name}: it has no sound")
    if found is None:
        raise InputError(kind, f"{name} holds {answer.kind}", f"use --{answer.kind}")
    return found
