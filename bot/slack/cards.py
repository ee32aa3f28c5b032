"""Cards drawn as Slack messages: Block Kit blocks, and a short text for notifications.

Everything that comes from a user is escaped and `verbatim`, so that a prompt can't ping anybody.
Previews are left out: a block shows a picture from a public address or from a file uploaded to the
workspace. The first doesn't exist for a bot behind Socket Mode; the second would take three calls
and leave one more file behind for every preview, against a limit of about 50 edits a minute.

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
    MarkdownTextObject,
    SectionBlock,
)

from bot.cards import (
    Card,
    ListCard,
    ProgressCard,
    PromptsCard,
    QueuedCard,
    ResultCard,
    TextCard,
    WaitingCard,
)
from bot.gestures.actions import Action
from bot.language import Language, language_of
from bot.slack.buttons import SESSION, button
from bot.slack.text import clip, escape, pieces
from bot.summary import row_words
from engine.durations import about

# A section holds 3,000 characters. Slack refuses a message whose blocks hold more than some 12,000
# in all (msg_blocks_too_long, a limit it doesn't state), so this stays well below that.
SECTION_LENGTH = 3_000
MESSAGE_LENGTH = 9_000
_TITLE_LENGTH = 1_000
_SUMMARY_LENGTH = 300
_NOTES, _NOTE_LENGTH = 10, 500
_BAR_LENGTH = 20
_FENCE = "```"


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """What chat.postMessage and chat.update take: `text` is read out and shown in notifications."""

    text: str
    blocks: list[dict[str, Any]]
    overflow: str | None = None


@dataclass(frozen=True, slots=True)
class Surface:
    """What a card is drawn on: its file is in the thread, or `problem` says why it isn't.

    `picture` is the id of a file in Slack that is shown in the message.
    """

    language: Language
    file_in_thread: bool = False
    problem: str | None = None
    picture: str | None = None


def draw(card: Card, surface: Surface = Surface(language_of(""))) -> SlackMessage:  # noqa: B008
    """The message for a card."""
    message = _draw(card, surface)
    if surface.picture:
        image = {
            "type": "image",
            "slack_file": {"id": surface.picture},
            "alt_text": "preview",
        }
        return SlackMessage(message.text, [*message.blocks[:2], image, *message.blocks[2:]])
    return message


def _draw(card: Card, surface: Surface) -> SlackMessage:
    match card:
        case ResultCard():
            return draw_result(card, surface.problem)
        case PromptsCard():
            there = "The picture is in the thread." if surface.file_in_thread else None
            return draw_prompts(card, surface.problem or there)
        case QueuedCard():
            return _draw_queued(card)
        case ProgressCard():
            return _draw_progress(card)
        case ListCard():
            return _draw_list(card)
        case WaitingCard():
            card = TextCard(card.text)
    return _draw_text(card)


def draw_result(card: ResultCard, problem: str | None) -> SlackMessage:
    """The message for a finished job; `problem` says why the animation isn't in the thread."""
    done = f"Done in {_duration(card.seconds)}. "
    outcome = done + (escape(problem) if problem else "The animation is in the thread.")
    details = " · ".join(f"*{escape(name)}* {escape(value)}" for name, value in card.details)
    blocks: list[Block] = [_title(card.title), _section(outcome)]
    if details:
        blocks.append(_context(details))
    if card.local_link:
        blocks.append(_context("The session opens on the service's own machine only."))
    button = ButtonElement(text="Open session", url=card.link, action_id=SESSION)
    return _message(outcome, [*blocks, ActionsBlock(elements=[button])])


def draw_prompts(card: PromptsCard, outcome: str | None) -> SlackMessage:
    """The message for prompts; `outcome` says what became of their picture, if there is one."""
    # Nothing is formatted inside a block of code, which ends at the next backticks.
    to_copy = clip(escape(card.to_copy.replace("`", "'").strip()), MESSAGE_LENGTH // 2)
    text = clip(escape(card.text.strip()), MESSAGE_LENGTH - len(to_copy)) or "…"
    code = pieces(to_copy, SECTION_LENGTH - 2 * len(_FENCE))
    blocks: list[Block] = [
        *(_section(part) for part in pieces(text, SECTION_LENGTH)),
        *(_section(f"{_FENCE}{part}{_FENCE}") for part in code),
        *([_context(clip(escape(outcome), _NOTE_LENGTH))] if outcome else []),
    ]
    return _message(text, blocks)


def _draw_queued(card: QueuedCard) -> SlackMessage:
    if card.position <= 1:
        place = "Waiting: next in the queue"
    else:
        place = f"Waiting: place {card.position} in the queue, {card.position - 1} before it"
    if card.seconds is not None:
        place += f", starts in {about(card.seconds)}"
    place += "."
    remarks = [note for note in card.notes if note.strip()]
    notes = [_context(clip(escape(note), _NOTE_LENGTH)) for note in remarks[:_NOTES]]
    return _message(place, [_title(card.title), _section(place), *notes, _buttons(card)])


def _draw_progress(card: ProgressCard) -> SlackMessage:
    share = min(1.0, card.done / card.frames) if card.frames else 0.0
    full = round(share * _BAR_LENGTH)
    state = f"{card.done} of {card.frames} frames"
    if card.seconds_left is not None:
        state += f" · about {_duration(card.seconds_left)} left"
    bar = "█" * full + "░" * (_BAR_LENGTH - full)
    blocks = [_title(card.title), _section(f"`{bar}`  {state}"), _buttons(card)]
    return _message(f"Rendering: {state}", blocks)


def _draw_list(card: ListCard) -> SlackMessage:
    rows = [f"*{escape(title)}* {escape(text)}" for title, text in map(row_words, card.rows)]
    text = clip("\n".join([*rows, escape(card.note)]).strip(), MESSAGE_LENGTH)
    sections = [_section(part) for part in pieces(text, SECTION_LENGTH)] if text else []
    return _message(card.title, [_title(card.title), *sections])


def _draw_text(card: TextCard) -> SlackMessage:
    text = clip(escape(card.text.strip()), MESSAGE_LENGTH) or "…"
    if card.error:
        text = f":warning: {text}"
    return _message(text, [_section(part) for part in pieces(text, SECTION_LENGTH)])


def _message(summary: str, blocks: Sequence[Block]) -> SlackMessage:
    return SlackMessage(clip(summary, _SUMMARY_LENGTH), [block.to_dict() for block in blocks])


def _title(title: str) -> Block:
    return _section(clip(escape(title.strip()), _TITLE_LENGTH) or "Giffusion")


def _section(text: str) -> Block:
    return SectionBlock(text=_words(text))


def _context(text: str) -> Block:
    return ContextBlock(elements=[_words(text)])


def _words(text: str) -> MarkdownTextObject:
    return MarkdownTextObject(text=clip(text, SECTION_LENGTH), verbatim=True)


def _buttons(card: QueuedCard | ProgressCard) -> Block:
    english = language_of("")
    cancel = button(Action.CANCEL, card.job, english)
    if not isinstance(card, ProgressCard) or not card.can_be_kept:
        return ActionsBlock(elements=[cancel])
    return ActionsBlock(elements=[button(Action.KEEP, card.job, english), cancel])


def _duration(seconds: float) -> str:
    whole = max(1, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"
