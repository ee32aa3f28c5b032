"""The modals of the bot, as its users see them in a loopback Slack."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.slack_adapter import SlackAdapter
from tests.support.slack_server import LoopbackSlack, eventually
from tests.support.slack_views import OpenView

PROMPTS = "0: a red circle\n24: a blue star"
Restart = Callable[[], Awaitable[SlackAdapter]]
"""The fixture `restart`."""


def form(slack: LoopbackSlack) -> OpenView:
    """The modal that stands open."""
    (opened,) = slack.views.open.values()
    return opened


async def opened(slack: LoopbackSlack) -> OpenView:
    """The composer, once it is there and filled in."""
    await eventually(lambda: slack.views.open and "prompts" in inputs_of(form(slack)))
    return form(slack)


def inputs_of(view: OpenView) -> dict[str, dict[str, Any]]:
    """Its inputs by the ids of their blocks."""
    blocks = [block for block in view.view["blocks"] if block["type"] == "input"]
    return {block["block_id"]: block for block in blocks}


def filled_in(view: OpenView) -> dict[str, str]:
    """What stands in its inputs; empty ones aside."""
    texts = {}
    for name, block in inputs_of(view).items():
        element = block["element"]
        chosen = (element.get("initial_option") or {}).get("value")
        if text := element.get("initial_value") or chosen:
            texts[name] = text
    return texts


def about_files(view: OpenView) -> str:
    """What is said below the input for files."""
    return str(inputs_of(view)["files"]["hint"]["text"])


def errors_in(answer: dict[str, Any]) -> dict[str, str]:
    """The errors by which a form was sent back."""
    assert answer["payload"]["response_action"] == "errors"
    errors: dict[str, str] = answer["payload"]["errors"]
    return errors
