"""The composition: the one file that knows every part, and starts and stops them in order."""

import asyncio
import logging
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from functools import partial
from typing import Protocol
from urllib.parse import urlsplit

from bot.housekeeping import Housekeeper
from bot.port import Chat
from bot.presenter import Presenter
from bot.summary import details
from bot.web.server import WebServer
from bot.worker_process import WorkerProcesses
from engine.configuration import Configuration, Secrets
from engine.disk import check_room
from engine.errors import ConfigurationError, DiskFullError
from engine.queue import Janitor, JobQueue, Terms
from engine.sessions.local import LocalSessions
from engine.storage import open_storage

log = logging.getLogger(__name__)


class Adapter(Chat, Protocol):
    """A chat that can be switched on and off."""

    async def start(self) -> None:
        """Connect; ConfigurationError where the platform refuses at once."""
        ...

    async def stop(self) -> None:
        """Take no more commands and disconnect."""
        ...


def run_service(configuration: Configuration) -> int:
    """Run until interrupted or told to end; the exit code."""
    return asyncio.run(_until_signalled(configuration))


async def _until_signalled(configuration: Configuration) -> int:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with AsyncExitStack() as parts:
        await start(configuration, Secrets(), parts)
        await ended.wait()
        log.info("stopping")
    return 0


async def start(configuration: Configuration, secrets: Secrets, parts: AsyncExitStack) -> None:
    """Start every part; closing `parts` stops them, the chats first and the web chat last.

    A platform that refuses its token is reported and left out: it must not take the others along.
    ConfigurationError if no chat at all is left.
    """
    service = configuration.service
    service.data.mkdir(parents=True, exist_ok=True)
    with suppress(DiskFullError):  # the log has it; what waits may still be rendered
        check_room(service.data, service.free_mib)
    storage = await asyncio.to_thread(open_storage, configuration.storage.url, service.data)
    terms = Terms(configuration.limits, configuration.queue.weights)
    queue = await asyncio.to_thread(JobQueue, configuration.queue_url, terms)
    parts.push_async_callback(queue.close)
    workers = WorkerProcesses(configuration.worker.devices)
    workers.start()
    parts.push_async_callback(workers.stop)
    sessions = LocalSessions(configuration.sessions, storage)
    presenter = Presenter(queue, sessions, configuration)
    parts.push_async_callback(presenter.close)
    server = _web_server(configuration)
    parts.push_async_callback(server.stop)
    running: dict[str, Chat] = {}
    # All are built before the first is started: the web server can't be added to once it listens.
    for name, adapter in _built(presenter, sessions, server, configuration, secrets):
        try:
            await adapter.start()
        except (ConfigurationError, OSError) as error:
            log.error("%s is left out: %s", name, error)
            continue
        parts.push_async_callback(adapter.stop)
        running[adapter.platform] = adapter
        log.info("%s is ready", name)
    if not running:
        raise ConfigurationError("no chat could be started; the lines above say why")
    await presenter.resume(running)
    housekeeper = Housekeeper(configuration, storage)
    housekeeper.start()
    parts.push_async_callback(housekeeper.stop)
    janitor = Janitor(configuration.queue_url)
    janitor.start()
    parts.push_async_callback(asyncio.to_thread, janitor.stop)


def _built(
    presenter: Presenter,
    sessions: LocalSessions,
    server: WebServer,
    configuration: Configuration,
    secrets: Secrets,
) -> list[tuple[str, Adapter]]:
    """Every adapter that is wanted; the first is the last to stop.

    The chats' libraries are imported only where they are used.
    """
    builders: dict[str, Callable[[], Adapter]] = {}
    if configuration.web.enabled:
        builders["web chat"] = lambda: _web(presenter, sessions, server, configuration)
    if configuration.slack.enabled and secrets.for_slack:
        builders["Slack"] = lambda: _slack(presenter, server, configuration, secrets)
    if configuration.discord.enabled and secrets.discord_token:
        builders["Discord"] = lambda: _discord(presenter, configuration, secrets)
    built = []
    for name, build in builders.items():
        try:
            built.append((name, build()))
        except (ConfigurationError, OSError) as error:
            log.error("%s is left out: %s", name, error)
    return built


def _web_server(configuration: Configuration) -> WebServer:
    host = urlsplit(configuration.public_url).hostname or ""
    return WebServer(configuration.web.host, configuration.web.port, {host})


def _web(
    presenter: Presenter,
    sessions: LocalSessions,
    server: WebServer,
    configuration: Configuration,
) -> Adapter:
    from bot.web_adapter import WebAdapter

    return WebAdapter(
        presenter,
        sessions,
        partial(details, configuration=configuration),
        configuration.service.data / "web",
        server,
        upload_bytes=configuration.limits.media.bytes,
    )


def _slack(
    presenter: Presenter, server: WebServer, configuration: Configuration, secrets: Secrets
) -> Adapter:
    from bot.slack.setup import access_and_transport
    from bot.slack_adapter import SlackAdapter

    access, transport = access_and_transport(configuration, secrets, server)
    return SlackAdapter(presenter, access, transport, configuration.service.data / "slack")


def _discord(presenter: Presenter, configuration: Configuration, secrets: Secrets) -> Adapter:
    from bot.discord_adapter import DiscordAdapter

    return DiscordAdapter(
        presenter,
        secrets.discord_token.get_secret_value(),
        configuration.service.data / "discord",
        api_url=configuration.discord.api_url or None,
        gateway_url=configuration.discord.gateway_url or None,
    )
