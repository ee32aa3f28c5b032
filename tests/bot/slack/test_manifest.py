import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from bot.slack.manifest import slack_manifest
from engine.configuration import Configuration, Secrets, Service, Slack
from engine.errors import ConfigurationError

SCHEMA = Path(__file__).parents[4] / "shared" / "contracts" / "slack-manifest.schema.json"
PUBLIC = Service(public_url="https://bot.example/")
BY_SOCKET = Configuration()
HTTP = Slack(transport="http")
BY_HTTP = BY_SOCKET.model_copy(update={"service": PUBLIC, "slack": HTTP})
ONE = Secrets(slack_bot_token="xoxb", slack_app_token="xapp", slack_client_id="")
SEVERAL = Secrets(slack_client_id="1.2", slack_client_secret="s")


@pytest.mark.parametrize("configuration", [BY_SOCKET, BY_HTTP])
@pytest.mark.parametrize("secrets", [ONE, SEVERAL])
def test_slack_takes_the_manifest(configuration: Configuration, secrets: Secrets) -> None:
    if not SCHEMA.exists():
        pytest.skip("Slack's manifest schema is not beside the checkout (shared/contracts)")
    there = configuration.model_copy(update={"service": PUBLIC})
    jsonschema.validate(slack_manifest(there, secrets), json.loads(SCHEMA.read_text()))


def test_the_manifest_asks_for_what_the_bot_listens_to() -> None:
    manifest = slack_manifest(BY_SOCKET, ONE)
    (command,) = manifest["features"]["slash_commands"]
    assert command["command"] == "/giffusion" and "url" not in command
    settings = manifest["settings"]
    assert settings["interactivity"] == {"is_enabled": True}
    assert settings["socket_mode_enabled"]
    scopes = {
        "app_home_opened": None,
        "app_mention": "app_mentions:read",
        "message.channels": "channels:history",
        "message.groups": "groups:history",
        "message.im": "im:history",
        "message.mpim": "mpim:history",
        "reaction_added": "reactions:read",
    }
    assert settings["event_subscriptions"] == {"bot_events": list(scopes)}
    wanted = {scope for scope in scopes.values() if scope}
    assert wanted < set(manifest["oauth_config"]["scopes"]["bot"])
    assert manifest["features"]["app_home"]["home_tab_enabled"]


def test_over_http_everything_is_sent_to_the_services_own_web_server() -> None:
    manifest = slack_manifest(BY_HTTP, ONE)
    url = "https://bot.example/slack/events"
    assert manifest["features"]["slash_commands"][0]["url"] == url
    settings: dict[str, Any] = manifest["settings"]
    assert settings["event_subscriptions"]["request_url"] == url
    assert settings["interactivity"]["request_url"] == url
    assert not settings["socket_mode_enabled"]


def test_an_app_for_several_workspaces_comes_back_to_the_service_and_hears_who_leaves() -> None:
    manifest = slack_manifest(BY_SOCKET.model_copy(update={"service": PUBLIC}), SEVERAL)
    (redirect,) = manifest["oauth_config"]["redirect_urls"]
    assert redirect == "https://bot.example/slack/oauth_redirect"
    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    assert {"app_uninstalled", "tokens_revoked"} < set(events)


@pytest.mark.parametrize(
    ("configuration", "secrets"),
    [(BY_SOCKET.model_copy(update={"slack": HTTP}), ONE), (BY_SOCKET, SEVERAL)],
)
def test_without_a_public_address_the_operator_is_told_what_needs_one(
    configuration: Configuration, secrets: Secrets
) -> None:
    with pytest.raises(ConfigurationError, match=r"service\.public_url"):
        slack_manifest(configuration, secrets)
