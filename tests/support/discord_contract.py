"""Discord's published OpenAPI document, as a judge of what the bot sends."""

import json
import re
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

_ROOT = Path(__file__).parents[2]
CONTRACT = _ROOT.parent / "shared" / "contracts" / "discord-openapi.json"


class DiscordContract:
    """`problems` lists what in a request's body Discord's document doesn't allow."""

    def __init__(self) -> None:
        document = json.loads(CONTRACT.read_text())
        self._paths = document["paths"]
        self._registry = Registry().with_resource(
            "discord:api", DRAFT202012.create_resource(document)
        )

    def problems(self, method: str, path: str, payload: Any) -> list[str]:
        template = self._template(path)
        operation = self._paths[template].get(method.lower())
        if operation is None:
            return [f"{method} {template} does not exist"]
        if "requestBody" not in operation:
            return [] if payload is None else [f"{method} {template} takes no body"]
        where = template.replace("/", "~1")
        media = "application~1json"
        schema = f"#/paths/{where}/{method.lower()}/requestBody/content/{media}/schema"
        validator = Draft202012Validator(
            {"$ref": f"discord:api{_quote(schema)}"}, registry=self._registry
        )
        return [error.message for error in validator.iter_errors(_with_text_ids(payload))]

    def _template(self, path: str) -> str:
        matching = [template for template in self._paths if _matches(template, path)]
        if not matching:
            raise LookupError(f"Discord has no {path}")
        # The most literal one: `messages/@original` before `messages/{message_id}`.
        return min(matching, key=lambda template: template.count("{"))


_NUMBERED = ("id", "recipient_id", "message_id", "channel_id", "guild_id")


def _with_text_ids(payload: Any) -> Any:
    """The same with ids as text: discord.py writes some of them as numbers, which Discord takes."""
    match payload:
        case dict():
            return {
                name: str(value)
                if name in _NUMBERED and isinstance(value, int)
                else _with_text_ids(value)
                for name, value in payload.items()
            }
        case list():
            return [_with_text_ids(value) for value in payload]
    return payload


def _matches(template: str, path: str) -> bool:
    return re.fullmatch(re.sub(r"\\\{.*?\\\}", "[^/]+", re.escape(template)), path) is not None


def _quote(pointer: str) -> str:
    return pointer.replace("{", "%7B").replace("}", "%7D")
