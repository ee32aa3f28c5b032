"""Where everything that users do on Discord is taken on: acknowledged, checked, handed to the core.

Commands, buttons, forms, reactions and replies all end here; each has a module of its own.
"""

import logging
from collections.abc import Iterable
from typing import Any

import discord

from bot.cards import LastCard, TextCard, WaitingCard
from bot.commands import Command
from bot.discord.attachments import DiscordAttachment
from bot.discord.crowd import Crowd
from bot.discord.delivery import Delivery, Place
from bot.discord.kept_files import KeptFiles
from bot.discord.message import CONTENT_LENGTH, plain
from bot.discord.reading import is_covered
from bot.discord.replying import channel_of, language_below, leave_note, reply, upload_bytes
from bot.discord.rules import RuleBook, is_age_restricted, refusal
from bot.language import N_, Language, language_of
from bot.port import Chat, HouseRules, Incoming, Service
from bot.recently import Recently
from engine.errors import GiffusionError

Interaction = discord.Interaction[Any]

_ALREADY_ACKNOWLEDGED = 40060
BROKEN = N_("Something went wrong on the bot's side. Please try again.")
_PRESS_SECONDS = 3.0  # in which the same press again is a double click
_ANSWER_SECONDS = 600.0  # in which an event that comes twice is known again
_MISSED_SECONDS = 86_400.0  # in which a channel that is closed to the bot is told of once
_log = logging.getLogger(__name__)


class Desk:
    """`chat` is the adapter, which shows what `service` answers; `rules` are the servers' own.

    `pressed` and `answered` are what was just done; `asked` are, by the messages to be deleted, the
    presses that asked for it.
    """

    def __init__(self, chat: Chat, service: Service, delivery: Delivery, rules: RuleBook) -> None:
        self.service = service
        self.rules = rules
        self.kept_files = KeptFiles()
        self.pressed = Recently(_PRESS_SECONDS)
        self.answered = Recently(_ANSWER_SECONDS)
        self._missed = Recently(_MISSED_SECONDS)
        self.asked: dict[int, Interaction] = {}
        self._crowd = Crowd()
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
        if reason := refusal(rules, interaction.channel, interaction.user):
            await self.tell(interaction, reason)
            return
        with self._crowd.acknowledging():
            message = await _acknowledge(interaction, private)
        place = Place(
            guild=interaction.guild_id,
            channel=interaction.channel_id or 0,
            message=message,
            upload_bytes=interaction.filesize_limit,
            locale=interaction.locale.value,
            private=private,
            spoiler=spoiler or rules.covers(interaction.channel),
            user=interaction.user.id,
        )
        house = rules.house(age_restricted=is_age_restricted(interaction.channel))
        self._delivery.open(place, interaction)
        await self._crowd.acknowledged()
        await self._handle(user_of(interaction), command, place, attachments, house)

    async def take_message(
        self,
        origin: discord.Message,
        asker: discord.abc.Snowflake,
        command: Command | str,
        attachments: Iterable[discord.Attachment] = (),
        *,
        occasion: str = "",
    ) -> None:
        """Have a command carried out that was given by, or under, a message; answered below it.

        `occasion` tells this event from others under the same message: one that comes again is
        answered once. Where the server's rules rule it out, a note says so for some seconds.
        """
        guild = origin.guild.id if origin.guild else None
        channel, rules = channel_of(origin), self.rules.of(guild)
        if reason := refusal(rules, channel, asker):
            await self.note(origin, reason)
            return
        answer = await self.answer(origin, WaitingCard("…"), occasion=occasion)
        if answer is None:
            return
        place = Place(
            guild=guild,
            channel=origin.channel.id,
            message=answer.id,
            upload_bytes=upload_bytes(origin),
            locale=language_below(origin),
            spoiler=is_covered(origin) or rules.covers(channel),
            user=asker.id,
        )
        house = rules.house(age_restricted=is_age_restricted(channel))
        await self._handle(person(guild, asker.id), command, place, attachments, house)

    async def answer(
        self, origin: discord.Message, card: WaitingCard | LastCard, *, occasion: str = ""
    ) -> discord.Message | None:
        """Show a card below a message; None where that was done before or isn't allowed."""
        occasion = occasion or str(origin.id)
        if self.answered.again(occasion):
            return None
        try:
            return await reply(origin, card, occasion)
        except discord.HTTPException as error:
            self.miss(origin.channel.id, error)
            return None

    async def note(self, origin: discord.Message, text: str) -> None:
        """Say a sentence below a message for some seconds, if that is allowed."""
        try:
            await leave_note(origin, language_of(language_below(origin)).say(text))
        except discord.HTTPException as error:
            self.miss(origin.channel.id, error)

    def miss(self, channel: int, error: discord.HTTPException) -> None:
        """Log once that the bot can't read or write in a channel."""
        if not self._missed.again(channel):
            _log.warning("Channel %s is closed to the bot: %s", channel, error)

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
    return person(interaction.guild_id, interaction.user.id)


def person(guild: int | None, user: int) -> str:
    """Somebody in a server or in direct messages, as `platform:tenant:user`."""
    return f"discord:{guild or 'dm'}:{user}"
