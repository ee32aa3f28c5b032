"""Cards as jobs and commands show them in Slack, for the tests."""

from bot.cards import ProgressCard, PromptsCard, QueuedCard

JOB = "0123456789abcdef01234567"
TITLE = "0: a fox | 24: an owl"
PICTURE = PromptsCard("3 keyframes", "0: … | 12: …", b"picture" * 9, "the wave of a song")
QUEUED = QueuedCard(JOB, TITLE, position=3)
PROGRESS = ProgressCard(JOB, TITLE, done=12, frames=24, seconds_left=8.0, preview=None)
