"""The inputs of a modal, and what was filled in. A block has the name of what it asks for.

Limits: https://docs.slack.dev/reference/block-kit/block-elements
"""

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from slack_sdk.models.blocks import (
    InputBlock,
    NumberInputElement,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    StaticSelectElement,
)
from slack_sdk.models.blocks.block_elements import FileInputElement, InputInteractiveElement

from bot.language import Language
from engine.errors import InputError
from engine.settings import Settings

LONGEST_TEXT = 3_000
MOST_FILES = 3
_MOST_OPTIONS, _OPTION_LENGTH, _LONGEST_VALUE = 100, 75, 150
_LARGEST = 2**53 - 1  # of which every number is a number in JavaScript as well
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,9})?")
_SETTINGS = Settings.options()
Choice = tuple[str, str]
"""A label, and the value that it stands for."""


def text_input(
    name: str, label: str, filled: str = "", placeholder: str = "", *, multiline: bool = True
) -> InputBlock:
    """A text; InputError where what stands in it is too long for it."""
    if len(filled) > LONGEST_TEXT:
        raise InputError(
            name,
            f"it has {len(filled)} characters, and a form in Slack takes {LONGEST_TEXT}",
            "type them behind /giffusion, or in a message that mentions me",
        )
    element = PlainTextInputElement(
        action_id=name,
        multiline=multiline,
        max_length=LONGEST_TEXT,
        initial_value=filled or None,
        placeholder=placeholder or None,
    )
    return _block(name, label, element)


def file_input(name: str, label: str, hint: str = "", *, optional: bool = True) -> InputBlock:
    """Files to be uploaded."""
    element = FileInputElement(action_id=name, max_files=MOST_FILES)
    return _block(name, label, element, hint, optional=optional)


def selectable(choices: Sequence[Choice]) -> list[Choice]:
    """Those of several choices that a select can offer."""
    fitting = [(text, value) for text, value in choices if 0 < len(value) <= _LONGEST_VALUE]
    return [(text.strip() or value, value) for text, value in fitting[:_MOST_OPTIONS]]


def select(name: str, label: str, choices: Sequence[Choice], filled: str = "") -> InputBlock:
    """One of several choices, or none."""
    options = [
        Option(value=value, text=PlainTextObject(text=_clipped(text))) for text, value in choices
    ]
    chosen = next((option for option in options if option.value == filled), None)
    element = StaticSelectElement(action_id=name, options=options, initial_option=chosen)
    return _block(name, label, element)


def of_setting(setting: str, language: Language, filled: str = "") -> InputBlock:
    """The input that a setting makes: its field's type, bounds and choices, and its words."""
    option = _SETTINGS[setting]
    label = language.name(setting).replace("_", " ").capitalize()
    if option.choices:
        choices = [(language.name(str(choice)), str(choice)) for choice in option.choices]
        return select(setting, label, choices, filled)
    least, most = option.bounds
    decimal = option.type is not int
    element = NumberInputElement(
        action_id=setting,
        is_decimal_allowed=decimal,
        min_value=None if least is None else f"{least:.12g}",
        max_value=f"{min(most or _LARGEST, _LARGEST):.12g}" if decimal else _whole(most),
        initial_value=filled or None,
    )
    return _block(setting, label, element, language.say(option.description))


def fits(setting: str, text: str) -> bool:
    """Whether a setting's text can stand in the input that it makes."""
    option = _SETTINGS[setting]
    if option.choices:
        return text in map(str, option.choices)
    if not _NUMBER.fullmatch(text) or (option.type is int and "." in text):
        return False
    least, most = option.bounds
    number = Fraction(text)
    return (least is None or number >= Fraction(least)) and number <= Fraction(most or _LARGEST)


def filled_in(view: Mapping[str, Any]) -> dict[str, str]:
    """The texts of a modal that was sent in, by their inputs' names; files aside."""
    texts = {}
    for name, element in _elements(view):
        chosen = (element.get("selected_option") or {}).get("value")
        texts[name] = str(element.get("value") or chosen or "")
    return texts


def files_in(view: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The files that were uploaded into an input of a modal."""
    return [file for known, element in _elements(view) if known == name for file in _files(element)]


def _elements(view: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    values = view["state"]["values"]
    return [(name, element) for block in values.values() for name, element in block.items()]


def _files(element: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(element.get("files") or ())


def _block(
    name: str,
    label: str,
    element: InputInteractiveElement | PlainTextInputElement,
    hint: str = "",
    *,
    optional: bool = True,
) -> InputBlock:
    return InputBlock(
        block_id=name, label=label, element=element, hint=hint or None, optional=optional
    )


def _whole(most: float | None) -> str:
    return str(int(min(most or _LARGEST, _LARGEST)))


def _clipped(text: str) -> str:
    return text if len(text) <= _OPTION_LENGTH else text[: _OPTION_LENGTH - 1] + "…"
