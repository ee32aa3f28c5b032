"""Cards as jobs and commands show them in Slack, for the tests."""

from bot.cards import ProgressCard, PromptsCard, QueuedCard
from bot.commands import Animate
from tests.support.playing_service import PlayingService

JOB = "0123456789abcdef01234567"
TITLE = "0: a fox | 24: an owl"
PICTURE = PromptsCard("3 keyframes", "0: … | 12: …", b"picture" * 9, "the wave of a song")
QUEUED = QueuedCard(JOB, TITLE, position=3)
PROGRESS = ProgressCard(JOB, TITLE, done=12, frames=24, seconds_left=8.0, preview=None)


def asked_for(service: PlayingService) -> list[str]:
    """The prompts of all commands that a service was given."""
    commands = [incoming.command for incoming in service.incoming]
    return [str(command.values["prompts"]) for command in commands if isinstance(command, Animate)]
