"""A composer's form as it was sent in, read from what Discord sends of it.

discord.py itself knows only forms that were opened in the same run.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

import discord

from bot.discord.desk import Interaction
from bot.gestures.form_answer import FormAnswer

_ID = re.compile(r"giffusion:form:(?P<files>\d*):(?P<spoiler>s?):(?P<subject>.*)")


class Field(StrEnum):
    """What there is to fill in. The values are in forms that may be open while the bot changes."""

    PROMPTS = "prompts"
    NEGATIVE = "negative"
    FILES = "files"
    SETTINGS = "settings"
    PRESET = "preset"


def form_id(files: str, subject: str, *, spoiler: bool) -> str:
    """A form's id: what it is about, for when it is sent in."""
    return f"giffusion:form:{files}:{'s' if spoiler else ''}:{subject}"


@dataclass(frozen=True, slots=True)
class SentForm:
    """What a user filled in, and what came with it.

    `uploaded` are the files put into it; `kept` is the number of those that came before it.
    """

    filled: FormAnswer
    uploaded: tuple[discord.Attachment, ...]
    kept: str
    spoiler: bool

    @classmethod
    def of(cls, interaction: Interaction) -> Self | None:
        """What an interaction has of a form; None where it is no form of ours."""
        data: Mapping[str, Any] = interaction.data or {}
        if interaction.type is not discord.InteractionType.modal_submit:
            return None
        found = _ID.fullmatch(data["custom_id"])
        if found is None:
            return None
        fields = {field["custom_id"]: field for field in _fields(data["components"])}
        chosen = {name: field.get("values") or [] for name, field in fields.items()}
        texts = {name: field.get("value") or "" for name, field in fields.items()}
        known = data.get("resolved", {}).get("attachments", {})
        return cls(
            filled=FormAnswer(
                prompts=texts.get(Field.PROMPTS, ""),
                settings=texts.get(Field.SETTINGS, ""),
                preset=next(iter(chosen.get(Field.PRESET, [])), ""),
                own={"negative_prompt": texts.get(Field.NEGATIVE, "")},
                subject=found["subject"],
            ),
            uploaded=tuple(
                discord.Attachment(data=known[number], state=interaction._state)
                for number in chosen.get(Field.FILES, [])
            ),
            kept=found["files"],
            spoiler=bool(found["spoiler"]),
        )


def _fields(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What was filled in, out of the labels around it."""
    for component in components:
        if "custom_id" in component:
            yield component
        yield from _fields(component.get("components", []))
        yield from _fields([component["component"]] if "component" in component else [])
