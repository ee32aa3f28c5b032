"""A composer's form as it was sent in, read from what Discord sends of it.

discord.py itself knows only forms that were opened in the same run.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self

import discord

from bot.commands import EXAMPLE, Animate, merged, parse_changes, parse_flags
from bot.discord.desk import Interaction
from engine.errors import InputError
from engine.settings import Settings

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
class FormAnswer:
    """What a user filled in, and what the form was about.

    `uploaded` are the files put into it; `kept` is the number of those that came before it.
    """

    texts: Mapping[str, str]
    uploaded: tuple[discord.Attachment, ...]
    kept: str
    subject: str
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
        known = data.get("resolved", {}).get("attachments", {})
        return cls(
            texts={name: field.get("value") or "" for name, field in fields.items()}
            | {Field.PRESET: next(iter(chosen.get(Field.PRESET, [])), "")},
            uploaded=tuple(
                discord.Attachment(data=known[number], state=interaction._state)
                for number in chosen.get(Field.FILES, [])
            ),
            kept=found["files"],
            subject=found["subject"],
            spoiler=bool(found["spoiler"]),
        )

    def command(self) -> Animate:
        """What was asked for; InputError says what is wrong with it."""
        negative, preset = self._text(Field.NEGATIVE), self._text(Field.PRESET)
        command = merged(
            {
                "prompts": parse_changes(self._text(Field.PROMPTS), like=""),
                "its own field": Animate({"negative_prompt": negative} if negative else {}, preset),
                "settings": parse_flags(self._text(Field.SETTINGS)),
            }
        )
        if "prompts" not in command.values and not command.preset:
            raise InputError("prompts", "there is no prompt", f"write {EXAMPLE}")
        Settings().updated(command.values)  # what is wrong is best told while the words are at hand
        return replace(command, inputs_of=self.subject)

    def as_text(self) -> str:
        """All that was written, to be given back to its user."""
        parts = [f"{name}:\n{text}" for name, text in self.texts.items() if text.strip()]
        return "\n\n".join(parts)

    def _text(self, field: Field) -> str:
        return self.texts.get(field, "").strip()


def _fields(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What was filled in, out of the labels around it."""
    for component in components:
        if "custom_id" in component:
            yield component
        yield from _fields(component.get("components", []))
        yield from _fields([component["component"]] if "component" in component else [])
