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


def _with_text_ids(payload: Any) -> Any:
    # discord.py numbers a message's uploads 0, 1, …; Discord takes that for "0", "1", … .
    if not isinstance(payload, dict):
        return payload
    if isinstance(payload.get("data"), dict):  # of an answer to an interaction
        payload = payload | {"data": _with_text_ids(payload["data"])}
    if "recipient_id" in payload:  # the same holds for whom a direct message is for
        return payload | {"recipient_id": str(payload["recipient_id"])}
    if not payload.get("attachments"):
        return payload
    uploads = [upload | {"id": str(upload["id"])} for upload in payload["attachments"]]
    return payload | {"attachments": uploads}


def _matches(template: str, path: str) -> bool:
    return re.fullmatch(re.sub(r"\\\{.*?\\\}", "[^/]+", re.escape(template)), path) is not None


def _quote(pointer: str) -> str:
    return pointer.replace("{", "%7B").replace("}", "%7D")
