"""Cards drawn as Slack messages, and what their readers see."""

from pathlib import Path
from typing import Any

from bot.cards import Card, PromptsCard, ResultCard
from bot.language import language_of
from bot.slack import cards
from bot.slack.message import SlackMessage, Surface
from tests.support.slack_cards import JOB
from tests.support.slack_rules import texts_of

LINK = f"https://bot.example/s/{JOB}"
RESULT = ResultCard(JOB, "a fox", Path(__file__), (("seed", "42"),), LINK, False, 75.0)
PROMPTS = PromptsCard("3 keyframes", "0: … | 12: …")


def draw(card: Card, locale: str = "en-US", **surface: Any) -> SlackMessage:
    """A card as the message that readers of a locale get."""
    return cards.draw(card, Surface(language_of(locale), **surface))


def read(message: SlackMessage) -> str:
    """All of a message's texts, those on its buttons as well."""
    return "\n".join(texts_of(message.blocks))


def button(message: SlackMessage, label: str) -> dict[str, Any]:
    """The button with this label, less its emoji."""
    (found,) = [one for one in _buttons(message) if one["text"]["text"].endswith(label)]
    return found


def labels(message: SlackMessage) -> list[str]:
    """What stands on a message's buttons, in their order."""
    return [one["text"]["text"] for one in _buttons(message)]


def pictures(message: SlackMessage) -> list[tuple[str, str]]:
    """The pictures that a message shows: ids of files in Slack, and what they show in words."""
    images = [block for block in message.blocks if block["type"] == "image"]
    return [(image["slack_file"]["id"], image["alt_text"]) for image in images]


def _buttons(message: SlackMessage) -> list[dict[str, Any]]:
    elements = [
        element
        for block in message.blocks
        for element in (*block.get("elements", []), block.get("accessory") or {})
    ]
    return [element for element in elements if element.get("type") == "button"]
