"""Writes the README's settings reference from the settings themselves: `make docs`."""

import sys
from pathlib import Path

from engine.settings import Settings

README = Path(__file__).resolve().parent.parent / "README.md"
_BEGIN = "<!-- settings: made by `make docs` -->\n"
_END = "<!-- end of settings -->\n"


def reference() -> str:
    """The settings as a Markdown table, one row a flag, in the order of their groups."""
    rows = ["| flag | what it does | value | default |", "|---|---|---|---|"]
    for name, option in Settings.options().items():
        if name != "prompts":
            cells = (f"`{option.flag}`", option.description, option.expected, option.default)
            rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(rows) + "\n"


def with_reference(readme: str) -> str:
    """The README's text with the reference between its marks brought up to date."""
    before, _, rest = readme.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return before + _BEGIN + reference() + _END + after


if __name__ == "__main__":
    README.write_text(with_reference(README.read_text()))
    sys.stdout.write(f"{README.name}: settings reference written\n")
