"""Who and what the ids of the loopback Discord are called."""

from tests.support.discord_server import BOT, CHANNEL, USER

_NAMES = {BOT: "Giffusion", USER: "alice", CHANNEL: "animations"}


def name_of(number: str | int) -> str:
    """The name of a user, role or channel. LookupError where there is none."""
    name = _NAMES.get(str(number))
    if name is None:
        raise LookupError(f"nobody and nothing is called {number}")
    return name
