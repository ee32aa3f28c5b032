"""The form in which an animation is composed: prompts on many lines, files, settings.

What it is about stands in its id, so that it still works when the bot was restarted meanwhile.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import discord

from bot.commands import write_flags
from bot.discord.desk import Desk, Interaction
from bot.discord.form_answer import Field, SentForm, form_id
from bot.discord.message import CONTENT_LENGTH, plain
from bot.gestures.forms import Composition
from bot.language import N_, Language
from engine.errors import GiffusionError, InputError

LONGEST_TEXT = 4_000
MOST_FILES = 3
Item = discord.ui.Item[Any]
_TITLE_LENGTH = 45  # and a label's
_DESCRIPTION_LENGTH = 100
_EXAMPLE = "0: a red circle\n24: a blue star"
_FLAGS = "--seconds 4 --fps 24 --zoom 1.02"
_FORGOTTEN = N_(
    "The bot was restarted while you wrote, and has forgotten the files that came with your "
    "command: please send it again."
)
_ATTACHED = N_("What you wrote is in the file below.")


def form(
    language: Language,
    filled: Composition,
    *,
    presets: Sequence[tuple[str, str]] = (),
    files: str = "",
    spoiler: bool = False,
) -> discord.ui.Modal:
    """A form filled in with what is given. InputError where a text is longer than it takes.

    `presets` are (label, name) pairs to choose from. `files` is the number by which files are kept
    that came before it.
    """
    made = discord.ui.Modal(
        title=language.say(filled.title)[:_TITLE_LENGTH],
        custom_id=form_id(files, filled.subject, spoiler=spoiler),
    )
    settings = dict(filled.settings)
    negative = settings.pop("negative_prompt", "")
    listed = filled.preset in (name for _, name in presets)
    flags = write_flags(settings, "" if listed else filled.preset)
    preset = filled.preset if listed else ""
    # A preset may have prompts of its own.
    typed = _text(Field.PROMPTS, filled.lines, placeholder=_EXAMPLE, required=not preset)
    upload: Item = discord.ui.FileUpload(
        custom_id=Field.FILES, required=False, min_values=0, max_values=MOST_FILES
    )
    fields = [
        (N_("Prompts, a keyframe a line"), typed),
        (N_("What no frame should show"), _text(Field.NEGATIVE, negative)),
        (N_("A picture or a clip to start from, a sound"), upload),
        (N_("Settings"), _text(Field.SETTINGS, flags, placeholder=_FLAGS)),
        *([(N_("Preset"), _select(presets, preset))] if presets else []),
    ]
    for label, item in fields:
        text = language.say(label)[:_TITLE_LENGTH]
        about = _about_files(language, filled, files) if item is upload else ""
        made.add_item(discord.ui.Label(text=text, description=about or None, component=item))
    made.stop()  # or discord.py would remember it until it is sent in, which may be never
    return made


async def take_form(desk: Desk, interaction: Interaction) -> None:
    """Take on a form of ours that was sent in, if the interaction is one."""
    answer = SentForm.of(interaction)
    if answer is None:
        return
    kept = desk.kept_files.of(interaction.user.id, answer.kept) if answer.kept else ()
    if kept is None:
        await _give_back(desk, interaction, answer, _FORGOTTEN)
        return
    try:
        command = answer.filled.command()
    except GiffusionError as error:
        await _give_back(desk, interaction, answer, str(error))
        return
    files = (*kept, *answer.uploaded)
    await desk.take(interaction, command, files, spoiler=answer.spoiler)


def _about_files(language: Language, filled: Composition, files: str) -> str:
    """What a user should know of files that they don't see in the form."""
    if filled.lost:
        gone = N_("No longer kept: {kinds}. Attach what you still want.")
        text = language.say(gone, kinds=", ".join(sorted(filled.lost)))
    elif filled.subject:
        text = language.say(N_("Those from before are used; a new one replaces one of its kind."))
    else:
        text = language.say(N_("Those of your command are used as well.")) if files else ""
    return text[:_DESCRIPTION_LENGTH]


def _text(field: Field, default: str, placeholder: str = "", *, required: bool = False) -> Item:
    if len(default) > LONGEST_TEXT:
        raise InputError(
            field,
            f"it has {len(default)} characters, and a form on Discord takes {LONGEST_TEXT}",
            "the options of /giffusion animate take 6000",
        )
    return discord.ui.TextInput(
        custom_id=field,
        style=discord.TextStyle.paragraph,
        default=default or None,
        placeholder=placeholder or None,
        required=required,
        max_length=LONGEST_TEXT,
    )


def _select(presets: Sequence[tuple[str, str]], chosen: str) -> Item:
    options = [
        discord.SelectOption(label=label, value=name, default=name == chosen)
        for label, name in presets
    ]
    return discord.ui.Select(custom_id=Field.PRESET, options=options, required=False, min_values=0)


async def _give_back(desk: Desk, interaction: Interaction, answer: SentForm, sentence: str) -> None:
    """Tell what is wrong with a form, and give its words back: Discord has closed it by now."""
    language = desk.language(interaction)
    words, file = language.say(sentence), discord.utils.MISSING
    if written := answer.filled.as_text():
        words += " " + language.say(_ATTACHED)
        file = discord.File(BytesIO(written.encode()), "what-you-wrote.txt")
    words = plain(words, CONTENT_LENGTH)
    await interaction.response.send_message(words, file=file, ephemeral=True)
