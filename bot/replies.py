"""Commands that are answered without rendering: help, lists, keyframes, prompts."""

from bot.cards import ListCard, PromptsCard, TextCard, WaitingCard
from bot.commands import (
    Help,
    Inspire,
    Keyframes,
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

Replied = Help | Inspire | Keyframes | Load | Models | Presets | Queue | Save | Sessions
"""The commands that are answered so."""


class Replies:
    """Answers every command but the one that makes an animation."""

    def __init__(self, library: Library, listing: Listing, configuration: Configuration) -> None:
        self._library = library
        self._listing = listing
        self._keyframes = KeyframeFinder(configuration)
        self._inspiration = Inspiration(configuration)
        self._service = configuration.service

    async def answer(self, chat: Chat, incoming: Incoming, command: Replied) -> None:
        """Show a command's answer. A GiffusionError says why there is none."""
        match command:
            case Keyframes():
                await self._find_keyframes(chat, incoming, command)
            case Queue() | Models() | Presets() | Sessions():
                listed = await self._list(incoming.user, command)
                await chat.show(incoming.conversation, listed)
            case _:
                card = await self._card(incoming, command)
                await chat.show(incoming.conversation, card)

    async def _list(self, user: str, command: Queue | Models | Presets | Sessions) -> ListCard:
        match command:
            case Queue():
                return await self._listing.queue(user)
            case Models():
                return self._listing.models()
            case Presets():
                return self._listing.presets()
            case Sessions():
                return await self._listing.sessions(user)

    async def _card(
        self, incoming: Incoming, command: Help | Inspire | Load | Save
    ) -> PromptsCard | TextCard:
        match command:
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
