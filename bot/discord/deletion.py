"""Deleting an animation: its session, and the message that shows it."""

import logging

import discord

from bot.discord.answering import sentence_of
from bot.discord.buttons import ActionButton
from bot.discord.desk import Desk, Interaction, user_of
from bot.discord.message import CONTENT_LENGTH, plain
from bot.gestures.actions import SURE, Action
from bot.language import N_
from engine.errors import JobError

UNKNOWN_MESSAGE = 10008
_DONE = N_("It is deleted.")
_MESSAGE_STAYS = N_(
    "Its session is deleted, but the bot may not remove its message here any more: "
    "please delete that yourself."
)
_log = logging.getLogger(__name__)


async def ask(desk: Desk, interaction: Interaction, job: str) -> None:
    """Ask whoever pressed whether they are sure."""
    # So the press's token goes on standing for the message that its button is on.
    await interaction.response.defer()
    message = interaction.message.id if interaction.message else 0
    desk.asked = {asked: press for asked, press in desk.asked.items() if not press.is_expired()} | {
        message: interaction
    }
    language = desk.language(interaction)
    view = discord.ui.View(timeout=None)
    view.add_item(ActionButton(Action.CONFIRM, f"{job}:{message}", language))
    view.stop()  # its button is known by its id
    await interaction.followup.send(language.say(SURE), view=view, ephemeral=True)


async def delete(desk: Desk, interaction: Interaction, subject: str) -> None:
    """Delete a session, then its message, for somebody who is sure and may; say what came of it."""
    await interaction.response.defer()
    job, _, message = subject.partition(":")
    press = desk.asked.get(int(message))
    try:
        await delete_session(
            desk,
            job,
            user_of(interaction),
            moderator=bool(interaction.guild_id) and interaction.permissions.manage_messages,
            mine=bool(press and press.message and is_for(press.message, interaction.user.id)),
        )
        answer = _DONE if await _remove(interaction, int(message), press) else _MESSAGE_STAYS
    except Exception as error:
        answer = sentence_of(error)
    words = plain(desk.language(interaction).say(answer), CONTENT_LENGTH)
    await interaction.edit_original_response(content=words, view=None)


async def delete_session(desk: Desk, job: str, user: str, *, moderator: bool, mine: bool) -> None:
    """Delete a session for somebody who may; JobError for others.

    With one that is gone already, whoever the message was `mine` for, or a moderator, can still
    have the message deleted.
    """
    try:
        await desk.service.delete(job, user, moderator=moderator)
    except JobError:
        if not moderator and not mine:
            raise


def is_for(message: discord.Message, user: int) -> bool:
    """Whether a message answers a command or a press of that user's."""
    asked = message.interaction_metadata
    return asked is not None and asked.user.id == user


async def remove_message(message: discord.PartialMessage | discord.Message) -> bool:
    """Delete a message of the bot's; false where Discord doesn't let it."""
    try:
        await message.delete()
    except discord.HTTPException as error:
        if error.code != UNKNOWN_MESSAGE:
            _log.warning("Message %s can't be deleted: %s", message.id, error)
        return error.code == UNKNOWN_MESSAGE
    return True


async def _remove(interaction: Interaction, message: int, press: Interaction | None) -> bool:
    """Delete a message by the bot's token or, where the bot isn't, by that of the press on it."""
    channel = interaction.client.get_partial_messageable(
        interaction.channel_id, guild_id=interaction.guild_id
    )
    if await remove_message(channel.get_partial_message(message)):
        return True
    if press is None or press.is_expired():
        return False
    try:
        await press.delete_original_response()
    except discord.HTTPException as error:
        _log.warning("Message %s can't be deleted by its press either: %s", message, error)
        return False
    return True
