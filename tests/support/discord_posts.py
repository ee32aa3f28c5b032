"""Messages of the bot with buttons, as they stand in a channel long after they were posted."""

import discord
import simcord

from bot.discord.buttons import ActionButton
from bot.discord.message import Drawing
from bot.gestures.actions import OF_A_RESULT, Action
from bot.language import language_of
from tests.support.discord_service import JOB


async def post(
    env: simcord.Env,
    channel: simcord.ChannelHandle,
    buttons: dict[Action, str],
    text: str = "An animation",
    files: tuple[tuple[str, bytes], ...] = (),
) -> discord.Message:
    """Have the bot post a message with these buttons, each about its subject."""
    language = language_of("en")
    made = tuple(ActionButton(action, subject, language) for action, subject in buttons.items())
    drawing = Drawing(discord.Embed(description=text), made, files)
    guild = channel.guild.id if channel.guild else None
    place = env.bot.get_partial_messageable(channel.id, guild_id=guild)
    return await place.send(**drawing.as_message())


async def post_result(
    env: simcord.Env, channel: simcord.ChannelHandle, file: str = "animation.mp4"
) -> discord.Message:
    """Have the bot post an animation."""
    files = ((file, b"an animation"),)
    return await post(env, channel, dict.fromkeys(OF_A_RESULT, JOB), files=files)


async def post_prompts(
    env: simcord.Env, channel: simcord.ChannelHandle, prompts: str, topics: str = "animals"
) -> discord.Message:
    """Have the bot post prompts that it drew."""
    buttons = {Action.ANIMATE: "", Action.DRAW: topics, Action.FILL: ""}
    return await post(env, channel, buttons, f"How about this?\n```\n{prompts}\n```")
