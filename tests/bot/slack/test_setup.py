"""Slack as an operator sets it up, and what they are told of what is missing."""

from pathlib import Path

import pytest

from bot.slack.access import OneToken
from bot.slack.connection import HttpMode, SocketMode
from bot.slack.oauth import Installed
from bot.slack.setup import access_and_transport
from bot.web.server import WebServer
from engine.configuration import Configuration, Queue, Secrets, Service, Slack
from engine.errors import ConfigurationError

ONE = {"slack_bot_token": "xoxb-1"}
SEVERAL = {"slack_client_id": "1.2", "slack_client_secret": "s"}
BY_SOCKET, BY_HTTP = {"slack_app_token": "xapp-1"}, {"slack_signing_secret": "s"}


def configured(folder: Path, transport: str, public_url: str = "https://bot.example"):
    return Configuration().model_copy(
        update={
            "service": Service(public_url=public_url, data=folder),
            "queue": Queue(url=f"sqlite:///{folder / 'jobs.sqlite'}"),
            "slack": Slack(transport=transport),
        }
    )


def secrets_of(values: dict[str, str]) -> Secrets:
    return Secrets(**(dict.fromkeys(Secrets.model_fields, "") | values))


@pytest.mark.parametrize(
    ("transport", "secrets", "access", "kind"),
    [
        ("socket", ONE | BY_SOCKET, OneToken, SocketMode),
        ("http", ONE | BY_HTTP, OneToken, HttpMode),
        ("socket", SEVERAL | BY_SOCKET, Installed, SocketMode),
        ("http", SEVERAL | BY_HTTP, Installed, HttpMode),
    ],
)
def test_each_way_in_goes_with_each_transport(tmp_path, transport, secrets, access, kind):
    configuration = configured(tmp_path, transport)
    made = access_and_transport(configuration, secrets_of(secrets), WebServer("127.0.0.1", 0))
    assert tuple(map(type, made)) == (access, kind)


@pytest.mark.parametrize(
    ("transport", "secrets", "missing", "page"),
    [
        ("socket", BY_SOCKET, "SLACK_BOT_TOKEN", "OAuth & Permissions"),
        ("socket", ONE, "SLACK_APP_TOKEN", "App-Level Tokens"),
        ("http", ONE | BY_SOCKET, "SLACK_SIGNING_SECRET", "Basic Information"),
        ("socket", {"slack_client_id": "1.2"}, "SLACK_CLIENT_SECRET", "Basic Information"),
    ],
)
def test_what_is_missing_is_named_with_the_page_it_is_on(
    tmp_path, transport, secrets, missing, page
):
    with pytest.raises(ConfigurationError, match=missing) as refusal:
        access_and_transport(
            configured(tmp_path, transport), secrets_of(secrets), WebServer("127.0.0.1", 0)
        )
    assert page in str(refusal.value)


def test_several_workspaces_need_an_address_to_install_the_app_by(tmp_path):
    configuration = configured(tmp_path, "socket", public_url="")
    with pytest.raises(ConfigurationError, match=r"service\.public_url"):
        access_and_transport(
            configuration, secrets_of(SEVERAL | BY_SOCKET), WebServer("127.0.0.1", 0)
        )
