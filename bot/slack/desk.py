"""Where everything that people do in Slack is taken on: given a place, handed to the core.

Commands, mentions, presses, forms, shortcuts and reactions all end here; each has a module of its
own. All of them were acknowledged before.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from slack_bolt.async_app import AsyncRespond
from slack_sdk.errors import SlackApiError

from bot.cards import LastCard, TextCard
from bot.commands import Animate, Command, Inspire, Keyframes
from bot.language import N_, Language, language_of
from bot.port import Attachment, Chat, Incoming, Service
from bot.recently import Recently
from bot.slack.client import UNREACHABLE
from bot.slack.delivery import Delivery
from bot.slack.history import History
from bot.slack.people import People
from bot.slack.place import Place
from bot.slack.seen import Receipt
from bot.slack.telling import remedy, whisper
from bot.slack.text import escape
from bot.slack.workspaces import Workspace, Workspaces
from engine.errors import GiffusionError

BROKEN = N_("Something went wrong here, not in your command. Please try again.")
_PRESS_SECONDS = 3.0  # in which the same press again is a double click
_READING = N_("Reading the command …")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Origin:
    """Who asks for something, and where the answer goes.

    `channel` may be a user's id, which stands for their direct messages. `thread` is the root of
    the thread to answer in; empty for a message of its own. `respond` answers them alone, where
    what they did allows that. `locale` is their language, as Slack writes it. `receipt` is signed
    once the answer stands.
    """

    workspace: Workspace
    channel: str
    user: str
    thread: str = ""
    respond: AsyncRespond | None = None
    locale: str = ""
    receipt: Receipt = field(default_factory=Receipt, compare=False)

    @property
    def person(self) -> str:
        """Who asks, as `platform:tenant:user`."""
        return self.workspace.person(self.user)

    def below(self, message: Mapping[str, Any]) -> Self:
        """The same, answered where a message stands: in its thread, if it is a reply in one."""
        root = message.get("thread_ts")
        return replace(self, thread=root if root and root != message.get("ts") else "")

    @property
    def language(self) -> Language:
        """The language that they read."""
        return language_of(self.locale)


class Desk:
    """`chat` is the adapter, which shows what `service` answers by `delivery`.

    `pressed` is what was just done.
    """

    def __init__(
        self, chat: Chat, service: Service, workspaces: Workspaces, delivery: Delivery
    ) -> None:
        self.service = service
        self.workspaces = workspaces
        self.people = People()
        self.history = History()
        self.pressed = Recently(_PRESS_SECONDS)
        self._chat = chat
        self._delivery = delivery

    async def take(
        self,
        origin: Origin,
        command: Command | str,
        attachments: Sequence[Attachment] = (),
        *,
        private: bool = False,
        typed: str = "",
    ) -> None:
        """Have a command carried out, whose answer only the user sees if it is `private`.

        Where the bot may not post, the user is told so. `typed` is given back with an error, where
        Slack doesn't keep what they typed.
        """
        place = self._private(origin) if private else await self._post(origin)
        if place is None:
            return
        if not private:
            self._delivery.open(place, typed)
            origin.receipt.sign()
        conversation = place.model_dump()
        incoming = Incoming(
            origin.person, command, conversation, tuple(attachments), locale=origin.locale
        )
        try:
            await self.service.handle(self._chat, incoming)
        except GiffusionError as error:
            await self._chat.show(conversation, TextCard(str(error), error=True))
        except Exception:
            _log.exception("A command from Slack failed")
            await self._chat.show(conversation, TextCard(BROKEN, error=True))

    async def answer(self, origin: Origin, card: LastCard) -> None:
        """Show a card at once, where everybody sees it."""
        place = await self._post(origin)
        if place is not None:
            await self._chat.show(place.model_dump(), card)

    async def send_directly(self, origin: Origin, card: LastCard) -> None:
        """Show a card to the user alone, in their direct messages."""
        await self.answer(replace(origin, channel=origin.user, thread=""), card)

    async def tell(self, origin: Origin, sentence: str) -> None:
        """Say a sentence to the user alone, if Slack lets the bot."""
        text = escape(origin.language.say(sentence))
        try:
            if origin.respond is not None:
                await origin.respond(
                    text,
                    response_type="ephemeral",
                    replace_original=False,
                    thread_ts=origin.thread or None,
                )
            else:
                await whisper(
                    origin.workspace.client,
                    text,
                    channel=origin.channel,
                    user=origin.user,
                    thread=origin.thread,
                )
        except (SlackApiError, *UNREACHABLE) as error:
            _log.warning("Somebody could not be told something: %r", error)

    def _private(self, origin: Origin) -> Place:
        return self._place(origin, origin.channel, thread=origin.thread, private=True)

    async def _post(self, origin: Origin) -> Place | None:
        """The message that answers, as it stands before there is an answer."""
        try:
            answer = await origin.workspace.client.chat_postMessage(
                channel=origin.channel,
                text=origin.language.say(_READING),
                thread_ts=origin.thread or None,
            )
        except (SlackApiError, *UNREACHABLE) as error:
            _log.warning("A command could not be answered in its channel: %r", error)
            bot = origin.workspace.identity.user
            await self.tell(origin, remedy(error, origin.language, bot))
            return None
        ts = str(answer["ts"])
        return self._place(origin, str(answer["channel"]), ts, origin.thread or ts)

    def _place(
        self, origin: Origin, channel: str, ts: str = "", thread: str = "", *, private: bool = False
    ) -> Place:
        return Place(
            team=origin.workspace.team,
            enterprise=origin.workspace.identity.enterprise_id,
            channel=channel,
            ts=ts,
            thread=thread,
            user=origin.user,
            locale=origin.locale,
            private=private,
        )


def is_private(command: Command) -> bool:
    """Whether others in a channel have no use for an answer: lists, help, one's own things."""
    return not isinstance(command, Animate | Inspire | Keyframes)


def sentence_of(error: Exception) -> str:
    """What a user is told of a failure; one that is nobody's but ours is logged."""
    if isinstance(error, GiffusionError):
        return str(error)
    _log.error("Something from Slack could not be carried out", exc_info=error)
    return BROKEN
