"""The composer's modal as it was sent in."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.commands import Animate, split_flags
from bot.gestures.form_answer import FormAnswer
from bot.slack.attachments import find_attachments
from bot.slack.desk import Desk, Origin, sentence_of
from bot.slack.forms.fields import CHOSEN, NATIVE
from bot.slack.forms.inputs import files_in, filled_in
from bot.slack.forms.subject import Subject
from engine.errors import InputError

View = Mapping[str, Any]
_OWN = ("negative_prompt", *NATIVE, *CHOSEN)
_LONGEST_ERROR = 2_000


@dataclass(frozen=True, slots=True)
class Composed:
    """What was asked for, and all that was written, to be given back should it be refused."""

    command: Animate
    written: str


def read_answer(view: View) -> Composed:
    """What a modal asks for; InputError says what is wrong with it."""
    texts = filled_in(view)
    answer = FormAnswer(
        prompts=texts.get("prompts", ""),
        settings=texts.get("settings", ""),
        preset=texts.get("preset", ""),
        own={name: texts[name] for name in _OWN if name in texts},
        subject=Subject.of(view).job,
    )
    return Composed(answer.command(), answer.as_text())


def errors_of(view: View, error: Exception) -> dict[str, str]:
    """An error as Slack shows it below the input that it is about."""
    about = error.setting if isinstance(error, InputError) else ""
    return {_input_of(view, about): sentence_of(error)[:_LONGEST_ERROR]}


async def take_answer(desk: Desk, origin: Origin, view: View, composed: Composed) -> None:
    """Have the animation made, with the files of the modal and of what it is about."""
    subject = Subject.of(view)
    files = [*({"id": file} for file in subject.files), *files_in(view, "files")]
    attachments = await find_attachments(origin.workspace.client, files)
    there = replace(origin, channel=subject.channel, thread=subject.thread)
    await desk.take(there, composed.command, attachments, typed=composed.written)


def _input_of(view: View, setting: str) -> str:
    """The input that a setting was written into, as a flag or by itself."""
    name = setting.removeprefix("--").replace("-", "_")
    filled = filled_in(view)
    if name == "prompts" or filled.get(name):
        return name
    in_prompts = split_flags(filled.get("prompts", ""))[1]
    return "prompts" if in_prompts and not filled.get("settings") else "settings"
