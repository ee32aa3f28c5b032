"""Bringing cards to their message on Discord, by the first way that is open.

1. The bot edits the message with its own token, which never expires.
2. Where the bot isn't in the place (an app that a user installed for themself), the command's token
   edits it, for the 15 minutes that it lives.
3. Where neither can, or the message is gone, a new message is posted in the channel. It carries the
   id of the one that it stands for as its nonce: should the bot be killed before it could note the
   new one, and post it again within minutes, Discord answers with the one that is there.

A command's first card goes by the command's token: that is what ends "is thinking…".
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

import discord
from pydantic import BaseModel, ConfigDict

from bot.cards import Card, LastCard
from bot.discord.cards import draw
from bot.discord.message import Drawing
from bot.language import language_of
from bot.port import Conversation

_REFUSALS = frozenset({401, 403, 404})
_UNAUTHORIZED = 401
_TOO_LARGE = 413
_THREAD_IS_ARCHIVED = 50083  # which a new message, unlike an edit, undoes
_log = logging.getLogger(__name__)


class Place(BaseModel):
    """Where a command was given: what a conversation of the Discord adapter holds.

    Only its user sees a `private` message; with `spoiler` its pictures are covered. `locale` is the
    user's, as Discord writes it.
    """

    model_config = ConfigDict(frozen=True)

    guild: int | None
    channel: int
    message: int
    upload_bytes: int
    locale: str = ""
    private: bool = False
    spoiler: bool = False

    @classmethod
    def of(cls, conversation: Conversation) -> Self:
        """Read a stored conversation."""
        return cls.model_validate(dict(conversation))


@dataclass(slots=True)
class _Reply:
    """What is known of one message: all of it can be lost in a restart and found out again."""

    message: int
    interaction: discord.Interaction[Any] | None = None
    thinking: bool = False
    bot_refused: bool = False
    lost: bool = False


class Delivery:
    """The messages that stand for running conversations.

    `client` gives the client of the moment, once it is logged in.
    """

    def __init__(self, client: Callable[[], Awaitable[discord.Client]]) -> None:
        self._client = client
        self._replies: dict[int, _Reply] = {}

    def open(self, place: Place, interaction: discord.Interaction[Any]) -> None:
        """Remember the command behind a message that says "is thinking…"."""
        self._replies[place.message] = _Reply(place.message, interaction, thinking=True)

    async def deliver(self, place: Place, card: Card) -> Place | None:
        """Make the place's message show `card`; where it is from now on, if it is a new message.

        A failure of Discord's or of the network's is raised, as is a token that isn't good any
        more: the same card may be shown later. A place that no way leads to any more is logged
        once and then left in peace, except for one try with the last card.
        """
        reply = self._replies.setdefault(place.message, _Reply(place.message))
        last = isinstance(card, LastCard)
        if reply.lost and not last:
            return None
        try:
            await _Errand(await self._client(), place, reply).run(card)
        except discord.HTTPException as error:
            if error.status in (_UNAUTHORIZED, 429) or error.status >= 500:
                raise
            if not reply.lost:
                _log.warning("Nothing can be shown in channel %s: %s", place.channel, error)
            reply.lost = True
        if last:
            self._replies.pop(place.message, None)
        if reply.message == place.message:
            return None
        if not last:
            self._replies[reply.message] = self._replies.pop(place.message)
        return place.model_copy(update={"message": reply.message})


@dataclass(frozen=True, slots=True)
class _Errand:
    """One try to bring a card to its place."""

    client: discord.Client
    place: Place
    reply: _Reply

    async def run(self, card: Card) -> None:
        language = language_of(self.place.locale)
        try:
            await self._go(draw(card, self.place.upload_bytes, language))
        except discord.HTTPException as error:
            if error.status != _TOO_LARGE:
                raise
            await self._go(draw(card, 0, language))

    async def _go(self, drawing: Drawing) -> None:
        *edits, anew = self._ways()
        for edit in edits:
            try:
                await edit(drawing)
                return
            except discord.HTTPException as error:
                if not _is_refusal(error):
                    raise
        await anew(drawing)

    def _ways(self) -> list[Callable[[Drawing], Awaitable[None]]]:
        ways: list[Callable[[Drawing], Awaitable[None]]] = [self._by_bot, self._anew]
        # A client that has been replaced takes its interactions with it.
        command = self.reply.interaction
        if command and command.client is self.client and not command.is_expired():
            token_first = self.reply.thinking or self.reply.bot_refused
            ways.insert(0 if token_first else 1, partial(self._by_token, command))
        return ways

    async def _by_bot(self, drawing: Drawing) -> None:
        message = self._channel().get_partial_message(self.reply.message)
        try:
            await message.edit(**drawing.as_edit())
        except discord.HTTPException as error:
            self.reply.bot_refused = _is_refusal(error)
            raise

    async def _by_token(self, command: discord.Interaction[Any], drawing: Drawing) -> None:
        await command.edit_original_response(**drawing.as_edit())
        self.reply.thinking = False

    async def _anew(self, drawing: Drawing) -> None:
        nonce = str(self.reply.message)
        message = await self._channel().send(**drawing.as_message(), nonce=nonce)
        self.reply.message = message.id
        self.reply.interaction = None
        self.reply.bot_refused = False
        if not drawing.is_in(message):  # it was there, and shows an earlier card
            await self._by_bot(drawing)

    def _channel(self) -> discord.PartialMessageable:
        return self.client.get_partial_messageable(self.place.channel, guild_id=self.place.guild)


def _is_refusal(error: discord.HTTPException) -> bool:
    return error.status in _REFUSALS or error.code == _THREAD_IS_ARCHIVED
