"""Cards as the browser gets them: plain JSON, drawn by `static/cards.js`."""

from pydantic import JsonValue

from bot.port import Card, ProgressCard, QueuedCard, ResultCard, TextCard


def card_json(card: Card) -> dict[str, JsonValue]:
    """A card's fields under its `kind`. A preview travels apart, as a picture."""
    match card:
        case QueuedCard():
            return {
                "kind": "queued",
                "job": card.job,
                "title": card.title,
                "position": card.position,
            }
        case ProgressCard():
            return {
                "kind": "progress",
                "job": card.job,
                "title": card.title,
                "done": card.done,
                "frames": card.frames,
                "seconds_left": card.seconds_left,
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
        case TextCard():
            return {"kind": "text", "text": card.text, "error": card.error}
