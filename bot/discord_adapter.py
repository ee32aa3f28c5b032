"""Discord: `/giffusion` and its messages, over the port that every chat uses."""

from pathlib import Path

import discord
from yarl import URL

from bot.cards import Card
from bot.discord.client import GiffusionClient
from bot.discord.connection import Connection
from bot.discord.delivery import Delivery, Place
from bot.discord.desk import Desk
from bot.discord.message import TEXT_LENGTH
from bot.discord.rules import RuleBook
from bot.port import Capabilities, Conversation, Service

EDIT_SECONDS = 2.0  # Discord takes about five edits in five seconds for a whole channel


class DiscordAdapter:
    """`port.Chat` for Discord.

    `folder` keeps the published commands' fingerprint and the servers' rules. `api_url` and
    `gateway_url` put a proxy in Discord's place; discord.py knows one of each in a process.
    """

    platform = "discord"
    attaching = "add one with the command's option audio or video"

    def __init__(
        self,
        service: Service,
        token: str,
        folder: Path,
        *,
        api_url: str | None = None,
        gateway_url: str | None = None,
    ) -> None:
        if api_url is not None:
            discord.http.Route.BASE = api_url
        if gateway_url is not None:
            discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway_url)
        self._delivery = Delivery(self._logged_in_client)
        self._desk = Desk(self, service, self._delivery, RuleBook(folder / "servers"))
        self._connection = Connection(
            token,
            lambda logged_in: GiffusionClient(self._desk, logged_in, folder / "commands"),
        )

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
        await self._delivery.close()
        await self._connection.stop()

    async def _logged_in_client(self) -> discord.Client:
        return await self._connection.logged_in_client()
