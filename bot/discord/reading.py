"""What a message of the bot is about, read from the message itself: nothing else need be kept."""

import discord

from bot.discord.buttons import read_id
from bot.gestures.actions import Action, job_among


def subjects_of(message: discord.Message) -> dict[Action, str]:
    """What each of a message's buttons is about."""
    rows = [row for row in message.components if isinstance(row, discord.ActionRow)]
    ids = [button.custom_id or "" for row in rows for button in row.children]
    return dict(read for read in map(read_id, ids) if read)


def job_of(message: discord.Message) -> str | None:
    """The job whose animation a message shows; None where it shows none."""
    return job_among(subjects_of(message))


def is_covered(message: discord.Message) -> bool:
    """Whether pictures in a message, or in the one that it replies to, are hidden as spoilers."""
    replied_to = message.reference.resolved if message.reference else None
    above = replied_to.attachments if isinstance(replied_to, discord.Message) else []
    return any(file.is_spoiler() for file in (*message.attachments, *above))
