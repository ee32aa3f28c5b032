"""The settings reference: docs/settings.md, and the README's short list. `make docs` writes both.

Which tests hold a setting and what its strip of frames shows is handed in by the tests.
"""

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from engine.options import Option
from engine.settings import Settings

README = Path(__file__).resolve().parent.parent / "README.md"
_BEGIN = "<!-- settings: made by `make docs` -->\n"
_END = "<!-- end of settings -->\n"
MOST_USED = (
    "negative_prompt",
    "model",
    "seed",
    "steps",
    "guidance_scale",
    "strength",
    "frames",
    "interpolation",
    "zoom",
    "coherence_scale",
    "format",
    "fps",
    "loop",
)
"""The settings that the README lists."""
_INTRODUCTION = """\
# Every setting

A flag's value goes on until the next flag; `on` may be left out, and `--no-loop` is `--loop off`.
A schedule is a number, or numbers over the frames like `0: (1.0), 30: (1.05)`.

The strips are drawn by the built-in model: the rows differ in that setting alone, and show frames
from the first to the last, evenly picked; point at a strip for its first row's command. Settings
without one (—) need other models, or change what pictures can't show. Each strip is rendered anew
and compared by [a test](../tests/settings/test_strips.py), with seed 3 and 8 steps where nothing
else is said. Beside each setting stand the other tests that hold it to its meaning.
`make docs` runs them all, lists those that pass and writes this page.
"""
_WIDTH = 440
"""Pixels at which the page shows a strip."""


@dataclass(frozen=True)
class Strip:
    """A strip of frames: its file as the page links it, and what its rows show from the top.

    `command` is what the first row was made with.
    """

    file: str
    rows: tuple[str, ...]
    command: str


def settings_page(held: Mapping[str, Sequence[str]], strips: Mapping[str, Strip]) -> str:
    """docs/settings.md: every setting by its group. `held` gives the tests' ids by setting."""
    parts = [_INTRODUCTION]
    for group, info in Settings.model_fields.items():
        names = info.default.__class__.model_fields
        rows = [_page_row(name, held.get(name, ()), strips.get(name)) for name in names]
        heads = ("flag", "what it does", "value", "default", "strip", "held by")
        title = f"## {group.capitalize()}\n\n{info.default.__class__.__doc__}\n"
        parts.append(f"{title}\n{_table(heads, rows)}")
    return "\n".join(parts)


def with_reference(readme: str) -> str:
    """The README's text with the list between its marks brought up to date."""
    before, _, rest = readme.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return before + _BEGIN + short_list() + _END + after


def short_list() -> str:
    """The most used settings as a table, and where all of them are."""
    options = Settings.options()
    rows = [_words(options[name]) for name in MOST_USED]
    table = _table(("flag", "what it does", "value", "default"), rows)
    count = len(options) - len(MOST_USED)
    return f"{table}\n[{count} more, each with pictures](docs/settings.md).\n"


def _words(option: Option) -> tuple[str, ...]:
    flag = "the text before the flags" if option.name == "prompts" else f"`{option.flag}`"
    return flag, option.description, option.expected, option.default


def _page_row(name: str, tests: Sequence[str], strip: Strip | None) -> tuple[str, ...]:
    words = _words(Settings.options()[name])
    return (*words, _shown(name, strip), "<br>".join(_linked(test) for test in tests))


def _shown(name: str, strip: Strip | None) -> str:
    if strip is None:
        return "—"
    rows = "<br>".join(f"`{row}`" for row in strip.rows)
    said, made = html.escape("; ".join(strip.rows)), html.escape(strip.command)
    image = f'<img src="{strip.file}" width="{_WIDTH}" alt="{name}: {said}" title="{made}">'
    return f"{image}<br>{rows}"


def _linked(test: str) -> str:
    """A test's id as a link: the file, and the sentence that its name is."""
    file, _, function = test.partition("::")
    sentence = function.rpartition("::")[2].removeprefix("test_").replace("_", " ")
    return f"[{PurePosixPath(file).name}: {sentence}](../{file})"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for row in rows:
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |")
    return "\n".join(lines) + "\n"
