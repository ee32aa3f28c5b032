"""What a message of the bot is about, read from its blocks: nothing else need be kept."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.gestures.actions import Action, job_among
from bot.slack.buttons import read_button


def subjects_of(blocks: Iterable[Mapping[str, Any]]) -> dict[Action, str]:
    """What each of a message's buttons is about."""
    elements = (
        element
        for block in blocks
        for element in (*(block.get("elements") or ()), block.get("accessory") or {})
    )
    return dict(read for read in map(read_button, elements) if read)


def job_of(blocks: Iterable[Mapping[str, Any]]) -> str | None:
    """The job whose animation a message shows; None where it shows none."""
    return job_among(subjects_of(blocks))
