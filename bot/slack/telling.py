"""What is told to one person alone, and what they are told where the bot can't post."""

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.language import N_, Language
from bot.slack.client import is_passing, reason

_SILENT = N_("Slack did not answer. Please run the command again.")
_NOT_A_MEMBER = N_(
    "I'm not in this conversation, so I can't answer here. Type `/invite @{bot}` first, or run the "
    "command in a direct message to me."
)
_REFUSED = N_("Slack doesn't let me post here ({reason}). Run the command elsewhere.")


async def whisper(
    client: AsyncWebClient, text: str, *, channel: str, user: str, thread: str
) -> None:
    """Show a text in markup to a user alone in a channel, else in their direct messages.

    Those are also meant where the channel is their own id. Raises as the client does.
    """
    if channel != user:
        try:
            await client.chat_postEphemeral(
                channel=channel, user=user, text=text, thread_ts=thread or None
            )
            return
        except SlackApiError as error:
            if is_passing(error):
                raise
    await client.chat_postMessage(channel=user, text=text)


def remedy(error: Exception, language: Language, bot: str | None) -> str:
    """What to do about an error for which nothing could be posted; `bot` is the bot's name."""
    if not isinstance(error, SlackApiError):
        return language.say(_SILENT)
    if reason(error) in ("not_in_channel", "channel_not_found"):
        return language.say(_NOT_A_MEMBER, bot=bot)
    return language.say(_REFUSED, reason=reason(error))
