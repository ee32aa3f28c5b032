"""Discord: `/giffusion` and its messages, over the port that every chat uses."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import discord
from yarl import URL

from bot.discord_attachments import DiscordAttachment
from bot.discord_cards import CONTENT_LENGTH, TEXT_LENGTH, plain
from bot.discord_client import GiffusionClient, Interaction
from bot.discord_delivery import Delivery, Place
from bot.port import Attachment, Capabilities, Card, Conversation, Incoming, Service, TextCard
from engine.errors import ConfigurationError, GiffusionError

LOGIN_SECONDS = 30.0
EDIT_SECONDS = 2.0  # Discord takes about five edits in five seconds for a whole channel
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0  # seconds before connecting again
_ALREADY_ACKNOWLEDGED = 40060
_BROKEN = "Something went wrong on the bot's side. Please try again."
_log = logging.getLogger(__name__)


class DiscordAdapter:
    """`port.Chat` for Discord.

    `commands_file` is where the published command's fingerprint is kept. `api_url` and
    `gateway_url` put a proxy in Discord's place; discord.py knows one of each in a process.
    """

    platform = "discord"

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
        self._token = token
        self._commands_file = commands_file
        self._logged_in = asyncio.Event()
        self._delivery = Delivery(self._logged_in_client)
        self._connection: asyncio.Task[None] | None = None
        self.client = self._new_client()

    # The port

    def capabilities(self, conversation: Conversation) -> Capabilities:
        """Discord's limits, with the largest upload of the conversation's place."""
        return Capabilities(Place.of(conversation).upload_bytes, TEXT_LENGTH, EDIT_SECONDS)

    async def show(self, conversation: Conversation, card: Card) -> None:
        """Make the conversation's message show `card`; returns when it does, or never will."""
        await self._delivery.deliver(Place.of(conversation), card)

    # The connection

    async def start(self) -> None:
        """Log in, and stay connected until `stop`.

        Raises ConfigurationError if Discord refuses the token. If Discord can't be reached, it is
        tried again in the background.
        """
        try:
            await self._log_in()
        except ConfigurationError:
            await self.client.close()
            raise
        except Exception as error:
            _log.warning("Discord can't be reached yet: %s", error)
        self._connection = asyncio.create_task(self._stay_connected(), name="discord")

    async def stop(self) -> None:
        """Disconnect."""
        if self._connection is None:
            return
        self._connection.cancel()
        await asyncio.gather(self._connection, return_exceptions=True)
        await self.client.close()

    def _new_client(self) -> GiffusionClient:
        return GiffusionClient(
            self._on_command, self._on_cancel, self._logged_in, self._commands_file
        )

    async def _logged_in_client(self) -> discord.Client:
        await self._logged_in.wait()
        return self.client

    async def _log_in(self) -> None:
        try:
            async with asyncio.timeout(LOGIN_SECONDS):
                await self.client.login(self._token)
        except discord.LoginFailure as error:
            raise ConfigurationError("DISCORD_TOKEN: Discord refuses this token") from error

    async def _stay_connected(self) -> None:
        # discord.py mends broken connections itself, but ends the client at an event that it can't
        # read; a client that has ended can't be used again.
        loop = asyncio.get_running_loop()
        pause = FIRST_PAUSE
        while True:
            began = loop.time()
            try:
                await self._live()
            except ConfigurationError as error:
                _log.error("%s", error)
                return
            except Exception:
                _log.exception("The connection to Discord broke; connecting again in %g s", pause)
            await asyncio.sleep(pause)
            self.client = self._new_client()
            lasted = loop.time() - began > LONGEST_PAUSE
            pause = FIRST_PAUSE if lasted else min(2 * pause, LONGEST_PAUSE)

    async def _live(self) -> None:
        try:
            if not self._logged_in.is_set():
                await self._log_in()
            await self.client.connect()
        finally:
            self._logged_in.clear()
            await self.client.close()

    # What users do

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
