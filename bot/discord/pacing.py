"""The rate of edits on Discord, which takes about five in five seconds for a whole channel.

discord.py makes whatever comes too early wait in line.
"""

from bot.discord.place import Place
from bot.pacing import Pacer, Rate, Show

EDITS, SECONDS = 3, 5.0  # for cards that others follow, in a channel


def channel_pacer(show: Show[Place]) -> Pacer[Place]:
    """Paces what is shown, channel by channel."""
    return Pacer(
        show,
        rate=lambda: Rate(EDITS, SECONDS),
        room=lambda place: place.channel,
        message=lambda place: place.message,
    )
