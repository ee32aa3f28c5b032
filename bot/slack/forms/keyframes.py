"""The modal that takes a sound to find its keyframes, as a slash command carries no files."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_sdk.models.blocks import CheckboxesElement, InputBlock, Option
from slack_sdk.models.views import View

from bot.commands import Keyframes
from bot.language import N_, Language
from bot.slack.attachments import find_attachments
from bot.slack.buttons import PREFIX
from bot.slack.desk import Desk, Origin
from bot.slack.forms.inputs import file_input, files_in, filled_in, of_setting, text_input
from bot.slack.forms.modal import open_modal, short
from bot.slack.forms.subject import Subject
from engine.media.keyframes import Mark
from engine.settings import Settings

KEYFRAMES = f"{PREFIX}keyframes"
_FPS, _COMPONENT, _BEATS = "fps", "audio_component", "beats"


async def open_keyframes(origin: Origin, trigger: str, command: Keyframes) -> None:
    """Ask for the sound, with what was typed filled in; InputError where that won't do."""
    Settings().updated(command.values)
    say = origin.language.say
    typed = {name: str(command.values.get(name) or "") for name in (_FPS, _COMPONENT)}
    view = View(
        type="modal",
        callback_id=KEYFRAMES,
        title=short(say(N_("Keyframes"))),
        submit=short(say(N_("Find"))),
        close=short(say("Cancel")),
        private_metadata=Subject.at(origin).model_dump_json(),
        blocks=[
            file_input("files", say(N_("A song, or a clip with sound")), optional=False),
            # A number input would take no fraction, such as 30000/1001.
            text_input(
                _FPS, say(N_("Frames a second")), typed[_FPS], placeholder="12", multiline=False
            ),
            of_setting(_COMPONENT, origin.language, typed[_COMPONENT]),
            _beats(origin.language, chosen=command.mark is Mark.BEATS),
        ],
    )
    await open_modal(origin, trigger, view)


def read_keyframes(view: Mapping[str, Any]) -> Keyframes:
    """What a modal asks for; InputError where the frame rate won't do."""
    filled = filled_in(view)
    values = {name: filled[name].strip() for name in (_FPS, _COMPONENT) if filled.get(name)}
    Settings().updated(values)
    ticked = view["state"]["values"].get(_BEATS, {}).get(_BEATS, {}).get("selected_options")
    return Keyframes(values, Mark.BEATS if ticked else Mark.ONSETS)


async def take_keyframes(
    desk: Desk, origin: Origin, view: Mapping[str, Any], command: Keyframes
) -> None:
    """Have the keyframes found."""
    subject = Subject.of(view)
    files = await find_attachments(origin.workspace.client, files_in(view, "files"))
    there = replace(origin, channel=subject.channel, thread=subject.thread)
    await desk.take(there, command, files)


def _beats(language: Language, *, chosen: bool) -> InputBlock:
    text = language.say(N_("The steady beat, not every note and stroke"))
    option = Option(value=Mark.BEATS, text=text)
    element = CheckboxesElement(
        action_id=_BEATS, options=[option], initial_options=[option] if chosen else None
    )
    return InputBlock(
        block_id=_BEATS, label=language.say(N_("Take")), element=element, optional=True
    )
