"""The command line: `giffusion run | worker | render | plan | keyframes | doctor | slack-manifest`.

Bad input ends with one line, `error: <setting>: <what is wrong and what would be right>`, on the
error stream and exit code 2. What needs torch is imported by the command that needs it.
"""

import argparse
import json
import logging
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

from bot.commands import parse_settings, read_flags
from bot.help import about
from bot.input_files import named_inputs
from bot.keyframes_command import add_keyframes, show_keyframes
from engine.configuration import Configuration, load_configuration
from engine.errors import GiffusionError, InputError
from engine.groups.output import Format
from engine.planning.intake import Accepted, accept
from engine.sessions.local import LocalSessions
from engine.settings import Settings
from engine.values import NameList

log = logging.getLogger(__name__)

_FLAGS = {name: option for name, option in Settings.options().items() if name != "prompts"}
_VALUED = {option.flag for option in _FLAGS.values() if option.type is not bool}
_METAVARS = {bool: "on|off", int: "N", dict: "JSON", NameList: "NAMES", str: "TEXT"}
_MISSING = re.compile(r"argument (?:-\w/)?--(?P<name>[\w-]+): expected one argument")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        missing = _MISSING.fullmatch(message)
        if missing and (name := missing["name"].replace("-", "_")) in _FLAGS:
            read_flags({name: ""})  # tells what it takes
        raise InputError("command", message, f"see {self.prog} --help")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit code is 0, or 2 after an error the user can mend."""
    _log_to_stderr()
    try:
        words = sys.argv[1:] if arguments is None else arguments
        chosen, unknown = _parser().parse_known_args(_spelled(words))
        for word in unknown:
            if word.startswith("-"):
                read_flags({word.lstrip("-").partition("=")[0]: "?"})  # tells what comes near
            raise InputError("command", f"{word[:60]!r} is one word too many", "quote the prompts")
        return int(chosen.command(chosen, load_configuration()) or 0)
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


def _spelled(words: Sequence[str]) -> list[str]:
    """The words as argparse takes them: flags in any spelling, and values such as `-sin(t)`."""
    spelled: list[str] = []
    for word in words:
        if spelled and spelled[-1] in _VALUED and re.match(r"-[^-]", word) and word != "-o":
            spelled[-1] += f"={word}"  # alone, it would be taken for a flag
        else:
            spelled.append(_known(word))
    return spelled


def _known(word: str) -> str:
    """A flag in another spelling (`--neg`, `--Guidance_Scale=3`) as it is; any other word too."""
    name, sign, value = word.partition("=")
    flag = name.lower().replace("_", "-")
    flag = "--negative-prompt" if flag == "--neg" else flag
    return flag + sign + value if flag in _VALUED else word


def _log_to_stderr() -> None:
    level = os.environ.get("GIFFUSION_LOG", "info").upper()
    logging.basicConfig(
        level=level if level in logging.getLevelNamesMapping() else "INFO",
        format="%(asctime)s %(levelname)-7s %(name)s: %(message)s",
        datefmt="%H:%M:%S",
    )


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="giffusion", description="Turns keyframed prompts into an animation.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)

    run = commands.add_parser("run", help="start the service: chats and worker")
    run.set_defaults(command=_run)

    worker = commands.add_parser("worker", help="start a render worker alone")
    worker.add_argument("--device", help="as torch names it: cpu, cuda:0, …")
    worker.add_argument(
        "--until-end-of-input", action="store_true", help="end when the standard input does"
    )
    worker.set_defaults(command=_worker)

    render = commands.add_parser("render", help="render here and now", allow_abbrev=False)
    _add_settings(render)
    render.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")
    render.add_argument(
        "--motion-preview", action="store_true", help="only the motion, without drawing anything"
    )
    render.set_defaults(command=_render)

    plan = commands.add_parser("plan", help="show every frame's numbers", allow_abbrev=False)
    _add_settings(plan)
    plan.add_argument("--json", action="store_true", help="as JSON instead of a table")
    plan.add_argument("--plot", type=Path, metavar="FILE", help="as a picture, such as plan.png")
    plan.set_defaults(command=_plan)

    inspect = commands.add_parser("inspect", help="tell what files are, or what is wrong with them")
    inspect.add_argument("files", type=Path, nargs="+", metavar="FILE")
    inspect.add_argument("--json", action="store_true", help="a line of JSON for each file")
    inspect.set_defaults(command=_inspect)

    keyframes = commands.add_parser(
        "keyframes", help="tell where in a sound something begins", allow_abbrev=False
    )
    add_keyframes(keyframes)
    keyframes.set_defaults(command=show_keyframes)

    manifest = commands.add_parser("slack-manifest", help="print the manifest for a Slack app")
    manifest.set_defaults(command=_slack_manifest)

    doctor = commands.add_parser("doctor", help="tell what works here and what is missing")
    doctor.set_defaults(command=_doctor)
    return parser


def _add_settings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", metavar="TEXT", help="keyframed prompts, as in a chat")
    for name in ("image", "audio", "video"):
        parser.add_argument(f"--{name}", type=Path, metavar="FILE")
    for name, option in _FLAGS.items():
        switch = {"nargs": "?", "const": "on"} if option.type is bool else {}
        parser.add_argument(
            option.flag,
            dest=name,
            metavar="|".join(option.choices)
            or _METAVARS.get(option.type, option.type.__name__.upper()),
            help=about(option).partition(": ")[2].replace("%", "%%"),
            **switch,  # type: ignore[arg-type]
        )
        if option.type is bool:
            parser.add_argument(
                f"--no-{option.flag[2:]}", dest=name, action="store_const", const="off"
            )


@contextmanager
def _accepted(chosen: argparse.Namespace, configuration: Configuration) -> Iterator[Accepted]:
    """The complete request of a `render` or `plan` command."""
    written = {name: value for name in _FLAGS if (value := getattr(chosen, name)) is not None}
    text = parse_settings(chosen.text, configuration.defaults)
    asked = text.updated(read_flags(written))
    sessions = LocalSessions(configuration.sessions)
    attached = named_inputs(chosen, configuration.limits.media)
    with TemporaryDirectory() as folder:
        accepted = accept(asked, attached, configuration, sessions, Path(folder))
        for note in accepted.notes:
            print(f"note: {note}", file=sys.stderr)
        yield accepted


def _run(chosen: argparse.Namespace, configuration: Configuration) -> int:
    from bot.app import run_service

    return run_service(configuration)


def _worker(chosen: argparse.Namespace, configuration: Configuration) -> None:
    from engine.worker import run_worker_process

    device = chosen.device or configuration.worker.device
    run_worker_process(configuration, device, chosen.until_end_of_input)


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

    print(json.dumps(slack_manifest(), indent=2))


def _doctor(chosen: argparse.Namespace, configuration: Configuration) -> int:
    from bot.doctor import examine

    return examine(configuration)
