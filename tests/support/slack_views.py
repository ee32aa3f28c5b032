"""The modals and App Homes of a loopback Slack, and what Slack would refuse in them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.views import View

from tests.support.slack_rules import block_problems, texts_of

TRIGGER_SECONDS = 3.0
_BLOCKS, _METADATA, _TITLE, _ID, _LABEL, _TYPED = 100, 3_000, 24, 255, 2_000, 3_000
_OPTIONS, _OPTION_TEXT, _OPTION_VALUE, _FILES = 100, 75, 150, 10


@dataclass
class OpenView:
    """A modal that somebody has before them."""

    id: str
    view: dict[str, Any]
    user: str

    @property
    def text(self) -> str:
        """Everything that can be read in it."""
        return json.dumps(self.view, ensure_ascii=False)

    def described(self) -> dict[str, Any]:
        """The view as payloads tell of it."""
        return {**self.view, "id": self.id, "hash": f"hash.{self.id}", "root_view_id": self.id}


class SlackViews:
    """What is open and published. `triggers` are those of the last seconds, by whom."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.open: dict[str, OpenView] = {}
        self.homes: dict[str, dict[str, Any]] = {}
        self.problems: list[str] = []
        self.triggers: dict[str, tuple[float, str]] = {}
        self._used: set[str] = set()
        self._numbers = count(1)
        self._now = now
        self.methods: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "views.open": self._open,
            "views.push": self._open,
            "views.update": self._update,
            "views.publish": self._publish,
        }

    def trigger(self, name: str, user: str) -> str:
        """Somebody did something by which a view may be opened for three seconds."""
        self.triggers.setdefault(name, (self._now(), user))
        return name

    def _open(self, arguments: dict[str, Any]) -> dict[str, Any]:
        trigger = arguments["trigger_id"]
        if trigger not in self.triggers:
            return {"error": "invalid_trigger_id"}
        since, user = self.triggers[trigger]
        if trigger in self._used:
            return {"error": "exchanged_trigger_id"}
        if self._now() - since > TRIGGER_SECONDS:
            return {"error": "expired_trigger_id"}
        view = self._checked(arguments, "modal")
        if view is None:
            return {"error": "invalid_arguments"}
        self._used.add(trigger)
        opened = OpenView(f"V{next(self._numbers):06}", view, user)
        self.open[opened.id] = opened
        return {"view": opened.described()}

    def _update(self, arguments: dict[str, Any]) -> dict[str, Any]:
        opened = self.open.get(arguments.get("view_id") or "")
        if opened is None:
            return {"error": "not_found"}
        view = self._checked(arguments, "modal")
        if view is None:
            return {"error": "invalid_arguments"}
        opened.view = view
        return {"view": opened.described()}

    def _publish(self, arguments: dict[str, Any]) -> dict[str, Any]:
        view = self._checked(arguments, "home")
        if view is None:
            return {"error": "invalid_arguments"}
        self.homes[arguments["user_id"]] = view
        return {"view": view}

    def _checked(self, arguments: dict[str, Any], kind: str) -> dict[str, Any] | None:
        view = arguments["view"]
        view = json.loads(view) if isinstance(view, str) else dict(view)
        problems = view_problems(view, kind)
        self.problems += problems
        for number, block in enumerate(view.get("blocks", [])):
            block.setdefault("block_id", f"v{number}")
        return None if problems else view


def view_problems(view: dict[str, Any], kind: str) -> list[str]:
    """Everything that Slack would refuse in a view; empty for one that it takes."""
    blocks = view.get("blocks") or []
    problems = [problem for block in blocks for problem in block_problems(block)]
    problems += [problem for block in blocks for problem in _input_problems(block)]
    if view.get("type") != kind:
        problems.append(f"a view of type {view.get('type')}")
    if not 1 <= len(blocks) <= _BLOCKS:
        problems.append(f"{len(blocks)} blocks in a view")
    if len(view.get("private_metadata") or "") > _METADATA:
        problems.append("private_metadata of more than 3,000 characters")
    if len(view.get("callback_id") or "") > _ID:
        problems.append("a callback_id of more than 255 characters")
    ids = [block["block_id"] for block in blocks if block.get("block_id")]
    if len(ids) != len(set(ids)):
        problems.append("a block_id twice")
    problems += _modal_problems(view, blocks) if kind == "modal" else []
    if kind == "home" and (view.get("submit") or view.get("title")):
        problems.append("a home with a title or submit")
    try:
        View(**view).validate_json()
    except SlackObjectFormationError as error:
        problems.append(str(error))
    return problems


def _modal_problems(view: dict[str, Any], blocks: list[dict[str, Any]]) -> list[str]:
    problems = []
    for name in ("title", "submit", "close"):
        words = view.get(name)
        if words is None and name != "title":
            continue
        text = (words or {}).get("text", "")
        if (words or {}).get("type") != "plain_text" or not 1 <= len(text) <= _TITLE:
            problems.append(f"{name} {text!r}")
    if any(block.get("type") == "input" for block in blocks) and not view.get("submit"):
        problems.append("inputs without submit")
    return problems


def _input_problems(block: dict[str, Any]) -> list[str]:
    if block.get("type") != "input":
        return []
    element = block["element"]
    problems = []
    for name in ("label", "hint"):
        if len((block.get(name) or {}).get("text", "")) > _LABEL:
            problems.append(f"a long {name}")
    if len((element.get("placeholder") or {}).get("text", "")) > 150:
        problems.append("a long placeholder")
    match element["type"]:
        case "plain_text_input":
            longest = min(element.get("max_length") or _TYPED, _TYPED)
            if len(element.get("initial_value") or "") > longest:
                problems.append("an initial_value that is too long")
            if (element.get("max_length") or 1) > _TYPED:
                problems.append("max_length over 3,000")
        case "number_input":
            problems += _number_problems(element)
        case "static_select" | "radio_buttons" | "checkboxes" | "multi_static_select":
            problems += _option_problems(element)
        case "file_input":
            if not 1 <= element.get("max_files", _FILES) <= _FILES:
                problems.append("max_files")
    return problems


def _number_problems(element: dict[str, Any]) -> list[str]:
    if "is_decimal_allowed" not in element:
        return ["a number_input without is_decimal_allowed"]
    texts = {name: element.get(name) for name in ("min_value", "max_value", "initial_value")}
    if any(text is not None and not isinstance(text, str) for text in texts.values()):
        return ["numbers that are no texts"]
    numbers = {name: float(text) for name, text in texts.items() if text is not None}
    initial = numbers.get("initial_value")
    if initial is None:
        return []
    low, high = numbers.get("min_value", initial), numbers.get("max_value", initial)
    if not low <= initial <= high:
        return [f"{initial} out of bounds"]
    if not element["is_decimal_allowed"] and "." in (texts["initial_value"] or ""):
        return ["a fraction where none is allowed"]
    return []


def _option_problems(element: dict[str, Any]) -> list[str]:
    options = list(element.get("options") or [])
    for group in element.get("option_groups") or []:
        options += group["options"]
    problems = []
    if not 1 <= len(options) <= _OPTIONS:
        problems.append(f"{len(options)} options")
    for option in options:
        if len(option["text"]["text"]) > _OPTION_TEXT or not texts_of(option):
            problems.append(f"an option's text: {option['text']['text']!r}")
        if not 1 <= len(option["value"]) <= _OPTION_VALUE:
            problems.append(f"an option's value: {option['value']!r}")
    initial = element.get("initial_option")
    chosen = [initial] if initial else element.get("initial_options") or []
    if any(option not in options for option in chosen):
        problems.append("an initial option that is none of the options")
    return problems
