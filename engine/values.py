"""What settings hold besides numbers and schedules: lists of names, JSON objects, rates, sizes."""

import json
import math
import re
from functools import partial
from typing import Any, NamedTuple

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

_NAME = re.compile(r"(?P<name>[\w.+-]{1,80})(?:\s*:\s*(?P<weight>-?\d{1,3}(?:\.\d{1,6})?))?")
_MOST_NAMES = 16
_LONGEST_JSON = 10_000
_STRAIGHT = str.maketrans("“”„", '"""')
_SIZES = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "kib": 2**10, "mib": 2**20}
_SIZE = re.compile(r"(?P<number>\d{1,12}(?:\.\d{1,6})?)\s*(?P<unit>[kKmM]?[iI]?[bB]?)")


class Weighted(NamedTuple):
    """A name out of the operator's lists, and how much of it."""

    name: str
    weight: float


class NameList:
    """Names in order, each with a weight: `canny, depth:0.5`. Without one it is 1.

    `text` is what it was written as; equal texts are equal lists.
    """

    def __init__(self, text: str = "") -> None:
        self.text = text.strip()
        self.entries = tuple(_weighted(part.strip()) for part in self.text.split(",") if self.text)
        if len(self.entries) > _MOST_NAMES:
            raise ValueError(f"{len(self.entries)} names; the most is {_MOST_NAMES}")

    @property
    def names(self) -> tuple[str, ...]:
        """The names alone."""
        return tuple(entry.name for entry in self.entries)

    def __bool__(self) -> bool:
        return bool(self.entries)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NameList) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"NameList({self.text!r})"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Settings hold lists as themselves and save them as the text they were written as."""
        return core_schema.no_info_plain_validator_function(
            _name_list,
            serialization=core_schema.plain_serializer_function_ser_schema(lambda n: n.text),
            json_schema_input_schema=core_schema.str_schema(),
        )


def _name_list(value: object) -> NameList:
    if isinstance(value, NameList):
        return value
    if isinstance(value, str):
        return NameList(value)
    raise ValueError(f"names are a text, not {type(value).__name__}")


def _weighted(text: str) -> Weighted:
    found = _NAME.fullmatch(text)
    if not found:
        raise ValueError(f"can't read {text[:40]!r}; write names like canny, depth:0.5")
    return Weighted(found["name"], float(found["weight"] or 1))


def json_object(value: object) -> object:
    """A JSON object's text as a dictionary; anything else as it is. ValueError if it is no JSON."""
    if not isinstance(value, str):
        return value
    if len(value) > _LONGEST_JSON:
        raise ValueError(f"it has {len(value)} characters; the most is {_LONGEST_JSON}")
    try:
        content = _json(value or "{}")
    except (ValueError, RecursionError) as error:
        raise ValueError(f'it is no JSON ({error}); write it like {{"name": 0.5}}') from None
    if not isinstance(content, dict):
        raise ValueError('it is no JSON object; write it like {"name": 0.5}')
    return content


def _json(text: str) -> object:
    """JSON of finite numbers, also with the quotes that phones type."""
    read = partial(json.loads, parse_constant=_finite, parse_float=_finite)
    try:
        return read(text)
    except ValueError:
        if text == (straight := text.translate(_STRAIGHT)):
            raise
        return read(straight)


def _finite(written: str) -> float:
    if not math.isfinite(number := float(written)):
        raise ValueError(f"{written[:40]} is no number")
    return number


def plain_rate(value: object) -> object:
    """Only plain decimals and fractions: `Fraction("1e999999999")` would compute for hours.

    They are long enough for every rate of nine decimals to be read again as the fraction it is.
    """
    if isinstance(value, str) and not re.fullmatch(
        r"\d{1,18}(\.\d{1,9})?(/\d{1,18})?", value.strip()
    ):
        raise ValueError("not a frame rate")
    return value


def bytes_of(value: object) -> object:
    """A size such as `8MB`, `500 kB` or `2MiB` in bytes; anything but a text as it is."""
    if not isinstance(value, str):
        return value
    found = _SIZE.fullmatch(value.strip())
    factor = _SIZES.get(found["unit"].lower()) if found else None
    if not found or factor is None:
        raise ValueError("not a size; write it like 8MB or 500kB")
    return math.floor(float(found["number"]) * factor)
