"""Every message that users may read in their own language, found in the code."""

import ast
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from babel.messages import Catalog

from bot.discord_adapter import DiscordAdapter
from bot.language import NAME
from engine.options import KINDS
from engine.settings import Settings
from tests.support.discord_service import PlayingService

ROOT = Path(__file__).resolve().parents[2]
# How many of the first arguments are messages. Whoever presses a button reads what JobErrors say.
_KEYWORDS = {"say": 1, "N_": 1, "Sentence": 1, "count": 2, "JobError": 1}
_SOURCES = ("bot/**/*.py", "engine/options.py", "engine/queue/*.py", "engine/sessions/*.py")

Message = tuple[str, ...]
"""A message; or two, of which a number tells which one it is to be."""


def catalogue_of_code() -> Catalog:
    """All messages, without a translation."""
    catalogue = Catalog()
    for source in sorted(file for pattern in _SOURCES for file in ROOT.glob(pattern)):
        for message in messages_in(source.read_text()):
            _add(catalogue, message, str(source.relative_to(ROOT)))
    for context, text in _of_settings():
        _add(catalogue, (text,), "engine/groups", context)
    for command in _commands():
        for context, text in texts_of(command):
            _add(catalogue, (text,), "bot/discord/commands", context)
    return catalogue


def messages_in(source: str) -> Iterator[Message]:
    """The messages that Python code says, counts or marks for later, in their order."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        messages = call.args[: _KEYWORDS.get(name, 0)]
        if not messages or len(messages) < _KEYWORDS[name]:  # "letters".count("t") has one
            continue
        if name != "JobError" and any(isinstance(each, ast.JoinedStr) for each in messages):
            raise ValueError(f"an f-string has no translation: {ast.unparse(call)}")
        yield from product(*(list(_texts(each)) for each in messages))


def texts_of(command: dict[str, Any]) -> Iterator[tuple[str | None, str]]:
    """The (context, text) pairs of a command as Discord is sent it, with all that is in it."""
    yield NAME, command["name"]
    yield None, command["description"]
    for choice in command.get("choices", []):
        yield NAME, choice["name"]
    for option in command.get("options", []):
        yield from texts_of(option)


def _texts(argument: ast.expr) -> Iterator[str]:
    match argument:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from (*_texts(one), *_texts(other))


def _of_settings() -> Iterator[tuple[str | None, str]]:
    """The (context, text) pairs of all settings."""
    yield from ((None, kind) for kind in KINDS.values())
    for option in Settings.options().values():
        yield None, option.description
        yield from ((None, unit) for unit in [option.unit] if unit)
        yield from ((NAME, choice) for choice in option.choices)


def _commands() -> list[dict[str, Any]]:
    client: Any = DiscordAdapter(PlayingService(), "token", ROOT).client
    return [command.to_dict(client.tree) for command in client.tree.get_commands()]


def _add(catalogue: Catalog, message: Message, where: str, context: str | None = None) -> None:
    catalogue.add(
        message if len(message) > 1 else message[0], locations=[(where, 0)], context=context
    )
