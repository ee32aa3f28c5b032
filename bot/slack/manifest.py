"""The manifest from which a Slack app for this bot is made in one paste.

https://docs.slack.dev/reference/app-manifest
"""

from typing import Any

from bot.commands import COMMAND, EXAMPLE

# Only what the bot uses: commands, mentions and direct messages, answers, files in and out.
SCOPES = (
    "app_mentions:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "im:history",
)


def slack_manifest() -> dict[str, Any]:
    """The app manifest: Socket Mode, so that no public address is needed."""
    return {
        "display_information": {
            "name": "Giffusion",
            "description": "Turns keyframed prompts into animations with Stable Diffusion",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": False,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Giffusion", "always_online": False},
            "slash_commands": [
                {
                    "command": COMMAND,
                    "description": "Animate a series of prompts",
                    "usage_hint": EXAMPLE,
                    "should_escape": False,
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": ["app_mention", "message.im"]},
            "interactivity": {"is_enabled": True},
            "org_deploy_enabled": False,
            "socket_mode_enabled": True,
            "token_rotation_enabled": False,
        },
    }
