"""The manifest from which a Slack app for this bot is made in one paste.

https://docs.slack.dev/reference/app-manifest
"""

from collections.abc import Mapping
from typing import Any

from bot.commands import COMMAND, EXAMPLE
from engine.configuration import Configuration, Secrets
from engine.errors import ConfigurationError

SHORTCUT = "giffusion_animate"
"""The id of the shortcut in messages' menus."""
PREFIX, EVENTS, REDIRECT = "/slack", "/events", "/oauth_redirect"
"""Where the service's web server takes what Slack sends, and browsers from Slack's pages."""

# Only what the bot uses: commands, mentions and messages, answers, files in and out, reactions;
# and of people their language, and whether they are admins.
SCOPES = (
    "app_mentions:read",
    "channels:history",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "im:history",
    "mpim:history",
    "reactions:read",
    "users:read",
)
_EVENTS = (
    "app_home_opened",
    "app_mention",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "reaction_added",
)
_EVENTS_OF_SEVERAL = ("app_uninstalled", "tokens_revoked")


def slack_manifest(configuration: Configuration, secrets: Secrets) -> dict[str, Any]:
    """The app manifest for the operator's settings.

    ConfigurationError where they need an address that isn't set.
    """
    several = bool(secrets.slack_client_id)
    address: dict[str, str] = {}
    if configuration.slack.transport == "http":
        public = public_address(configuration, "slack.transport = 'http'")
        address = {"url": f"{public}{PREFIX}{EVENTS}"}
    oauth: dict[str, Any] = {"scopes": {"bot": list(SCOPES)}}
    if several:
        public = public_address(configuration, "an app for several workspaces")
        oauth["redirect_urls"] = [f"{public}{PREFIX}{REDIRECT}"]
    return {
        "display_information": {
            "name": "Giffusion",
            "description": "Turns keyframed prompts into animations with Stable Diffusion",
        },
        "features": _features(address),
        "oauth_config": oauth,
        "settings": _settings(address, several=several),
    }


def _features(address: Mapping[str, str]) -> dict[str, Any]:
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": "Giffusion", "always_online": False},
        "shortcuts": [
            {
                "name": "Animate with this",
                "type": "message",
                "callback_id": SHORTCUT,
                "description": "Makes an animation of a message's words and files",
            }
        ],
        "slash_commands": [
            {
                "command": COMMAND,
                "description": "Animate a series of prompts",
                "usage_hint": EXAMPLE,
                "should_escape": False,
                **address,
            }
        ],
    }


def _settings(address: Mapping[str, str], *, several: bool) -> dict[str, Any]:
    request_url = {"request_url": address["url"]} if address else {}
    events = [*_EVENTS, *(_EVENTS_OF_SEVERAL if several else ())]
    return {
        "event_subscriptions": {**request_url, "bot_events": events},
        "interactivity": {"is_enabled": True, **request_url},
        "org_deploy_enabled": False,
        "socket_mode_enabled": not address,
        "token_rotation_enabled": False,
    }


def public_address(configuration: Configuration, what: str) -> str:
    """The service's address on the internet, which `what` needs; ConfigurationError without."""
    if not configuration.service.public_url:
        raise ConfigurationError(
            f"slack: {what} needs service.public_url, the https address by which Slack and "
            "browsers reach the service"
        )
    return configuration.public_url
