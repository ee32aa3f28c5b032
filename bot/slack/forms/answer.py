"""The composer's modal as it was sent in."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.commands import Animate
from bot.gestures.form_answer import FormAnswer
from bot.slack.attachments import find_attachments
from bot.slack.desk import Desk, Origin
from bot.slack.forms.composer import CHOSEN, NATIVE
from bot.slack.forms.inputs import files_in, filled_in
from bot.slack.forms.subject import Subject
from engine.errors import InputError

View = Mapping[str, Any]
_OWN = ("negative_prompt", *NATIVE, *CHOSEN)
_LONGEST_ERROR = 2_000


def read_answer(view: View) -> Animate:
    """What was asked for; InputError says what is wrong with it."""
    texts = filled_in(view)
    return FormAnswer(
        prompts=texts.get("prompts", ""),
        settings=texts.get("settings", ""),
        preset=texts.get("preset", ""),
        own={name: texts[name] for name in _OWN if name in texts},
        subject=Subject.of(view).job,
    ).command()


def errors_of(view: View, error: InputError) -> dict[str, str]:
    """An error as Slack shows it below an input: the one that it is about, else the settings."""
    names = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    about = error.setting.removeprefix("--").replace("-", "_")
    filled = filled_in(view)
    name = about if about in names and (filled.get(about) or about == "prompts") else "settings"
    return {name: str(error)[:_LONGEST_ERROR]}


async def take_answer(desk: Desk, origin: Origin, view: View, command: Animate) -> None:
    """Have the animation made, with the files of the modal and of what it is about."""
    subject = Subject.of(view)
    files = [*({"id": file} for file in subject.files), *files_in(view, "files")]
    attachments = await find_attachments(origin.workspace.client, files)
    there = replace(origin, channel=subject.channel, thread=subject.thread)
    await desk.take(there, command, attachments)
