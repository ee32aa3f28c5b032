"""Cards as the browser gets them: plain JSON, drawn by `static/cards.js`."""

from pydantic import JsonValue

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
from bot.summary import row_words
from engine.durations import about


def card_json(card: Card) -> dict[str, JsonValue]:
    """A card's fields under its `kind`. Pictures travel apart."""
    match card:
        case QueuedCard() | ProgressCard() | ResultCard():
            return _job_json(card)
        case WaitingCard():
            return {"kind": "waiting", "text": card.text}
        case PromptsCard():
            return {
                "kind": "prompts",
                "text": card.text,
                "to_copy": card.to_copy,
                "alt": card.alt,
            }
        case ListCard():
            rows: list[JsonValue] = [
                {"title": title, "text": text} for title, text in map(row_words, card.rows)
            ]
            return {"kind": "list", "title": card.title, "rows": rows, "note": card.note}
        case TextCard():
            return {"kind": "text", "text": card.text, "error": card.error}


def _job_json(card: QueuedCard | ProgressCard | ResultCard) -> dict[str, JsonValue]:
    match card:
        case QueuedCard():
            return {
                "kind": "queued",
                "job": card.job,
                "title": card.title,
                "position": card.position,
                "wait": None if card.seconds is None else about(card.seconds),
            }
        case ProgressCard():
            return {
                "kind": "progress",
                "job": card.job,
                "title": card.title,
                "done": card.done,
                "frames": card.frames,
                "seconds_left": card.seconds_left,
                "can_be_kept": card.can_be_kept,
            }
        case ResultCard():
            return {
                "kind": "result",
                "job": card.job,
                "title": card.title,
                "format": card.file.suffix.removeprefix("."),
                "details": [list(detail) for detail in card.details],
                "link": card.link,
                "local_link": card.local_link,
                "seconds": card.seconds,
            }
