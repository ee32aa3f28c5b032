"""Messages on their way into Slack: edited, posted anew where they are gone, or whispered."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any, TypeVar

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.language import N_, language_of
from bot.slack.client import UNREACHABLE, is_locked_out, is_passing, reason
from bot.slack.message import SlackMessage
from bot.slack.reply import Reply
from bot.slack.stand_in import find_stand_in, marked
from bot.slack.text import escape
from bot.slack.workspaces import Workspace

Answer = TypeVar("Answer")
_GONE = ("message_not_found", "cant_update_message", "edit_window_closed")
_NO_THREAD = ("thread_not_found", "message_not_found")
_TYPED_LENGTH = 8_000
_ELSEWHERE = N_("This could not be shown where you asked for it:")
_TYPED = N_("This is what you typed:")


@dataclass(frozen=True, slots=True)
class Writing:
    """Writes one reply's message, and notes in the reply where it is.

    Every method raises SlackApiError where Slack refuses for good, and ConnectionError where a
    later try may succeed.
    """

    workspace: Workspace
    reply: Reply

    async def write(self, message: SlackMessage) -> None:
        """Edit the message; where it is gone or there is none yet, post it."""
        if not self.reply.place.ts or not await self._edit(message):
            await self._post(message)

    async def whisper(self, message: SlackMessage) -> None:
        """Show a message to the user alone."""
        place = self.reply.place
        await _heard(
            self.workspace.client.chat_postEphemeral(
                channel=place.channel,
                user=place.user,
                thread_ts=place.outer_thread or None,
                **self._words(message),
            )
        )

    async def take_back(self) -> bool:
        """Delete the message; whether it is gone."""
        place = self.reply.place
        try:
            await _heard(self.workspace.client.chat_delete(channel=place.channel, ts=place.ts))
        except SlackApiError as error:
            return reason(error) in _GONE
        return True

    async def _edit(self, message: SlackMessage) -> bool:
        """Whether the message could be edited: False if it is gone."""
        place = self.reply.place
        client = self.workspace.client
        try:
            await _heard(
                client.chat_update(channel=place.channel, ts=place.ts, **self._words(message))
            )
        except SlackApiError as error:
            if reason(error) not in _GONE:
                raise
            return False
        return True

    async def _post(self, message: SlackMessage) -> None:
        """Post a new message, unless it was posted before in the stead of one that is gone."""
        place = self.reply.place
        gone = {"ts": "", "thread": place.outer_thread, "instead_of": place.ts or place.instead_of}
        place = self.reply.place = place.model_copy(update=gone)
        if place.instead_of:
            ts = await _heard(find_stand_in(self.workspace.client, place))
            if ts:
                found = {"ts": ts, "thread": place.thread or ts}
                self.reply.place = place.model_copy(update=found)
                if await self._edit(message):
                    return
        answer = await self._post_in_thread(message)
        channel, ts = str(answer["channel"]), str(answer["ts"])
        posted = {"channel": channel, "ts": ts, "thread": place.thread or ts}
        self.reply.place = place.model_copy(update=posted)

    async def _post_in_thread(self, message: SlackMessage) -> AsyncSlackResponse:
        place = self.reply.place
        words = {"channel": place.channel, **self._words(message)}
        client = self.workspace.client
        if place.thread:
            try:
                return await _heard(client.chat_postMessage(**words, thread_ts=place.thread))
            except SlackApiError as error:
                if reason(error) not in _NO_THREAD:
                    raise
        return await _heard(client.chat_postMessage(**words))

    def _words(self, message: SlackMessage) -> dict[str, Any]:
        language, blocks = language_of(self.reply.place.locale), message.blocks
        if self.reply.elsewhere:
            blocks = [_context(language.say(_ELSEWHERE)), *blocks]
        if self.reply.taken_back and self.reply.typed:
            blocks = [*blocks, _context(language.say(_TYPED)), _code(self.reply.typed)]
        blocks = marked(blocks, self.reply.place)
        return {"text": message.text, "blocks": blocks, "parse": "none"}


async def _heard(call: Awaitable[Answer]) -> Answer:
    """A call's answer; ConnectionError where Slack may well answer better a little later."""
    try:
        return await call
    except SlackApiError as error:
        if is_passing(error) or is_locked_out(error):
            raise ConnectionError(f"Slack took nothing now ({reason(error)})") from error
        raise
    except UNREACHABLE as error:
        raise ConnectionError("Slack did not answer") from error


def _context(text: str) -> dict[str, Any]:
    words = {"type": "mrkdwn", "text": escape(text), "verbatim": True}
    return {"type": "context", "elements": [words]}


def _code(text: str) -> dict[str, Any]:
    """A block that shows text exactly as it is, whatever is in it."""
    words = {"type": "text", "text": text[:_TYPED_LENGTH]}
    code = {"type": "rich_text_preformatted", "elements": [words]}
    return {"type": "rich_text", "elements": [code]}
