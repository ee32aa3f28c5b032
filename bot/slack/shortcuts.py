"""The shortcut in a message's menu: "Animate with this"."""

from collections.abc import Awaitable, Mapping
from dataclasses import replace
from typing import Any

from bot.gestures.actions import Action
from bot.gestures.forms import Composition, edit, from_prompts
from bot.slack.cards import prompts_in
from bot.slack.desk import Desk, Origin, sentence_of
from bot.slack.forms.composer import open_composer
from bot.slack.forms.modal import TITLE
from bot.slack.reading import job_of, subjects_of
from bot.slack.text import plain, without_mention
from engine.errors import InputError


async def take_shortcut(desk: Desk, origin: Origin, body: Mapping[str, Any]) -> None:
    """Open the composer for a message: its files and words, or the animation that it shows."""
    message = body["message"]
    try:
        filled = _own(desk, message) if message.get("user") == origin.workspace.bot else None
        if filled is not None:
            await open_composer(desk, origin, body["trigger_id"], filled)
            return
        files = [str(file["id"]) for file in message.get("files") or () if file.get("id")]
        filled = _written(origin, message)
        await open_composer(desk, origin, body["trigger_id"], filled, files)
    except Exception as error:
        await desk.tell(origin, sentence_of(error))


def _own(desk: Desk, message: Mapping[str, Any]) -> Composition | Awaitable[Composition] | None:
    """What a message of the bot's shows; None where it shows no animation and no prompts."""
    blocks = message.get("blocks") or []
    if job := job_of(blocks):
        return _recalled(desk, job)
    if (prompts := prompts_in(blocks)) is not None:
        subjects = subjects_of(blocks)
        return from_prompts(prompts, subjects.get(Action.FILL) or "")
    return None


def _written(origin: Origin, message: Mapping[str, Any]) -> Composition:
    """What somebody wrote, as prompts."""
    words = plain(without_mention(str(message.get("text") or ""), origin.workspace.bot))
    try:
        return replace(from_prompts(words, ""), title=TITLE)
    except InputError:  # what looks like a flag is somebody's way of writing
        return Composition(TITLE, words)


async def _recalled(desk: Desk, job: str) -> Composition:
    return edit(await desk.service.recall(job))
