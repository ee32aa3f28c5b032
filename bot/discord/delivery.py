"""Bringing cards to their message on Discord, by the first way that is open.

1. The bot edits the message with its own token, which never expires.
2. Where the bot isn't in the place (an app that a user installed for themself), the command's token
   edits it, for the 15 minutes that it lives. A job's cards say so there from the first on.
3. Where neither can, or the message is gone, a new message is posted in the channel. It carries the
   id of the one that it stands for as its nonce: should the bot be killed before it could note the
   new one, and post it again within minutes, Discord answers with the one that is there.
4. A last card that has no way left goes to its user by direct message.

A command's first card goes by the command's token: that is what ends "is thinking…". If it is an
error in a server, the message is deleted and its user alone is told.

So what happens where
- the message was deleted, or its thread archived: a new message, which opens the thread again;
- a thread is locked, or the channel deleted, or the bot lost its permissions (50001, 50013) or was
  removed from the server: cards on the way are left out, the last comes by direct message;
- the bot may write but not attach files: the result's words come with its link;
- a message is private: the command's token or a direct message, never the channel;
- direct messages are closed as well: it is logged once, and the result stays in its session.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import discord

from bot.cards import Card, LastCard
from bot.discord.errand import Errand, NoWayError, may_succeed_later
from bot.discord.pacing import channel_pacer
from bot.discord.place import Place
from bot.discord.reply import Reply

__all__ = ["Delivery", "Place"]

_log = logging.getLogger(__name__)


class Delivery:
    """The messages that stand for running conversations.

    `client` gives the client of the moment, once it is logged in.
    """

    def __init__(self, client: Callable[[], Awaitable[discord.Client]]) -> None:
        self._client = client
        self._replies: dict[int, Reply] = {}
        self._pacer = channel_pacer(self._show_late)

    def open(self, place: Place, interaction: discord.Interaction[Any]) -> None:
        """Remember the command behind a message that says "is thinking…"."""
        self._replies[place.message] = Reply(place, interaction, thinking=True)

    async def deliver(self, place: Place, card: Card) -> Place | None:
        """Make the place's message show `card`; where it is from now on, if it is a new message.

        A failure of Discord's or of the network's is raised, as is a token that isn't good any
        more: the same card may be shown later. A place that no way leads to any more is logged
        once and then left in peace, except for one try with the last card. A card that others
        follow may be shown a little later, where a channel is edited too often.
        """
        last = isinstance(card, LastCard)
        reply = self._replies.get(place.message)
        if last:
            self._pacer.drop(place)
        elif reply is not None and reply.paced and not self._pacer.may_go(place, card):
            return self._moved(place, reply)
        reply = self._replies.setdefault(place.message, Reply(place))
        async with reply.lock:
            await self._bring(reply, card)
        if last:
            reply.over = True
            self._replies.pop(place.message, None)
        return self._moved(place, reply)

    async def close(self) -> None:
        """Show nothing late any more."""
        await self._pacer.close()

    async def _bring(self, reply: Reply, card: Card) -> None:
        last = isinstance(card, LastCard)
        if reply.lost and not last:
            return
        errand = Errand(await self._client(), reply)
        try:
            await errand.run(card)
        except (discord.HTTPException, NoWayError) as error:
            if may_succeed_later(error):
                raise
            if last and await errand.run_by_direct_message(card):
                return
            if not reply.lost:
                channel = reply.place.channel
                _log.warning("Nothing can be shown in channel %s: %s", channel, error)
            reply.lost = True

    async def _show_late(self, place: Place, card: Card) -> None:
        reply = self._replies.get(place.message)
        if reply is None:
            return
        async with reply.lock:
            if reply.over:
                return
            try:
                await self._bring(reply, card)
            except Exception as error:
                _log.warning("A card was left out, as another follows: %r", error)

    def _moved(self, place: Place, reply: Reply) -> Place | None:
        if reply.place == place:
            return None
        if self._replies.get(place.message) is reply:
            self._replies[reply.place.message] = self._replies.pop(place.message)
        return reply.place
