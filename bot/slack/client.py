"""Slack's web API as the adapter uses it: the client, its tokens, and what its errors mean."""

import asyncio
import logging
from typing import Any

import aiohttp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.manifest import SCOPES
from engine.errors import ConfigurationError

log = logging.getLogger(__name__)

UNREACHABLE = (TimeoutError, aiohttp.ClientError)
START_SECONDS = 10
_TOO_MANY = 429
_LONGEST_WAIT = 60.0  # seconds that a call may wait for its turn

# What stands before Slack (a proxy, a gateway) answers with pages of its own.
_UNREADABLE = "an unreadable answer"
_TOKEN_REFUSED = (
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_expired",
    "token_revoked",
)


class _Limits(AsyncRateLimitErrorRetryHandler):
    """Waits as long as Slack asks for, and tells others who would call the same method meanwhile.

    A wait that is very long is left to whoever called.
    """

    def __init__(self) -> None:
        super().__init__(max_retry_count=3)
        self._until: dict[str, float] = {}

    async def wait(self, method: str) -> None:
        """Return once a method may be called again; TimeoutError if that is too far away."""
        rest = self._until.get(method, 0.0) - asyncio.get_running_loop().time()
        if rest > _LONGEST_WAIT:
            raise TimeoutError(f"Slack takes no {method} for {rest:.0f} s")
        if rest > 0:
            await asyncio.sleep(rest)

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if response is None or response.status_code != _TOO_MANY:
            return False
        headers = {name.lower(): values for name, values in response.headers.items()}
        seconds = float(headers.get("retry-after", ["1"])[0])
        method = request.url.rstrip("/").rpartition("/")[2]
        self._until[method] = asyncio.get_running_loop().time() + seconds
        return seconds <= _LONGEST_WAIT


class _Client(AsyncWebClient):
    """A client that calls no method before Slack takes it again."""

    def __init__(self, limits: _Limits, token: str | None, base_url: str, timeout: int) -> None:
        super().__init__(token=token, base_url=base_url, timeout=timeout, retry_handlers=[limits])
        self.limits = limits

    async def api_call(self, api_method: str, **arguments: Any) -> AsyncSlackResponse:
        """Call a method; TimeoutError where its rate is used up for a long time."""
        await self.limits.wait(api_method)
        return await super().api_call(api_method, **arguments)


def web_client(token: str | None, api_url: str | None, seconds: int = 30) -> AsyncWebClient:
    """A client that obeys rate limits; `seconds` is the most that one request may take.

    It tries nothing again when a connection breaks: a message that Slack has taken before that
    would be posted twice.
    """
    return _Client(_Limits(), token, api_url or AsyncWebClient.BASE_URL, seconds)


def patient(client: AsyncWebClient, seconds: int) -> AsyncWebClient:
    """The same client, whose requests may take up to so many seconds each."""
    limits = client.limits if isinstance(client, _Client) else _Limits()
    return _Client(limits, client.token, client.base_url, seconds)


async def authenticate(client: AsyncWebClient) -> AuthorizeResult:
    """Who the bot token stands for. ConfigurationError if refused, ConnectionError if unheard."""
    try:
        answer = await asyncio.wait_for(client.auth_test(), START_SECONDS)
    except SlackApiError as error:
        raise _refused("bot token", "xoxb-", error) from error
    except UNREACHABLE as error:
        raise ConnectionError(f"Slack can't be reached at {client.base_url}") from error
    _warn_of_missing_scopes(answer)
    return AuthorizeResult(
        enterprise_id=answer.get("enterprise_id"),
        team_id=answer["team_id"],
        bot_user_id=answer["user_id"],
        bot_id=answer.get("bot_id"),
        bot_token=client.token,
        user=answer.get("user"),
    )


async def open_socket_url(client: AsyncWebClient, app_token: str) -> str:
    """An address to connect to by Socket Mode, and so the proof that `app_token` is good."""
    try:
        answer = await asyncio.wait_for(
            client.apps_connections_open(app_token=app_token), START_SECONDS
        )
    except SlackApiError as error:
        raise _refused("app-level token", "xapp-", error) from error
    except UNREACHABLE as error:
        raise ConnectionError(f"Slack can't be reached at {client.base_url}") from error
    return str(answer["url"])


def reason(error: SlackApiError) -> str:
    """Slack's own word for what went wrong, such as `not_in_channel`."""
    data = getattr(error.response, "data", None)
    return str(data.get("error", _UNREADABLE)) if isinstance(data, dict) else _UNREADABLE


def is_passing(error: SlackApiError) -> bool:
    """Whether the same call may well work a little later."""
    status = getattr(error.response, "status_code", 0)
    return reason(error) in ("ratelimited", _UNREADABLE) or status >= 500


def is_locked_out(error: SlackApiError) -> bool:
    """Whether Slack refuses the token itself, which the operator can mend."""
    return reason(error) in _TOKEN_REFUSED


def _refused(token: str, prefix: str, error: SlackApiError) -> Exception:
    if is_passing(error):
        return ConnectionError(f"Slack answers with errors now ({reason(error)})")
    return ConfigurationError(
        f"slack: the {token} is refused ({reason(error)}); "
        f"copy the one that starts with {prefix} from your app's page on api.slack.com"
    )


def _warn_of_missing_scopes(answer: AsyncSlackResponse) -> None:
    granted = answer.headers.get("x-oauth-scopes")
    missing = set(SCOPES) - set(granted.replace(" ", "").split(",")) if granted else set()
    if missing:
        log.warning("The Slack app lacks scopes: %s. Reinstall it.", ", ".join(sorted(missing)))
