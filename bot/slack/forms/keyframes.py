"""The modal that takes a sound to find its keyframes, as a slash command carries no files."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_sdk.models.blocks import CheckboxesElement, InputBlock, Option
from slack_sdk.models.views import View

from bot.commands import Keyframes
from bot.language import N_
from bot.slack.attachments import find_attachments
from bot.slack.buttons import PREFIX
from bot.slack.desk import Desk, Origin
from bot.slack.forms.inputs import file_input, files_in, filled_in, fits, of_setting
from bot.slack.forms.subject import Subject
from engine.media.keyframes import Mark

KEYFRAMES = f"{PREFIX}keyframes"
_SETTINGS = ("fps", "audio_component")


async def open_keyframes(origin: Origin, trigger: str, command: Keyframes) -> None:
    """Ask for the sound, with what was typed filled in."""
    language = origin.language
    typed = {name: str(command.values.get(name) or "") for name in _SETTINGS}
    beats = Option(
        value=Mark.BEATS, text=language.say(N_("The steady beat, not every note and stroke"))
    )
    chosen = [beats] if command.mark is Mark.BEATS else None
    element = CheckboxesElement(action_id="beats", options=[beats], initial_options=chosen)
    view = View(
        type="modal",
        callback_id=KEYFRAMES,
        title=language.say(N_("Keyframes")),
        submit=language.say(N_("Find")),
        close=language.say(N_("Cancel")),
        private_metadata=Subject.at(origin).model_dump_json(),
        blocks=[
            file_input("files", language.say(N_("A song, or a clip with sound")), optional=False),
            *(
                of_setting(name, language, text if fits(name, text) else "")
                for name, text in typed.items()
            ),
            InputBlock(
                block_id="beats", label=language.say(N_("Take")), element=element, optional=True
            ),
        ],
    )
    await origin.workspace.client.views_open(trigger_id=trigger, view=view)


async def take_keyframes(desk: Desk, origin: Origin, view: Mapping[str, Any]) -> None:
    """Have the keyframes found that were asked for."""
    subject, filled = Subject.of(view), filled_in(view)
    values = {name: filled[name] for name in _SETTINGS if filled.get(name)}
    steady = view["state"]["values"].get("beats", {}).get("beats", {}).get("selected_options")
    files = await find_attachments(origin.workspace.client, files_in(view, "files"))
    there = replace(origin, channel=subject.channel, thread=subject.thread)
    await desk.take(there, Keyframes(values, Mark.BEATS if steady else Mark.ONSETS), files)
