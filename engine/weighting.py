"""Weights written for other programs, in the way this one reads them.

Most people learned to weight words as `(cat:1.3)`, from the AUTOMATIC1111 web UI; Compel, which
weights them here, writes `(cat)1.3`.
"""

import re

_WEIGHT = re.compile(r"\((?P<words>[^()|:\n]+):\s*(?P<weight>\d{1,2}(?:\.\d{1,4})?|\.\d{1,4})\s*\)")
_LARGEST = 10


def translate_weights(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with its weights as Compel writes them, and a remark on each that was changed.

    What only looks like a weight, as the time in `(at 10:30)`, stays: none is above 10.
    """
    remarks: dict[str, None] = {}

    def translate(found: re.Match[str]) -> str:
        if float(found["weight"]) > _LARGEST:
            return found[0]
        translated = f"({found['words'].strip()}){found['weight']}"
        remarks[f"{found[0]} was read as {translated}, the way to weight words here"] = None
        return translated

    return _WEIGHT.sub(translate, text), tuple(remarks)
