"""The shortcut in a message's menu: "Animate with this"."""

from collections.abc import Awaitable, Mapping
from typing import Any

from bot.gestures.forms import Composition, edit, from_prompts
from bot.language import N_
from bot.slack.cards import prompts_in
from bot.slack.desk import Desk, Origin, sentence_of
from bot.slack.forms.composer import open_composer
from bot.slack.reading import job_of
from bot.slack.text import plain, without_mention
from engine.errors import InputError

_TITLE = N_("An animation")


async def take_shortcut(desk: Desk, origin: Origin, body: Mapping[str, Any]) -> None:
    """Open the composer for a message: its files and words, or the animation that it shows."""
    message = body["message"]
    files = tuple(str(file["id"]) for file in message.get("files") or () if file.get("id"))
    try:
        filled = _filled(desk, origin, message)
        await open_composer(desk, origin, body["trigger_id"], filled, files)
    except Exception as error:
        await desk.tell(origin, sentence_of(error))


def _filled(
    desk: Desk, origin: Origin, message: Mapping[str, Any]
) -> Composition | Awaitable[Composition]:
    blocks = message.get("blocks") or []
    if message.get("user") == origin.workspace.bot:
        if job := job_of(blocks):
            return _recalled(desk, job)
        if (prompts := prompts_in(blocks)) is not None:
            return from_prompts(prompts, "")
    words = plain(without_mention(str(message.get("text") or ""), origin.workspace.bot))
    try:
        return from_prompts(words, "")
    except InputError:  # what looks like a flag is somebody's way of writing
        return Composition(_TITLE, words)


async def _recalled(desk: Desk, job: str) -> Composition:
    return edit(await desk.service.recall(job))
