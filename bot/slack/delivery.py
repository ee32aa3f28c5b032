"""Bringing cards to their message in Slack, by the first way that is open.

1. The message is edited.
2. Where it is gone, or can't be edited any more, a new one is posted in its thread or channel. It
   carries the ts of the one that it stands in for, so that it is found again after a kill.
3. A last card that has no way left goes to its user by direct message.

So what happens where
- an error is a command's first card, in a channel: the message is deleted, and its user alone told,
  with what they typed, as Slack keeps no slash command;
- the channel is archived or deleted, or the bot was removed from it: cards on the way are left out,
  the last comes by direct message;
- a card is private: its user alone sees it, or gets it by direct message; one with a file always
  comes so, as nobody can be shown a file alone;
- files can't be uploaded: the message says so, and has the session's link;
- direct messages are refused as well, or the app was uninstalled: it is logged once, and the result
  stays in its session.
"""

import logging

from slack_sdk.errors import SlackApiError

from bot.cards import Card, LastCard, ProgressCard
from bot.slack.client import reason
from bot.slack.errand import Errand
from bot.slack.memory import Memory
from bot.slack.pacing import workspace_pacer
from bot.slack.place import Place
from bot.slack.previews import Previews
from bot.slack.reply import Reply
from bot.slack.sharing import Sharing
from bot.slack.workspaces import NoWorkspaceError, Workspaces

_log = logging.getLogger(__name__)


class Delivery:
    """The messages that stand for running conversations; to be created when the bot starts."""

    def __init__(self, workspaces: Workspaces, memory: Memory) -> None:
        self._workspaces = workspaces
        self._sharing = Sharing()
        self._previews = Previews(memory)
        self._replies: dict[tuple[str, str, str], Reply] = {}
        self._pacer = workspace_pacer(self._show_late)

    def open(self, place: Place, typed: str) -> None:
        """Remember a message that doesn't say anything yet; `typed` is what Slack has not kept."""
        self._replies[place.key] = Reply(place, fresh=True, typed=typed)

    async def deliver(self, place: Place, card: Card) -> Place | None:
        """Make the place's message show `card`; where it is from now on, if it is a new message.

        ConnectionError if Slack can't take a last card now, or refuses its token, which may be
        mended: showing the card again does no harm. A card that others follow may be shown a little
        later, where its workspace is edited too often, or be left out. A place that no way leads to
        any more is logged once and then left in peace, except for one try with the last card.
        """
        last = isinstance(card, LastCard)
        reply = self._reply(place)
        if last:
            self._pacer.drop(place)
        elif reply.paced and not self._pacer.may_go(place, card):
            return self._moved(place, reply)
        async with reply.lock:
            await (self._bring(reply, card) if last else self._try(reply, card))
        if last:
            self._replies.pop(place.key, None)
        return self._moved(place, reply)

    async def close(self) -> None:
        """Show nothing late any more."""
        await self._pacer.close()
        await self._previews.close()

    def _reply(self, place: Place) -> Reply:
        if place.private:  # without a message of its own that could be known again
            return Reply(place)
        return self._replies.setdefault(place.key, Reply(place))

    async def _show_late(self, place: Place, card: Card) -> None:
        reply = self._replies.get(place.key)
        if reply is None:
            return
        async with reply.lock:
            if not reply.over:
                await self._try(reply, card)

    async def _try(self, reply: Reply, card: Card) -> None:
        """Bring a card that others follow, unless something is wrong."""
        try:
            await self._bring(reply, card)
        except Exception as error:
            _log.warning("A card was left out, as another follows: %r", error)

    async def _bring(self, reply: Reply, card: Card) -> None:
        last = isinstance(card, LastCard)
        if reply.lost and not last:
            return
        try:
            workspace = await self._workspaces.of(reply.place.team, reply.place.enterprise)
        except NoWorkspaceError as error:
            _lose(reply, str(error))
            return
        errand = Errand(workspace, reply, self._sharing)
        try:
            await errand.run(card)
        except SlackApiError as error:
            if not last or not await errand.run_by_direct_message(card):
                _lose(reply, reason(error))
        reply.over = last
        if isinstance(card, ProgressCard) and card.preview and not reply.lost:
            self._previews.offer(workspace, reply, card.preview)
        self._previews.tidy(workspace, reply)

    def _moved(self, place: Place, reply: Reply) -> Place | None:
        if reply.place == place:
            return None
        if self._replies.get(place.key) is reply:
            self._replies[reply.place.key] = self._replies.pop(place.key)
        return reply.place


def _lose(reply: Reply, why: str) -> None:
    if not reply.lost:
        _log.warning("Nothing can be shown in channel %s: %s", reply.place.channel, why)
    reply.lost = True
