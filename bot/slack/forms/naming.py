"""The modal in which a session gets its name."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_sdk.models.blocks import InputBlock, PlainTextInputElement
from slack_sdk.models.views import View

from bot.language import N_
from bot.slack.buttons import PREFIX
from bot.slack.desk import Desk, Origin
from bot.slack.forms.inputs import filled_in
from bot.slack.forms.modal import open_modal, short
from bot.slack.forms.subject import Subject

NAME = f"{PREFIX}name"
_LONGEST_NAME = 60


async def open_naming(origin: Origin, trigger: str, job: str) -> None:
    """Ask for a session's name."""
    say = origin.language.say
    element = PlainTextInputElement(action_id="name", max_length=_LONGEST_NAME)
    view = View(
        type="modal",
        callback_id=NAME,
        title=short(say(N_("Save session"))),
        submit=short(say(N_("Save"))),
        close=short(say(N_("Cancel"))),
        private_metadata=Subject.at(origin, job).model_dump_json(),
        blocks=[InputBlock(block_id="name", label=say(N_("Its name")), element=element)],
    )
    await open_modal(origin, trigger, view)


async def save(desk: Desk, origin: Origin, view: Mapping[str, Any]) -> str:
    """Save the session under the name that was sent in; InputError where that won't do."""
    return await desk.service.save(Subject.of(view).job, origin.person, filled_in(view)["name"])


async def tell(desk: Desk, origin: Origin, view: Mapping[str, Any], sentence: str) -> None:
    """Say what came of a modal to its user, where it was asked for."""
    subject = Subject.of(view)
    await desk.tell(replace(origin, channel=subject.channel, thread=subject.thread), sentence)
