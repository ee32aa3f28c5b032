"""What Slack would refuse in a message: block limits, wrong types, pings."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

BLOCKS = 50
ALL_TEXT = 12_000
TEXT = 4_000


def message_problems(text: str, blocks: list[dict[str, Any]]) -> list[str]:
    """Everything that is wrong with a message, in words; empty for one that Slack takes."""
    problems = [problem for block in blocks for problem in block_problems(block)]
    if len(blocks) > BLOCKS:
        problems.append(f"{len(blocks)} blocks")
    if not text or len(text) > TEXT:
        problems.append(f"a text of {len(text)} characters")
    texts = [found for block in blocks for found in texts_of(block)]
    if sum(map(len, texts)) > ALL_TEXT:
        problems.append("msg_blocks_too_long")
    in_markup = [text, *(found for block in blocks for found in texts_of(block, ("mrkdwn",)))]
    if any(ping in words for words in in_markup for ping in ("<@", "<!")):
        problems.append("a ping")
    return problems


def texts_of(part: Any, kinds: Sequence[str] = ("mrkdwn", "plain_text")) -> list[str]:
    """Every text of these kinds in a block, however deep."""
    if isinstance(part, list):
        return [text for item in part for text in texts_of(item, kinds)]
    if not isinstance(part, dict):
        return []
    own = [part["text"]] if part.get("type") in kinds else []
    return own + [text for value in part.values() for text in texts_of(value, kinds)]


def block_problems(block: dict[str, Any]) -> list[str]:
    """Everything that is wrong with one block."""
    parsed = Block.parse(block)
    if parsed is None:
        return [f"no block: {block}"]
    problems = []
    try:
        parsed.validate_json()
        for element in getattr(parsed, "elements", None) or []:
            element.validate_json()
    except SlackObjectFormationError as error:
        problems.append(str(error))
    if any(not text.strip() or len(text) > 3_000 for text in texts_of(block)):
        problems.append("a text object of no or more than 3,000 characters")
    names = [element.get("action_id") for element in block.get("elements") or []]
    if block["type"] == "actions" and len(set(names)) < len(names):
        problems.append("two elements of the same name")
    return problems
