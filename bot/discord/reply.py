"""What is known of a message of the bot's on Discord."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import discord

from bot.discord.place import Place


@dataclass(slots=True)
class Reply:
    """What is known of one message: all of it can be lost in a restart and found out again.

    `place` is where it is by now. `lock` is held while a card is brought to it.
    """

    place: Place
    interaction: discord.Interaction[Any] | None = None
    thinking: bool = False
    bot_refused: bool = False
    lost: bool = False
    over: bool = False
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def paced(self) -> bool:
        """Whether the next card takes of the rate at which its whole channel may be edited."""
        return not (self.thinking or self.bot_refused or self.place.private or self.lost)

    @property
    def by_token_alone(self) -> bool:
        """Whether nothing but the command's token can edit the message."""
        command = self.interaction
        if self.place.private or self.bot_refused or command is None:
            return self.place.private or self.bot_refused
        return (
            command.is_user_integration()
            and not command.is_guild_integration()
            and not command.context.dm_channel
        )
