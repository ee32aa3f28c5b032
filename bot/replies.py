"""Commands that are answered without rendering: help, lists, keyframes, prompts."""

from bot.cancellation import Cancellation
from bot.cards import LastCard, TextCard, WaitingCard
from bot.commands import (
    Cancel,
    Help,
    Inspire,
    Keyframes,
    List,
    Load,
    Models,
    Presets,
    Queue,
    Save,
    Sessions,
)
from bot.help import help_text
from bot.inspiration import Inspiration
from bot.keyframes import KeyframeFinder
from bot.language import N_, language_of
from bot.library import Library
from bot.listing import Listing
from bot.port import Chat, Incoming
from bot.showing import LAST_CARD_PAUSES, show
from engine.configuration import Configuration
from engine.disk import check_room
from engine.errors import InputError

AtOnce = Help | Inspire | List | Cancel | Load | Save
Replied = AtOnce | Keyframes
"""The commands that are answered so; keyframes take some seconds."""


class Replies:
    """Answers every command but the one that makes an animation."""

    def __init__(
        self,
        library: Library,
        listing: Listing,
        cancellation: Cancellation,
        configuration: Configuration,
    ) -> None:
        self._library = library
        self._listing = listing
        self._cancellation = cancellation
        self._keyframes = KeyframeFinder(configuration)
        self._inspiration = Inspiration(configuration)
        self._service = configuration.service

    async def answer(self, chat: Chat, incoming: Incoming, command: Replied) -> None:
        """Show a command's answer. A GiffusionError says why there is none."""
        if isinstance(command, Keyframes):
            await self._find_keyframes(chat, incoming, command)
        else:
            card = await self._card(incoming, command)
            await show(chat, incoming.conversation, card, LAST_CARD_PAUSES)

    async def _card(self, incoming: Incoming, command: AtOnce) -> LastCard:
        match command:
            case Queue() | Models() | Presets() | Sessions():
                return await self._listing.of(incoming.user, command)
            case Cancel():
                return await self._cancellation.answer(incoming.user, command.which)
            case Help():
                return TextCard(help_text(command.topic, language_of(incoming.locale)))
            case Inspire():
                return await self._inspiration.draw(command.topics)
            case Load():
                return await self._library.load(incoming.user, command)
            case Save():
                session = await self._library.find(incoming.user, command.session)
                return TextCard(await self._library.save(session, incoming.user, command.name))

    async def _find_keyframes(self, chat: Chat, incoming: Incoming, command: Keyframes) -> None:
        if not incoming.attachments:
            raise InputError("keyframes", "no song or clip is attached", chat.attaching)
        check_room(self._service.data, self._service.free_mib)
        place = await show(chat, incoming.conversation, WaitingCard(N_("Listening…")))
        room = chat.capabilities(place).text_length
        language = language_of(incoming.locale)
        card = await self._keyframes.find(command, incoming.attachments, room, language)
        await show(chat, place, card, LAST_CARD_PAUSES)
