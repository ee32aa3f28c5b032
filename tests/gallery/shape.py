"""What is drawn of a payload is all that there is to see in it."""

from collections.abc import Collection, Mapping
from typing import Any


def check_parts(what: str, payload: Mapping[str, Any], known: Collection[str]) -> None:
    """LookupError names a part that isn't known, unless it is empty."""
    for name, value in payload.items():
        if name not in known and value not in (None, [], {}, "", False, 0):
            raise LookupError(f"{what} can't be drawn with its {name}")
