"""What tests of Discord over HTTP share: an adapter on a loopback Discord, cards, addresses."""

from pathlib import Path

from bot.cards import ProgressCard, PromptsCard, QueuedCard
from bot.discord_adapter import DiscordAdapter
from tests.support.discord_server import CHANNEL, TOKEN, LoopbackDiscord
from tests.support.discord_service import JOB, PlayingService

PROMPTS = "0: a red circle | 24: a blue star"
QUEUED = QueuedCard(JOB, PROMPTS, position=3)
PROGRESS = ProgressCard(JOB, PROMPTS, done=6, frames=24, seconds_left=75.0, preview=b"a picture")
KEYFRAMES = PromptsCard("3 keyframes", "0: … | 12: …", b"picture", "the wave of a song")
LINK = "https://bot.example/sessions/0123456789abcdef01234567"
EDIT = f"/channels/{CHANNEL}/messages/"


def connect(
    service: PlayingService, server: LoopbackDiscord, folder: Path, token: str = TOKEN
) -> DiscordAdapter:
    """An adapter for that Discord, not started yet."""
    return DiscordAdapter(
        service,
        token,
        folder / "discord",
        api_url=server.api_url,
        gateway_url=server.gateway_url,
    )
