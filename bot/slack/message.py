"""What a Slack message of the bot is made of: Block Kit blocks, and a text for notifications.

Everything that comes from a user is escaped and `verbatim`, so that a prompt can't ping anybody.

Limits: https://docs.slack.dev/reference/block-kit/blocks
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    ImageBlock,
    MarkdownTextObject,
    SectionBlock,
)
from slack_sdk.models.blocks.basic_components import SlackFile

from bot.language import Language
from bot.slack.text import clip, escape

# A section holds 3,000 characters. Slack refuses a message whose blocks hold more than some 12,000
# in all (msg_blocks_too_long, a limit it doesn't state), so this stays well below that.
SECTION_LENGTH = 3_000
MESSAGE_LENGTH = 9_000
_SUMMARY_LENGTH = 300
_TITLE_LENGTH = 1_000
_ALT_LENGTH = 2_000


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """What chat.postMessage and chat.update take: `text` is read out and shown in notifications.

    `overflow` is a text that is too long for it, as a whole.
    """

    text: str
    blocks: list[dict[str, Any]]
    overflow: str | None = None


@dataclass(frozen=True, slots=True)
class Surface:
    """What a card is drawn on, for readers of `language`.

    Its file is in the message's thread, or isn't for the reason that `problem` says. `picture` is
    the id of a file in Slack that the message shows.
    """

    language: Language
    file_in_thread: bool = False
    problem: str | None = None
    picture: str | None = None


def message(summary: str, blocks: Sequence[Block], overflow: str | None = None) -> SlackMessage:
    """A message of these blocks; `summary` is in Slack's markup."""
    drawn = [block.to_dict() for block in blocks]
    return SlackMessage(clip(summary, _SUMMARY_LENGTH) or "…", drawn, overflow)


def title(text: str) -> Block:
    """A user's words as the first line."""
    return section(f"*{clip(escape(' '.join(text.split())), _TITLE_LENGTH) or 'Giffusion'}*")


def section(text: str, button: ButtonElement | None = None) -> Block:
    """A paragraph in Slack's markup, and a button beside it."""
    return SectionBlock(text=_words(text), accessory=button)


def context(text: str) -> Block:
    """A line in small letters, in Slack's markup."""
    return ContextBlock(elements=[_words(text)])


def actions(buttons: Sequence[ButtonElement]) -> Block:
    """Buttons below a message."""
    return ActionsBlock(elements=list(buttons))


def picture(file: str, alt: str) -> Block:
    """A picture that is a file in Slack."""
    return ImageBlock(slack_file=SlackFile(id=file), alt_text=alt[:_ALT_LENGTH])


def _words(text: str) -> MarkdownTextObject:
    return MarkdownTextObject(text=clip(text, SECTION_LENGTH), verbatim=True)
