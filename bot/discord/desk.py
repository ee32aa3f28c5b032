"""Where everything that users do on Discord is taken on: acknowledged, checked, handed to the core.

Commands, buttons, forms, reactions and replies all end here; each has a module of its own.
"""

import logging
from collections.abc import Iterable
from typing import Any

import discord

from bot.cards import TextCard
from bot.commands import Command
from bot.discord.attachments import DiscordAttachment
from bot.discord.delivery import Delivery, Place
from bot.discord.kept_files import KeptFiles
from bot.discord.message import CONTENT_LENGTH, plain
from bot.discord.rules import RuleBook, is_age_restricted, refusal
from bot.language import N_, Language, language_of
from bot.port import Chat, HouseRules, Incoming, Service
from engine.errors import GiffusionError

Interaction = discord.Interaction[Any]

_ALREADY_ACKNOWLEDGED = 40060
BROKEN = N_("Something went wrong on the bot's side. Please try again.")
_log = logging.getLogger(__name__)


class Desk:
    """`chat` is the adapter, which shows what `service` answers; `rules` are the servers' own."""

    def __init__(self, chat: Chat, service: Service, delivery: Delivery, rules: RuleBook) -> None:
        self.service = service
        self.rules = rules
        self.kept_files = KeptFiles()
        self._chat = chat
        self._delivery = delivery

    async def take(
        self,
        interaction: Interaction,
        command: Command | str,
        attachments: Iterable[discord.Attachment] = (),
        *,
        private: bool = False,
        spoiler: bool = False,
    ) -> None:
        """Acknowledge an interaction and have its command carried out.

        The answer is a new message, which with `private` only the user sees; with `spoiler` its
        pictures are covered, as the server's rules may have them. Where those rule it out, the user
        alone is told so.
        """
        rules = self.rules.of(interaction.guild_id)
        if reason := refusal(rules, interaction):
            await self.tell(interaction, reason)
            return
        place = Place(
            guild=interaction.guild_id,
            channel=interaction.channel_id or 0,
            message=await _acknowledge(interaction, private),
            upload_bytes=interaction.filesize_limit,
            locale=interaction.locale.value,
            private=private,
            spoiler=spoiler or rules.covers(interaction.channel),
            user=interaction.user.id,
        )
        house = rules.house(age_restricted=is_age_restricted(interaction.channel))
        self._delivery.open(place, interaction)
        await self._handle(user_of(interaction), command, place, attachments, house)

    async def tell(self, interaction: Interaction, text: str) -> None:
        """Answer an interaction with a sentence that only its user sees."""
        content = plain(language_of(interaction.locale.value).say(text), CONTENT_LENGTH)
        if interaction.response.is_done():
            await interaction.followup.send(content, ephemeral=True)
        else:
            await interaction.response.send_message(content, ephemeral=True)

    def language(self, interaction: Interaction) -> Language:
        """The language of whoever sent an interaction."""
        return language_of(interaction.locale.value)

    async def _handle(
        self,
        user: str,
        command: Command | str,
        place: Place,
        attachments: Iterable[discord.Attachment],
        house: HouseRules,
    ) -> None:
        conversation = place.model_dump()
        files = tuple(map(DiscordAttachment, attachments))
        incoming = Incoming(user, command, conversation, files, house, place.locale)
        try:
            await self.service.handle(self._chat, incoming)
        except GiffusionError as error:
            await self._chat.show(conversation, TextCard(str(error), error=True))
        except Exception:
            _log.exception("A command from Discord failed")
            await self._chat.show(conversation, TextCard(BROKEN, error=True))


async def _acknowledge(interaction: Interaction, private: bool) -> int:
    """Tell Discord within its three seconds that an answer comes; return that answer's message."""
    try:
        callback = await interaction.response.defer(thinking=True, ephemeral=private)
        if callback is not None and callback.message_id is not None:
            return callback.message_id
    except discord.HTTPException as error:
        # A try that seemed to fail may have arrived.
        if error.code != _ALREADY_ACKNOWLEDGED:
            raise
    return (await interaction.original_response()).id


def user_of(interaction: Interaction) -> str:
    """Whoever sent an interaction, as `platform:tenant:user`."""
    return f"discord:{interaction.guild_id or 'dm'}:{interaction.user.id}"
