"""What each command of the command line takes, by argparse; mistakes are told in our own words."""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from bot.commands import read_flags
from bot.help import about
from bot.keyframes_command import add_keyframes
from engine.errors import InputError
from engine.settings import Settings
from engine.values import NameList

FLAGS = {name: option for name, option in Settings.options().items() if name != "prompts"}
_VALUED = {option.flag for option in FLAGS.values() if option.type is not bool}
_METAVARS = {bool: "on|off", int: "N", dict: "JSON", NameList: "NAMES", str: "TEXT"}
_MISSING = re.compile(r"argument (?:-\w/)?--(?P<name>[\w-]+): expected one argument")


def parse(words: Sequence[str]) -> argparse.Namespace:
    """What was chosen: the `command`, and its arguments by name. InputError where that is none."""
    chosen, unknown = _parser().parse_known_args(_spelled(words))
    for word in unknown:
        if word.startswith("-"):
            read_flags({word.lstrip("-").partition("=")[0]: "?"})  # tells what comes near
        raise InputError("command", f"{word[:60]!r} is one word too many", "quote the prompts")
    return chosen


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        missing = _MISSING.fullmatch(message)
        if missing and (name := missing["name"].replace("-", "_")) in FLAGS:
            read_flags({name: ""})  # tells what it takes
        raise InputError("command", message, f"see {self.prog} --help")


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


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="giffusion", description="Turns keyframed prompts into an animation.")
    commands = parser.add_subparsers(
        required=True, dest="command", metavar="COMMAND", parser_class=_Parser
    )

    commands.add_parser("run", help="start the service: chats and worker")

    worker = commands.add_parser("worker", help="start a render worker alone")
    worker.add_argument("--device", help="as torch names it: cpu, cuda:0, …")
    worker.add_argument(
        "--until-end-of-input", action="store_true", help="end when the standard input does"
    )

    render = commands.add_parser("render", help="render here and now", allow_abbrev=False)
    _add_settings(render)
    render.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")
    render.add_argument(
        "--motion-preview", action="store_true", help="only the motion, without drawing anything"
    )

    plan = commands.add_parser("plan", help="show every frame's numbers", allow_abbrev=False)
    _add_settings(plan)
    plan.add_argument("--json", action="store_true", help="as JSON instead of a table")
    plan.add_argument("--plot", type=Path, metavar="FILE", help="as a picture, such as plan.png")

    inspect = commands.add_parser("inspect", help="tell what files are, or what is wrong with them")
    inspect.add_argument("files", type=Path, nargs="+", metavar="FILE")
    inspect.add_argument("--json", action="store_true", help="a line of JSON for each file")

    keyframes = commands.add_parser(
        "keyframes", help="tell where in a sound something begins", allow_abbrev=False
    )
    add_keyframes(keyframes)

    commands.add_parser("slack-manifest", help="print the manifest for a Slack app")

    commands.add_parser("doctor", help="tell what works here and what is missing")
    return parser


def _add_settings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", metavar="TEXT", help="keyframed prompts, as in a chat")
    for name in ("image", "audio", "video"):
        parser.add_argument(f"--{name}", type=Path, metavar="FILE")
    parser.add_argument(
        "--preset", metavar="NAME", help="settings with a name, taken before others"
    )
    for name, option in FLAGS.items():
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
