"""Deleting an animation with its message and the file in its thread."""

import logging

from slack_sdk.errors import SlackApiError

from bot.language import N_
from bot.slack.client import UNREACHABLE
from bot.slack.desk import Desk, Origin
from engine.errors import JobError

_STAYS = N_(
    "Its session is deleted, but the bot may not remove its message here any more: "
    "please delete that yourself."
)
_log = logging.getLogger(__name__)


async def delete_result(desk: Desk, origin: Origin, job: str, channel: str, ts: str) -> None:
    """Delete a session, its message and its file, for somebody who may; JobError for others.

    Of a session that is gone already an admin of the workspace may still delete the message.
    """
    admin = (await desk.people.of(origin.workspace, origin.user)).admin
    try:
        await desk.service.delete(job, origin.person, moderator=admin)
    except JobError:
        if not admin:
            raise
    await _remove_files(origin, job, channel, ts)
    await remove_message(origin, channel, ts)


async def remove_message(origin: Origin, channel: str, ts: str) -> None:
    """Delete a message of the bot's; JobError where Slack doesn't let it."""
    try:
        await origin.workspace.client.chat_delete(channel=channel, ts=ts)
    except (SlackApiError, *UNREACHABLE) as error:
        _log.warning("A message can't be deleted: %s", error)
        raise JobError(_STAYS) from error


async def _remove_files(origin: Origin, job: str, channel: str, ts: str) -> None:
    """Delete the files that have a job's name, which came after its message."""
    client = origin.workspace.client
    try:
        answer = await client.files_list(channel=channel, ts_from=ts.partition(".")[0])
        for file in answer.get("files") or []:
            if str(file.get("name")).startswith(f"giffusion-{job}."):
                await client.files_delete(file=file["id"])
    except (SlackApiError, *UNREACHABLE) as error:
        _log.warning("An animation's file can't be deleted: %s", error)
        raise JobError(_STAYS) from error
