"""What presses on buttons do. A press is its user's own: a new animation is theirs."""

import asyncio
from contextlib import suppress

import discord

from bot.discord import deletion
from bot.discord.answering import answer_privately, sentence_of
from bot.discord.cards import prompts_in
from bot.discord.composer import form
from bot.discord.desk import Desk, Interaction, user_of
from bot.discord.naming import name_form
from bot.discord.reading import is_covered
from bot.gestures.actions import Action
from bot.gestures.commands import NO_PROMPTS, of_press
from bot.gestures.forms import OF_ACTION, from_prompts
from engine.errors import JobError

_RECALL_SECONDS = 2.0  # of the three after which Discord gives up on a press


async def take_press(desk: Desk, interaction: Interaction, action: Action, subject: str) -> None:
    """Do what a button says, with its subject."""
    try:
        await _do(desk, interaction, action, subject)
    except Exception as error:
        with suppress(discord.HTTPException):  # it may be too late for any answer
            await desk.tell(interaction, sentence_of(error))


async def _do(desk: Desk, interaction: Interaction, action: Action, subject: str) -> None:
    match action:
        case Action.CANCEL | Action.KEEP:
            keep = action is Action.KEEP
            await answer_privately(
                desk,
                interaction,
                lambda: desk.service.cancel(subject, user_of(interaction), keep=keep),
            )
        case Action.SAVE:
            await interaction.response.send_modal(name_form(desk.language(interaction), subject))
        case Action.DELETE:
            await deletion.ask(desk, interaction, subject)
        case Action.CONFIRM:
            await deletion.delete(desk, interaction, subject)
        case Action.EDIT | Action.FRAME | Action.VIDEO | Action.FILL:
            await _open_form(desk, interaction, action, subject)
        case Action.AGAIN | Action.ANIMATE | Action.INSPIRE | Action.DRAW:
            await _start(desk, interaction, action, subject)


async def _start(desk: Desk, interaction: Interaction, action: Action, subject: str) -> None:
    """Have a command carried out; once, also where its button was clicked twice."""
    message = interaction.message
    prompts = prompts_in(message) if message else None
    async with asyncio.timeout(_RECALL_SECONDS):
        command = await of_press(desk.service, action, subject, prompts)
    if desk.pressed.again((interaction.user.id, message and message.id, action)):
        await interaction.response.defer()
        return
    private = message is not None and message.flags.ephemeral
    covered = message is not None and is_covered(message)
    await desk.take(interaction, command, private=private, spoiler=covered)


async def _open_form(desk: Desk, interaction: Interaction, action: Action, subject: str) -> None:
    """Show the composer, filled in. A form is the first answer to a press, or none."""
    if action is Action.FILL:
        filled = from_prompts(_prompts(interaction), subject)
    else:
        async with asyncio.timeout(_RECALL_SECONDS):
            filled = OF_ACTION[action](await desk.service.recall(subject))
    await interaction.response.send_modal(form(desk.language(interaction), filled))


def _prompts(interaction: Interaction) -> str:
    """The prompts of the message whose button was pressed; JobError if there are none."""
    prompts = prompts_in(interaction.message) if interaction.message else None
    if prompts is None:
        raise JobError(NO_PROMPTS)
    return prompts
