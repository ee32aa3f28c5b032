"""Discord: `/giffusion` and its messages, over the port that every chat uses."""

import logging
from pathlib import Path
from typing import Any

import discord
from yarl import URL

from bot.discord.attachments import DiscordAttachment
from bot.discord.client import GiffusionClient, Interaction
from bot.discord.connection import Connection
from bot.discord.delivery import Delivery, Place
from bot.discord.message import CONTENT_LENGTH, TEXT_LENGTH, plain
from bot.port import Attachment, Capabilities, Card, Conversation, Incoming, Service, TextCard
from engine.errors import GiffusionError

EDIT_SECONDS = 2.0  # Discord takes about five edits in five seconds for a whole channel
_ALREADY_ACKNOWLEDGED = 40060
_BROKEN = "Something went wrong on the bot's side. Please try again."
_log = logging.getLogger(__name__)


class DiscordAdapter:
    """`port.Chat` for Discord.

    `commands_file` is where the published command's fingerprint is kept. `api_url` and
    `gateway_url` put a proxy in Discord's place; discord.py knows one of each in a process.
    """

    platform = "discord"
    attaching = "add one with the command's option audio or video"

    def __init__(
        self,
        service: Service,
        token: str,
        commands_file: Path,
        *,
        api_url: str | None = None,
        gateway_url: str | None = None,
    ) -> None:
        if api_url is not None:
            discord.http.Route.BASE = api_url
        if gateway_url is not None:
            discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway_url)
        self._service = service
        self._connection = Connection(
            token,
            lambda logged_in: GiffusionClient(
                self._on_command, self._on_cancel, logged_in, commands_file
            ),
        )
        self._delivery = Delivery(self._connection.logged_in_client)

    @property
    def client(self) -> discord.Client:
        """The discord.py client of the moment."""
        return self._connection.client

    def capabilities(self, conversation: Conversation) -> Capabilities:
        """Discord's limits, with the largest upload of the conversation's place."""
        return Capabilities(Place.of(conversation).upload_bytes, TEXT_LENGTH, EDIT_SECONDS)

    async def show(self, conversation: Conversation, card: Card) -> Conversation | None:
        """Make the conversation's message show `card`; returns when it does, or never will.

        Where that message is gone it is a new one, and its conversation is returned. Raises what
        discord.py raises where Discord is out of order and a later try may succeed.
        """
        moved_to = await self._delivery.deliver(Place.of(conversation), card)
        return moved_to.model_dump() if moved_to else None

    async def start(self) -> None:
        """Connect, and stay so until `stop`; ConfigurationError if Discord refuses the token."""
        await self._connection.start()

    async def stop(self) -> None:
        """Disconnect."""
        await self._connection.stop()

    async def _on_command(self, interaction: Interaction, values: dict[str, Any]) -> None:
        place = Place(
            guild=interaction.guild_id,
            channel=interaction.channel_id or 0,
            message=await _acknowledge(interaction),
            upload_bytes=interaction.filesize_limit,
        )
        self._delivery.open(place, interaction)
        incoming = _incoming(interaction, values, place)
        try:
            await self._service.handle(self, incoming)
        except GiffusionError as error:
            await self.show(incoming.conversation, TextCard(str(error), error=True))
        except Exception:
            _log.exception("A command from Discord failed")
            await self.show(incoming.conversation, TextCard(_BROKEN, error=True))

    async def _on_cancel(self, interaction: Interaction, job: str) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        try:
            answer = await self._service.cancel(job, _user(interaction))
        except GiffusionError as error:
            answer = str(error)
        except Exception:
            _log.exception("A cancellation from Discord failed")
            answer = _BROKEN
        await interaction.edit_original_response(content=plain(answer, CONTENT_LENGTH))


async def _acknowledge(interaction: Interaction) -> int:
    """Tell Discord within its three seconds that an answer comes; return that answer's message."""
    try:
        callback = await interaction.response.defer(thinking=True)
        if callback is not None and callback.message_id is not None:
            return callback.message_id
    except discord.HTTPException as error:
        # A try that seemed to fail may have arrived.
        if error.code != _ALREADY_ACKNOWLEDGED:
            raise
    return (await interaction.original_response()).id


def _incoming(interaction: Interaction, values: dict[str, Any], place: Place) -> Incoming:
    words = [value for value in values.values() if isinstance(value, str)]
    attachments: list[Attachment] = [
        DiscordAttachment(value)
        for value in values.values()
        if isinstance(value, discord.Attachment)
    ]
    return Incoming(
        user=_user(interaction),
        text=" ".join(words),
        conversation=place.model_dump(),
        attachments=tuple(attachments),
    )


def _user(interaction: Interaction) -> str:
    return f"discord:{interaction.guild_id or 'dm'}:{interaction.user.id}"
