"""One try to bring a card to its place in Slack; the ways are those that `delivery` tells of."""

from dataclasses import dataclass, replace

from slack_sdk.errors import SlackApiError

from bot.cards import Card, ProgressCard, PromptsCard, ResultCard, TextCard, WaitingCard
from bot.language import N_, Language, language_of
from bot.slack.cards import draw
from bot.slack.client import reason
from bot.slack.message import SlackMessage, Surface
from bot.slack.reply import Reply
from bot.slack.sharing import Sharing
from bot.slack.workspaces import Workspace
from bot.slack.writing import Writing

_UPLOADING = N_("The animation is finished and is being uploaded …")
_SENT_DIRECTLY = N_("I have sent it to you as a direct message.")


@dataclass(frozen=True, slots=True)
class Errand:
    """Brings a card, and notes in the reply what it learns on the way.

    Every method raises SlackApiError where Slack refuses for good, and ConnectionError where a
    later try may succeed.
    """

    workspace: Workspace
    reply: Reply
    sharing: Sharing

    async def run(self, card: Card) -> None:
        """Show a card by the first way that is open."""
        place = self.reply.place
        if place.private:
            await self._tell_privately(card)
        elif _is_error(card) and self.reply.fresh and not place.is_direct:
            await self._tell_instead(card)
        else:
            await self._show(card)
        self.reply.fresh = False

    async def run_by_direct_message(self, card: Card) -> bool:
        """Send a card to its user; whether they take it."""
        if not self.reply.place.user or self.reply.place.is_direct:
            return False
        self.reply.elsewhere = True
        try:
            await self._go_direct(card)
        except SlackApiError:
            return False
        return True

    @property
    def _writing(self) -> Writing:
        return Writing(self.workspace, self.reply)

    @property
    def _language(self) -> Language:
        return language_of(self.reply.place.locale)

    async def _show(self, card: Card) -> None:
        surface = Surface(self._language)
        match card:
            # Whether the message is still there must be known before its thread gets a file.
            case ResultCard() if card.file.is_file():
                await self._writing.write(draw(WaitingCard(_UPLOADING), surface))
                surface = await self.sharing.result(self.workspace, self.reply.place, card)
            case PromptsCard() if card.picture is not None:
                await self._writing.write(draw(replace(card, picture=None), surface))
                surface = await self.sharing.picture(self.workspace, self.reply.place, card)
            case ProgressCard():
                surface = replace(surface, picture=self.reply.picture)
        message = await self._write_with_picture(card, surface)
        if message.overflow:
            await self.sharing.prompts(self.workspace, self.reply.place, message.overflow)

    async def _write_with_picture(self, card: Card, surface: Surface) -> SlackMessage:
        """Show a card, without its picture where Slack doesn't know that one (yet)."""
        message = draw(card, surface)
        try:
            await self._writing.write(message)
        except SlackApiError as error:
            if surface.picture is None or reason(error) != "invalid_blocks":
                raise
            self.reply.picture = None
            message = draw(card, replace(surface, picture=None))
            await self._writing.write(message)
        return message

    async def _tell_privately(self, card: Card) -> None:
        if isinstance(card, WaitingCard):
            return
        with_file = isinstance(card, ResultCard) or (
            isinstance(card, PromptsCard) and card.picture is not None
        )
        if with_file or self.reply.place.is_direct:  # nobody can be shown a file alone
            where = self.reply.place
            await self._go_direct(card)
            if not where.is_direct:
                self.reply.place = where
                notice = TextCard(_SENT_DIRECTLY)
                await self._writing.whisper(draw(notice, Surface(self._language)))
            return
        await self._tell_alone(card)

    async def _tell_instead(self, card: Card) -> None:
        """Take the message away and tell its user alone, with what they would have to type."""
        self.reply.taken_back = self.reply.taken_back or await self._writing.take_back()
        await (self._tell_alone(card) if self.reply.taken_back else self._show(card))

    async def _tell_alone(self, card: Card) -> None:
        try:
            await self._writing.whisper(draw(card, Surface(self._language)))
        except SlackApiError:  # they left, or the bot isn't in there
            self.reply.elsewhere = True
            await self._go_direct(card)

    async def _go_direct(self, card: Card) -> None:
        """Show a card in the user's direct messages, which is its place from now on."""
        place = self.reply.place
        channel = place.channel if place.is_direct else place.user
        direct = {"channel": channel, "ts": "", "thread": "", "instead_of": "", "private": False}
        self.reply.place = place.model_copy(update=direct)
        try:
            await self._show(card)
        except (SlackApiError, ConnectionError):
            if not self.reply.place.ts:
                self.reply.place, self.reply.elsewhere = place, False
            raise


def _is_error(card: Card) -> bool:
    return isinstance(card, TextCard) and card.error
