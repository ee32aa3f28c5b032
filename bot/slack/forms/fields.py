"""What the composer's modal asks for, filled in with what is known already."""

from collections.abc import Mapping

from slack_sdk.models.blocks import InputBlock

from bot.commands import write_flags
from bot.gestures.forms import Composition
from bot.language import N_, Language
from bot.slack.forms.inputs import Choice, file_input, fits, of_setting, select, text_input

NATIVE = ("seconds", "fps", "width", "height", "seed", "format")
"""Settings with an input of their own; those with names to choose from come besides."""
CHOSEN = ("model", "scheduler")
LISTED = ("preset", *CHOSEN)
_EXAMPLE = "0: a red circle\n24: a blue star"
_FLAGS = "--zoom 1.02 --loop"
_LARGER = N_("Up to 10 MB each; bring larger ones in a message that mentions me.")


def composer_inputs(
    filled: Composition,
    lists: Mapping[str, list[Choice]],
    language: Language,
    *,
    with_message: bool = False,
) -> list[InputBlock]:
    """All that can be filled in. What has no input of its own stands in the settings' text.

    `lists` are the choices of each of `LISTED`; files come `with_message`. InputError where a text
    is longer than a form takes, or can't be written as a flag.
    """
    rest = dict(filled.settings)
    negative = rest.pop("negative_prompt", "")
    own = {name: rest.pop(name) for name in NATIVE if fits(name, rest.get(name, ""))}
    own |= {name: rest.pop(name) for name in CHOSEN if _is_in(lists[name], rest.get(name, ""))}
    listed = _is_in(lists["preset"], filled.preset)
    own["preset"] = filled.preset if listed else ""
    flags = write_flags(rest, "" if listed else filled.preset)
    say = language.say
    labels = {"preset": say(N_("Preset"))}
    labels |= {name: language.name(name).capitalize() for name in CHOSEN}
    chosen = {
        name: [select(name, labels[name], lists[name], own.get(name, ""))] if lists[name] else []
        for name in LISTED
    }
    return [
        # A preset may have prompts of its own.
        text_input("prompts", say(N_("Prompts, a keyframe a line")), filled.lines, _EXAMPLE),
        text_input("negative_prompt", say(N_("What no frame should show")), negative),
        *chosen["preset"],
        file_input(
            "files",
            say(N_("A picture or a clip to start from, a sound")),
            _about_files(filled, language, with_message=with_message),
        ),
        *(of_setting(name, language, own.get(name, "")) for name in NATIVE),
        *(block for name in CHOSEN for block in chosen[name]),
        text_input("settings", say(N_("Settings")), flags, _FLAGS),
    ]


def _about_files(filled: Composition, language: Language, *, with_message: bool) -> str:
    """What a user should know of files, above all of those that they don't see in the form."""
    known = ""
    if filled.lost:
        gone = N_("No longer kept: {kinds}. Attach what you still want.")
        known = language.say(gone, kinds=", ".join(sorted(filled.lost)))
    elif filled.subject:
        known = language.say(N_("Those from before are used; a new one replaces one of its kind."))
    elif with_message:
        known = language.say(N_("Those of the message are used as well."))
    return f"{known} {language.say(_LARGER)}".strip()


def _is_in(choices: list[Choice], value: str) -> bool:
    return any(value == known for _, known in choices)
