"""The bot's connection to Discord: its commands and buttons, and what is done with them."""

import asyncio
import hashlib
import inspect
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
from discord import app_commands

from bot.discord.message import StopButton

Interaction = discord.Interaction[Any]
OnCommand = Callable[[Interaction, dict[str, Any]], Awaitable[None]]
OnCancel = Callable[[Interaction, str, bool], Awaitable[None]]

_UNREADABLE = "This command can't be read: it may have changed. Reload Discord, then try again."
PUBLISH_SECONDS = 15.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Option:
    """One option of `/giffusion`. `kind` is a type that discord.py knows options by."""

    name: str
    description: str
    kind: Any
    required: bool = False


OPTIONS = (
    Option(
        "prompts",
        "What to show, with frames: 0: a red circle | 24: a blue star. Or: help, keyframes",
        app_commands.Range[str, 1, 6_000],
        required=True,
    ),
    Option("settings", "Flags, such as: --fps 12 --seed 7 --format gif", str),
    Option("image", "A picture to start from", discord.Attachment),
    Option("audio", "A sound to go with the animation", discord.Attachment),
    Option("video", "A clip to work from", discord.Attachment),
)


class GiffusionClient(discord.AutoShardedClient):
    """A client without privileged intents that knows `/giffusion` and the buttons that end a job.

    `logged_in` is set as soon as messages can be sent.
    `commands_file` keeps the fingerprint of the command last published, since Discord takes only
    200 definitions a day: delete it to publish again.
    """

    def __init__(
        self,
        on_command: OnCommand,
        on_cancel: OnCancel,
        logged_in: asyncio.Event,
        commands_file: Path,
    ) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self._cancel = on_cancel
        self._logged_in = logged_in
        self._commands_file = commands_file
        self.tree = _Tree(self)
        self.tree.add_command(_command(on_command))
        self.add_dynamic_items(StopButton)

    async def setup_hook(self) -> None:
        """Publish the command if its definition has changed; failing that, run with the old one."""
        self._logged_in.set()
        fingerprint = self._fingerprint()
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

    async def on_cancel(self, interaction: Interaction, job: str, keep: bool) -> None:
        """Take a press on a button that ends a job."""
        await self._cancel(interaction, job, keep)

    def _fingerprint(self) -> str:
        commands = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        definition = json.dumps([self.application_id, commands], sort_keys=True)
        return hashlib.sha256(definition.encode()).hexdigest()


class _Tree(app_commands.CommandTree[GiffusionClient]):
    async def on_error(
        self, interaction: Interaction, error: app_commands.AppCommandError, /
    ) -> None:
        """Answer a command that can't be read, as after an update that the client hasn't seen."""
        _log.error("A command could not be carried out", exc_info=error)
        if not interaction.response.is_done():
            with suppress(discord.HTTPException):
                await interaction.response.send_message(_UNREADABLE, ephemeral=True)


def _command(on_command: OnCommand) -> app_commands.Command[Any, ..., None]:
    async def giffusion(interaction: Interaction, **values: Any) -> None:
        await on_command(interaction, values)

    # discord.py reads a command's options off its function's signature.
    given = inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    signature = inspect.Signature([given, *map(_parameter, OPTIONS)])
    giffusion.__signature__ = signature  # type: ignore[attr-defined]
    app_commands.describe(**{option.name: option.description for option in OPTIONS})(giffusion)
    return app_commands.Command(
        name="giffusion",
        description="Turn prompts into an animation",
        callback=giffusion,
        allowed_contexts=app_commands.AppCommandContext(
            guild=True, dm_channel=True, private_channel=True
        ),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
    )


def _parameter(option: Option) -> inspect.Parameter:
    default = inspect.Parameter.empty if option.required else None
    annotation = option.kind if option.required else option.kind | None
    return inspect.Parameter(
        option.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
    )


def _read(file: Path) -> str:
    return file.read_text() if file.exists() else ""


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
