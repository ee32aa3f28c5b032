"""The bot's connection to Discord: its commands, and who takes on what happens there."""

import asyncio
import hashlib
import json
import logging
from contextlib import suppress
from pathlib import Path

import discord
from discord import app_commands

from bot.discord.buttons import ActionButton
from bot.discord.commands import giffusion
from bot.discord.desk import BROKEN, Desk, Interaction
from bot.discord.forms import take_form
from bot.discord.mentions import take_message
from bot.discord.presses import take_press
from bot.discord.reactions import take_reaction
from bot.discord.translator import CommandTranslator
from bot.gestures.actions import Action
from bot.language import N_

_UNREADABLE = N_("This command can't be read: it may have changed. Reload Discord, then try again.")
PUBLISH_SECONDS = 15.0
# None of them is privileged: of a message's content the bot gets what mentions it, replies to it
# with the ping on, or is sent to it directly.
INTENTS = discord.Intents(guilds=True, messages=True, reactions=True)
_log = logging.getLogger(__name__)


class GiffusionClient(discord.AutoShardedClient):
    """A client without privileged intents, behind whose events is a `desk`.

    `logged_in` is set as soon as messages can be sent.
    `commands_file` keeps the fingerprint of the commands last published, since Discord takes only
    200 definitions a day: delete it to publish again.
    """

    def __init__(self, desk: Desk, logged_in: asyncio.Event, commands_file: Path) -> None:
        super().__init__(
            intents=INTENTS,
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self.desk = desk
        self._logged_in = logged_in
        self._commands_file = commands_file
        self.tree = _Tree(self)
        self.tree.add_command(giffusion(desk))
        self.add_dynamic_items(ActionButton)

    async def setup_hook(self) -> None:
        """Publish the commands if their definition has changed; failing that, run with the old."""
        self._logged_in.set()
        translator = CommandTranslator()
        await self.tree.set_translator(translator)
        fingerprint = await self._fingerprint(translator)
        if _read(self._commands_file) == fingerprint:
            return
        try:
            # Once the day's definitions are spent, discord.py would wait for the next day.
            async with asyncio.timeout(PUBLISH_SECONDS):
                await self.tree.sync()
        except (discord.HTTPException, TimeoutError) as error:
            _log.warning("The command could not be published to Discord: %r", error)
        else:
            _write(self._commands_file, fingerprint)

    async def on_interaction(self, interaction: Interaction) -> None:
        """Take a form that was sent in; discord.py itself knows those of this run alone."""
        try:
            await take_form(self.desk, interaction)
        except Exception:
            _log.exception("A form from Discord could not be taken on")
            with suppress(discord.HTTPException):
                await self.desk.tell(interaction, BROKEN)

    async def on_press(self, interaction: Interaction, action: Action, subject: str) -> None:
        """Take a press on a button."""
        await take_press(self.desk, interaction, action, subject)

    async def on_message(self, message: discord.Message) -> None:
        """Take a message, if it is for the bot."""
        await take_message(self.desk, self, message)

    async def on_raw_reaction_add(self, reaction: discord.RawReactionActionEvent) -> None:
        """Take a reaction, if it is to a message of the bot's or to prompts that it may read."""
        await take_reaction(self.desk, self, reaction)

    async def _fingerprint(self, translator: CommandTranslator) -> str:
        commands = [
            await command.get_translated_payload(self.tree, translator)
            for command in self.tree.get_commands()
        ]
        definition = json.dumps([self.application_id, commands], sort_keys=True)
        return hashlib.sha256(definition.encode()).hexdigest()


class _Tree(app_commands.CommandTree[GiffusionClient]):
    async def on_error(
        self, interaction: Interaction, error: app_commands.AppCommandError, /
    ) -> None:
        """Answer a command that broke, or can't be read as after an update unknown to a client."""
        if interaction.type is discord.InteractionType.autocomplete:
            _log.warning("Nothing could be suggested: %r", error)
            return
        _log.error("A command could not be carried out", exc_info=error)
        ours = isinstance(error, app_commands.CommandInvokeError)
        with suppress(discord.HTTPException):
            await self.client.desk.tell(interaction, BROKEN if ours else _UNREADABLE)


def _read(file: Path) -> str:
    return file.read_text() if file.exists() else ""


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
