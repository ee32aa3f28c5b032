"""What a user filled into a form, read as a command."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.commands import EXAMPLE, Animate, merged, parse_changes, parse_flags
from engine.errors import InputError
from engine.settings import Settings

OWN_FIELD = "its own field"


@dataclass(frozen=True, slots=True)
class FormAnswer:
    """The fields of a form as texts, empty where nothing was filled in.

    `own` are those settings by their names that have a field of their own; `settings` are flags.
    `subject` is a job whose files go with it.
    """

    prompts: str = ""
    settings: str = ""
    preset: str = ""
    own: Mapping[str, str] = field(default_factory=dict)
    subject: str = ""

    def command(self) -> Animate:
        """What was asked for; InputError says what is wrong with it."""
        own = {name: text.strip() for name, text in self.own.items() if text.strip()}
        command = merged(
            {
                "prompts": parse_changes(self.prompts.strip(), like=""),
                OWN_FIELD: Animate(own, self.preset.strip()),
                "settings": parse_flags(self.settings.strip()),
            }
        )
        if "prompts" not in command.values and not command.preset:
            raise InputError("prompts", "there is no prompt", f"write {EXAMPLE}")
        Settings().updated(command.values)  # what is wrong is best told while the words are at hand
        return replace(command, inputs_of=self.subject)

    def as_text(self) -> str:
        """All that was written, to be given back to its user."""
        written = {
            "prompts": self.prompts,
            **self.own,
            "settings": self.settings,
            "preset": self.preset,
        }
        parts = [f"{name}:\n{text}" for name, text in written.items() if text.strip()]
        return "\n\n".join(parts)
