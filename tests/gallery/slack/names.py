"""Who and what the ids of the loopback Slack are called."""

from tests.support.slack_server import BOT

_NAMES = {BOT: "Giffusion", "U1": "alice", "U2": "bob", "C1": "animations"}


def name_of(number: str) -> str:
    """The name of a user or channel. LookupError where there is none."""
    name = _NAMES.get(number)
    if name is None:
        raise LookupError(f"nobody and nothing is called {number}")
    return name
