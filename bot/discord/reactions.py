"""Reactions to messages of the bot, which do what its buttons do."""

import re
from dataclasses import dataclass

import discord
from discord.utils import utcnow

from bot.commands import Command, Inspire, split_flags
from bot.discord import deletion
from bot.discord.answering import sentence_of
from bot.discord.cards import prompts_in
from bot.discord.desk import Desk, person
from bot.discord.mailing import send_directly
from bot.discord.reading import job_of, subjects_of
from bot.discord.replying import language_below
from bot.gestures.commands import again, inspired_by, other_prompts
from bot.gestures.reactions import NOT_YOURS, Reaction
from bot.language import N_, language_of
from engine.errors import JobError

_STAYS = N_("The bot may not remove this message.")


_MEANT = {reaction.value: reaction for reaction in Reaction}


async def take_reaction(
    desk: Desk, client: discord.Client, reaction: discord.RawReactionActionEvent
) -> None:
    """Take on a reaction that means something here; leave others alone."""
    gesture = _MEANT.get((reaction.emoji.name or "").replace("\ufe0f", ""))
    me = client.user.id if client.user else 0
    if gesture is None or reaction.user_id == me or (reaction.member and reaction.member.bot):
        return
    if gesture is not Reaction.INSPIRE and reaction.message_author_id not in (me, None):
        return
    message = await _fetch(desk, client, reaction)
    if message is None or (message.author.bot and message.author.id != me):
        return
    gestured = _Gestured(desk, client, reaction, message, gesture)
    try:
        await (gestured.to_mine() if message.author.id == me else gestured.to_anybodys())
    except Exception as error:
        await desk.note(message, sentence_of(error))


async def _fetch(
    desk: Desk, client: discord.Client, reaction: discord.RawReactionActionEvent
) -> discord.Message | None:
    """The message that was reacted to, unless it is gone or may not be read."""
    channel = client.get_partial_messageable(reaction.channel_id, guild_id=reaction.guild_id)
    try:
        return await channel.fetch_message(reaction.message_id)
    except discord.HTTPException as error:
        if error.code != deletion.UNKNOWN_MESSAGE:
            desk.miss(reaction.channel_id, error)
        return None


@dataclass(frozen=True, slots=True)
class _Gestured:
    """One reaction to one message."""

    desk: Desk
    client: discord.Client
    reaction: discord.RawReactionActionEvent
    message: discord.Message
    gesture: Reaction

    async def to_mine(self) -> None:
        """Do what is asked for with an animation, or with prompts."""
        if job := job_of(self.message):
            await self._to_result(job)
        elif prompts := prompts_in(self.message):
            await self._to_prompts(prompts)

    async def to_anybodys(self) -> None:
        """Draw prompts from somebody's own, in a message that they sent to the bot."""
        me = self.client.user
        if me is None or (self.message.guild and me not in self.message.mentions):
            return
        prompts, _ = split_flags(re.sub(rf"<@!?{me.id}>", " ", self.message.content))
        if self.gesture is Reaction.INSPIRE and prompts:
            await self._take(Inspire(prompts))

    async def _to_result(self, job: str) -> None:
        match self.gesture:
            case Reaction.AGAIN:
                await self._take(again(job))
            case Reaction.INSPIRE:
                await self._take(await inspired_by(self.desk.service, job))
            case Reaction.SEND:
                card = await self.desk.service.result(job)
                language = language_of(language_below(self.message))
                await send_directly(self.client, self.reaction.user_id, card, language)
            case Reaction.DELETE:
                moderator, mine = self._is_moderator(), self._is_mine()
                await deletion.delete_session(
                    self.desk, job, self._user, moderator=moderator, mine=mine
                )
                await self._remove()

    async def _to_prompts(self, prompts: str) -> None:
        match self.gesture:
            case Reaction.AGAIN | Reaction.INSPIRE:
                await self._take(other_prompts(prompts, subjects_of(self.message)))
            case Reaction.DELETE:
                if not self._is_mine() and not self._is_moderator():
                    raise JobError(NOT_YOURS)
                await self._remove()

    async def _take(self, command: Command) -> None:
        # Put again later, a reaction asks again; it carries nothing else to tell the two apart by.
        event = (self.gesture, self.message.id, self.reaction.user_id)
        if self.desk.pressed.again(event):
            return
        minute = int(utcnow().timestamp() // 60)
        occasion = " ".join(map(str, (*event, minute)))
        asker = self.reaction.member or discord.Object(self.reaction.user_id)
        await self.desk.take_message(self.message, asker, command, occasion=occasion)

    async def _remove(self) -> None:
        if not await deletion.remove_message(self.message):
            raise JobError(_STAYS)

    @property
    def _user(self) -> str:
        return person(self.reaction.guild_id, self.reaction.user_id)

    def _is_mine(self) -> bool:
        return deletion.is_for(self.message, self.reaction.user_id)

    def _is_moderator(self) -> bool:
        """Whether whoever reacted may remove anybody's messages there."""
        member = self.reaction.member
        if member is None:
            return False
        channel = member.guild.get_channel_or_thread(self.reaction.channel_id)
        rights = channel.permissions_for(member) if channel else member.guild_permissions
        return rights.manage_messages
