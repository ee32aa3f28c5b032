import json
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest

from bot.slack.manifest import slack_manifest

SCHEMA = Path(__file__).parents[4] / "shared" / "contracts" / "slack-manifest.schema.json"


def test_slack_takes_the_manifest() -> None:
    if not SCHEMA.exists():
        pytest.skip("Slack's manifest schema is not beside the checkout (shared/contracts)")
    jsonschema.validate(slack_manifest(), json.loads(SCHEMA.read_text()))


def test_the_manifest_asks_for_what_the_bot_listens_to() -> None:
    manifest = slack_manifest()
    (command,) = manifest["features"]["slash_commands"]
    assert command["command"] == "/giffusion"
    assert manifest["settings"]["interactivity"]["is_enabled"]
    assert manifest["settings"]["socket_mode_enabled"]
    events = {"app_mention": "app_mentions:read", "message.im": "im:history"}
    assert manifest["settings"]["event_subscriptions"]["bot_events"] == list(events)
    assert set(events.values()) < set(manifest["oauth_config"]["scopes"]["bot"])
