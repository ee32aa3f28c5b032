"""The command line: `giffusion run`, `render`, `plan`, `keyframes`, `inspect` and the others.

Bad input ends with one line, `error: <setting>: <what is wrong and what would be right>`, on the
error stream and exit code 2. What needs torch is imported by the command that needs it.
"""

import argparse
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.arguments import FLAGS, parse
from bot.commands import parse_settings, read_flags
from bot.input_files import named_inputs
from bot.keyframes_command import show_keyframes
from engine.configuration import Configuration, Secrets, load_configuration
from engine.errors import GiffusionError, InputError
from engine.groups.output import Format
from engine.planning.intake import Accepted, accept
from engine.presets import preset_of
from engine.sessions.local import LocalSessions
from engine.storage import open_storage

log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit code is 0, or 2 after an error the user can mend."""
    _log_to_stderr()
    try:
        words = sys.argv[1:] if arguments is None else arguments
        chosen = parse(words)
        return int(_COMMANDS[chosen.command](chosen, load_configuration()) or 0)
    except GiffusionError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        log.debug("unexpected", exc_info=True)
        print(
            f"error: giffusion: unexpected {type(error).__name__}: {error}"
            "; GIFFUSION_LOG=debug shows where",
            file=sys.stderr,
        )
        return 1


def _log_to_stderr() -> None:
    level = os.environ.get("GIFFUSION_LOG", "info").upper()
    logging.basicConfig(
        level=level if level in logging.getLevelNamesMapping() else "INFO",
        format="%(asctime)s %(levelname)-7s %(name)s: %(message)s",
        datefmt="%H:%M:%S",
    )


@contextmanager
def _accepted(chosen: argparse.Namespace, configuration: Configuration) -> Iterator[Accepted]:
    """The complete request of a `render` or `plan` command."""
    written = {name: value for name in FLAGS if (value := getattr(chosen, name)) is not None}
    usual = configuration.defaults
    if chosen.preset:
        usual = usual.updated(preset_of(configuration.presets, chosen.preset).settings)
    asked = parse_settings(chosen.text, usual).updated(read_flags(written))
    storage = open_storage(configuration.storage.url, configuration.service.data)
    sessions = LocalSessions(configuration.sessions, storage)
    attached = named_inputs(chosen, configuration.limits.media)
    with TemporaryDirectory() as folder:
        accepted = accept(
            asked, attached, configuration, sessions, Path(folder), limits=configuration.limits
        )
        for note in accepted.notes:
            print(f"note: {note}", file=sys.stderr)
        yield accepted


def _run(chosen: argparse.Namespace, configuration: Configuration) -> int:
    from bot.app import run_service

    return run_service(configuration)


def _worker(chosen: argparse.Namespace, configuration: Configuration) -> None:
    from engine.worker import run_worker_process

    devices = [chosen.device] if chosen.device else configuration.worker.devices
    if len(devices) > 1:
        raise InputError("device", "a worker has one", f"choose of {', '.join(devices)}")
    run_worker_process(configuration, devices[0], chosen.until_end_of_input)


def _render(chosen: argparse.Namespace, configuration: Configuration) -> None:
    suffix = chosen.output.suffix.lstrip(".").lower()
    if suffix not in list(Format):
        raise InputError("output", f"{chosen.output.name!r}", f"end it in .{', .'.join(Format)}")
    if chosen.format not in (None, suffix):
        raise InputError("format", f"{chosen.format} does not fit {chosen.output.name!r}")
    if not chosen.output.parent.is_dir():
        raise InputError("output", f"there is no folder {chosen.output.parent}")
    chosen.format = suffix
    from bot.render_command import render_file

    with _accepted(chosen, configuration) as accepted:
        render_file(accepted, configuration, chosen)


def _plan(chosen: argparse.Namespace, configuration: Configuration) -> None:
    from bot.plan_command import show_plan

    with _accepted(chosen, configuration) as accepted:
        show_plan(accepted, chosen)


def _inspect(chosen: argparse.Namespace, configuration: Configuration) -> int:
    from bot.inspect_command import show_files

    return show_files(chosen.files, chosen.json, configuration.limits.media)


def _slack_manifest(chosen: argparse.Namespace, configuration: Configuration) -> None:
    from bot.slack.manifest import slack_manifest

    print(json.dumps(slack_manifest(configuration, Secrets()), indent=2))


def _doctor(chosen: argparse.Namespace, configuration: Configuration) -> int:
    from bot.doctor import examine

    return examine(configuration)


_COMMANDS: dict[str, Callable[[argparse.Namespace, Configuration], int | None]] = {
    "run": _run,
    "worker": _worker,
    "render": _render,
    "plan": _plan,
    "keyframes": show_keyframes,
    "inspect": _inspect,
    "slack-manifest": _slack_manifest,
    "doctor": _doctor,
}
