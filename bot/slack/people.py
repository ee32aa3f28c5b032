"""What Slack tells of people: their language, and whether they are admins."""

import asyncio
import logging
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError

from bot.slack.client import UNREACHABLE, reason
from bot.slack.workspaces import Workspace

_SECONDS = 3_600.0  # in which somebody is not asked for again
_ASKING_SECONDS = 1.0  # of the three in which a modal must open
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Person:
    """`locale` is empty where it isn't known; an `admin` may remove anybody's messages."""

    locale: str = ""
    admin: bool = False


class People:
    """Everybody who was asked for lately."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], tuple[float, Person]] = {}

    async def of(self, workspace: Workspace, user: str) -> Person:
        """What is known of somebody; nothing where Slack doesn't tell."""
        now = asyncio.get_running_loop().time()
        key = (workspace.team, user)
        until, person = self._known.get(key, (now, Person()))
        if until > now:
            return person
        told = await _ask(workspace, user)
        if told is None:
            return Person()
        self._known = {known: kept for known, kept in self._known.items() if kept[0] > now}
        self._known[key] = (now + _SECONDS, told)
        return told


async def _ask(workspace: Workspace, user: str) -> Person | None:
    try:
        async with asyncio.timeout(_ASKING_SECONDS):
            answer = await workspace.client.users_info(user=user, include_locale=True)
    except (SlackApiError, *UNREACHABLE) as error:
        why = reason(error) if isinstance(error, SlackApiError) else repr(error)
        _log.info("Slack tells nothing of a user: %s", why)
        return None
    found = answer["user"]
    admin = bool(found.get("is_admin") or found.get("is_owner"))
    return Person(str(found.get("locale") or ""), admin)
