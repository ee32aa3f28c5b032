"""What a Slack message of the bot is made of: Block Kit blocks, and a text for notifications.

Slack's markup can't be escaped: what comes from users stands in `plain_text`, which shows `*` and
`_` as they were typed and can't ping anybody. Where it must stand in markup, it is `verbatim` and
what `as_typed` makes of it.

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
    HeaderBlock,
    ImageBlock,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)
from slack_sdk.models.blocks.basic_components import SlackFile, TextObject

from bot.language import Language
from bot.slack.text import clip, pieces

# A section holds 3,000 characters. Slack refuses a message whose blocks hold more than some 12,000
# in all (msg_blocks_too_long, a limit it doesn't state), so this stays well below that.
SECTION_LENGTH = 3_000
MESSAGE_LENGTH = 9_000
_SUMMARY_LENGTH = 300
_TITLE_LENGTH = 150
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
    words = clip(" ".join(text.split()), _TITLE_LENGTH) or "Giffusion"
    return HeaderBlock(text=_plain(words))


def section(text: str, button: ButtonElement | None = None) -> Block:
    """A paragraph in Slack's markup, and a button beside it."""
    return SectionBlock(text=_markup(text), accessory=button)


def paragraphs(text: str) -> list[Block]:
    """Words as they are written, in as many sections as it takes."""
    parts = pieces(text, SECTION_LENGTH)
    return [SectionBlock(text=_plain(part)) for part in parts if part.strip()]


def context(text: str) -> Block:
    """Small letters in Slack's markup."""
    return ContextBlock(elements=[_markup(text)])


def plain_context(text: str) -> Block:
    """Small letters, as they are written."""
    return ContextBlock(elements=[_plain(text)])


def actions(buttons: Sequence[ButtonElement]) -> Block:
    """Buttons below a message."""
    return ActionsBlock(elements=list(buttons))


def picture(file: str, alt: str) -> Block:
    """A picture that is a file in Slack."""
    return ImageBlock(slack_file=SlackFile(id=file), alt_text=clip(alt, _ALT_LENGTH) or "…")


def _markup(text: str) -> TextObject:
    return MarkdownTextObject(text=clip(text, SECTION_LENGTH), verbatim=True)


def _plain(text: str) -> TextObject:
    return PlainTextObject(text=clip(text, SECTION_LENGTH), emoji=True)
