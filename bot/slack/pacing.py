"""The rate of edits in Slack, which takes about 50 a minute from an app for a whole workspace."""

from bot.pacing import Pacer, Rate, Show
from bot.slack.place import Place

EDITS, SECONDS = 6, 10.0  # for cards that others follow, in a workspace


def workspace_pacer(show: Show[Place]) -> Pacer[Place]:
    """Paces what is shown, workspace by workspace."""
    return Pacer(
        show,
        rate=lambda: Rate(EDITS, SECONDS),
        room=lambda place: place.team,
        message=lambda place: place.key,
    )
