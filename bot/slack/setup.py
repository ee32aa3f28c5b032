"""Slack as the operator has set it up: how the bot is let in, and how it hears of what happens."""

from aiohttp import web

from bot.slack.access import Access, OneToken
from bot.slack.connection import HttpMode, SocketMode, Transport
from bot.slack.installations import Installations
from bot.slack.manifest import PREFIX, public_address
from bot.slack.oauth import Credentials, Installed
from bot.web.server import WebServer
from engine.configuration import Configuration, Secrets
from engine.errors import ConfigurationError

_WHERE = "your app's page on api.slack.com"


def access_and_transport(
    configuration: Configuration, secrets: Secrets, server: WebServer
) -> tuple[Access, Transport]:
    """Both, with their routes on the web server; ConfigurationError names what is missing."""
    routes: list[web.AbstractRouteDef] = []
    access = _access(configuration, secrets, server)
    if isinstance(access, Installed):
        routes += access.routes()
    transport = _transport(configuration, secrets, server)
    if isinstance(transport, HttpMode):
        routes += transport.routes()
    if routes:
        server.mount(PREFIX, routes)
    return access, transport


def _access(configuration: Configuration, secrets: Secrets, server: WebServer) -> Access:
    api_url = configuration.slack.api_url or None
    if not secrets.slack_client_id:
        token = secrets.slack_bot_token.get_secret_value()
        _need(token, "SLACK_BOT_TOKEN", "OAuth & Permissions")
        return OneToken(token, api_url)
    secret = secrets.slack_client_secret.get_secret_value()
    _need(secret, "SLACK_CLIENT_SECRET", "Basic Information")
    public = public_address(configuration, "an app for several workspaces")
    credentials = Credentials(secrets.slack_client_id, secret)
    installations = Installations(configuration.queue_url, credentials.client_id)
    return Installed(installations, credentials, server, public, api_url)


def _transport(configuration: Configuration, secrets: Secrets, server: WebServer) -> Transport:
    if configuration.slack.transport == "http":
        secret = secrets.slack_signing_secret.get_secret_value()
        _need(secret, "SLACK_SIGNING_SECRET", "Basic Information")
        return HttpMode(server, secret)
    token = secrets.slack_app_token.get_secret_value()
    _need(token, "SLACK_APP_TOKEN", "Basic Information, App-Level Tokens")
    return SocketMode(token, configuration.slack.api_url or None)


def _need(value: str, variable: str, page: str) -> None:
    if not value:
        raise ConfigurationError(f"slack: {variable} is not set; it is on {_WHERE}, under {page}")
