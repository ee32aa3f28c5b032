"""What people may ask for: the kinds of commands, and the grammar that every chat shares."""

from bot.commands.flags import ALIASES, read_flags, split_flags
from bot.commands.grammar import EXAMPLE, parse_changes, parse_command, parse_reply, parse_settings
from bot.commands.kinds import (
    COMMAND,
    Animate,
    Cancel,
    Command,
    Help,
    Inspire,
    Keyframes,
    List,
    Load,
    Models,
    Presets,
    Queue,
    Save,
    Sessions,
)
from bot.commands.merging import merged, parse_flags, write_flags

__all__ = [
    "ALIASES",
    "COMMAND",
    "EXAMPLE",
    "Animate",
    "Cancel",
    "Command",
    "Help",
    "Inspire",
    "Keyframes",
    "List",
    "Load",
    "Models",
    "Presets",
    "Queue",
    "Save",
    "Sessions",
    "merged",
    "parse_changes",
    "parse_command",
    "parse_flags",
    "parse_reply",
    "parse_settings",
    "read_flags",
    "split_flags",
    "write_flags",
]
