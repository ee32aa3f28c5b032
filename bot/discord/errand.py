"""One try to bring a card to its place on Discord; the ways are those that `delivery` tells of."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import discord

from bot.cards import Card, TextCard
from bot.discord.cards import draw
from bot.discord.message import Drawing, plain
from bot.discord.reply import Reply
from bot.language import N_, language_of

_REFUSALS = frozenset({401, 403, 404})
_UNAUTHORIZED, _TOO_MANY, _TOO_LARGE = 401, 429, 413
_ARCHIVED, _LOCKED = 50083, 160005  # a new message, unlike an edit, opens an archived thread
_MISSING_PERMISSIONS = 50013
_DM_UPLOAD_BYTES = 10 * 1024 * 1024
_NOTICE_LENGTH = 500
_ELSEWHERE = N_("This could not be shown where you asked for it:")
_BY_TOKEN = N_(
    "If it takes longer than 15 minutes, it comes to you by direct message. "
    "You find it among your sessions as well."
)


class NoWayError(Exception):
    """No way leads to a place any more."""


@dataclass(frozen=True, slots=True)
class Errand:
    """Brings a card, and notes in the reply what it learns on the way."""

    client: discord.Client
    reply: Reply

    async def run(self, card: Card) -> None:
        """Show a card by the first way that is open; NoWayError if none is."""
        if self._is_for_its_user_alone(card) and await self._tell_alone(card):
            return
        drawing = self._draw(card, self.reply.place.upload_bytes)
        try:
            await self._go(drawing)
        except (discord.HTTPException, NoWayError) as error:
            if not drawing.files or not _is_about_files(error):
                raise
            await self._go(self._draw(card, 0))

    async def run_by_direct_message(self, card: Card) -> bool:
        """Send a card to its user; whether they take it."""
        place = self.reply.place
        if not place.user:
            return False
        drawing = self._draw(card, min(place.upload_bytes, _DM_UPLOAD_BYTES))
        notice = plain(language_of(place.locale).say(_ELSEWHERE), _NOTICE_LENGTH)
        try:
            channel = await self.client.create_dm(discord.Object(place.user))
            message = await channel.send(notice, **drawing.as_message(), nonce=str(place.message))
        except discord.HTTPException as error:
            if may_succeed_later(error):
                raise
            return False
        here = {"guild": None, "channel": channel.id, "message": message.id, "private": False}
        self.reply.place = place.model_copy(update=here)
        return True

    def _draw(self, card: Card, upload_bytes: int) -> Drawing:
        place = self.reply.place
        language = language_of(place.locale)
        footnote = language.say(_BY_TOKEN) if self.reply.by_token_alone else ""
        return draw(card, upload_bytes, language, spoiler=place.spoiler, footnote=footnote)

    def _is_for_its_user_alone(self, card: Card) -> bool:
        """Whether a card would only be in the way of others in the channel."""
        place = self.reply.place
        public = place.guild is not None and not place.private
        return public and self.reply.thinking and isinstance(card, TextCard) and card.error

    async def _tell_alone(self, card: Card) -> bool:
        """Take the message away and tell its user alone; whether that worked."""
        command = self._command()
        if command is None:
            return False
        drawing = self._draw(card, self.reply.place.upload_bytes)
        try:
            # As long as the message is there, Discord would put the answer in its place.
            with suppress(discord.NotFound):
                await command.delete_original_response()
            await command.followup.send(**drawing.as_message(), ephemeral=True)
        except discord.HTTPException as error:
            # Its token, unlike the bot's own, will not be good again.
            if may_succeed_later(error) and error.status != _UNAUTHORIZED:
                raise
            return False
        return True

    async def _go(self, drawing: Drawing) -> None:
        refusal: discord.HTTPException | None = None
        for way in self._ways():
            try:
                await way(drawing)
                return
            except discord.HTTPException as error:
                if not _is_refusal(error):
                    raise
                refusal = error
        # A command's token that is refused stays so; the bot's own may be good again.
        if refusal and refusal.status == _UNAUTHORIZED and not self.reply.place.private:
            raise refusal
        raise NoWayError(str(refusal or "its command is over")) from refusal

    def _ways(self) -> list[Callable[[Drawing], Awaitable[None]]]:
        command = self._command()
        token = [partial(self._by_token, command)] if command else []
        if self.reply.place.private:
            return [*token]
        if self.reply.thinking or self.reply.bot_refused:
            return [*token, self._by_bot, self._anew]
        return [self._by_bot, *token, self._anew]

    def _command(self) -> discord.Interaction[Any] | None:
        """The command behind the message, while its token is good."""
        command = self.reply.interaction
        # A client that has been replaced takes its interactions with it.
        usable = command and command.client is self.client and not command.is_expired()
        return command if usable else None

    async def _by_bot(self, drawing: Drawing) -> None:
        message = self._channel().get_partial_message(self.reply.place.message)
        try:
            await message.edit(**drawing.as_edit())
        except discord.HTTPException as error:
            self.reply.bot_refused = _is_refusal(error)
            raise
        self.reply.bot_refused = False

    async def _by_token(self, command: discord.Interaction[Any], drawing: Drawing) -> None:
        await command.edit_original_response(**drawing.as_edit())
        self.reply.thinking = False

    async def _anew(self, drawing: Drawing) -> None:
        nonce = str(self.reply.place.message)
        message = await self._channel().send(**drawing.as_message(), nonce=nonce)
        self.reply.place = self.reply.place.model_copy(update={"message": message.id})
        self.reply.interaction = None
        self.reply.bot_refused = False
        self.reply.thinking = False
        if not drawing.is_in(message):  # it was there, and shows an earlier card
            await self._by_bot(drawing)

    def _channel(self) -> discord.PartialMessageable:
        place = self.reply.place
        return self.client.get_partial_messageable(place.channel, guild_id=place.guild)


def may_succeed_later(error: Exception) -> bool:
    """Whether the same may work at another time: Discord or the bot's login is out of order."""
    return isinstance(error, discord.HTTPException) and (
        error.status in (_UNAUTHORIZED, _TOO_MANY) or error.status >= 500
    )


def _is_refusal(error: discord.HTTPException) -> bool:
    return error.status in _REFUSALS or error.code in (_ARCHIVED, _LOCKED)


def _is_about_files(error: Exception) -> bool:
    cause = error.__cause__ if isinstance(error, NoWayError) else error
    return isinstance(cause, discord.HTTPException) and (
        cause.status == _TOO_LARGE or cause.code == _MISSING_PERMISSIONS
    )
