"""The service's own web server: guarded pages, and what other platforms send it."""

from collections.abc import Collection, Iterable

from aiohttp import web

from bot.web.guard import LOOPBACK_HOSTS, add_headers, guard
from engine.errors import ConfigurationError

_STOP_SECONDS = 2.0  # for answers that are under way when the service stops


class WebServer:
    """Listens at `host:port`. All is added before `start`.

    `hosts` are the names that its pages answer to besides this machine's own.
    """

    def __init__(self, host: str, port: int, hosts: Collection[str] = ()) -> None:
        self._host, self._port = host, port
        self._mounted: set[str] = set()
        names = LOOPBACK_HOSTS | {host} | set(hosts)
        self._application = web.Application(middlewares=[guard(names, self._mounted)])
        self._application.on_response_prepare.append(add_headers)
        self._application.router.add_get("/healthz", _health)
        self._runner: web.AppRunner | None = None

    @property
    def address(self) -> str:
        """Where it listens once it is started, as `http://host:port`."""
        if self._runner is None:
            raise RuntimeError("the server isn't started")
        host, port, *_ = self._runner.addresses[0]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def add_pages(self, routes: Iterable[web.AbstractRouteDef]) -> None:
        """Serve pages for browsers that are guarded against other sites."""
        self._application.add_routes(routes)

    def mount(self, prefix: str, routes: Iterable[web.AbstractRouteDef]) -> None:
        """Serve what a platform calls, below a prefix such as `/slack`.

        It comes under any host's name and from anywhere: whoever mounts it checks that it is
        genuine.
        """
        mounted = web.Application()
        mounted.add_routes(routes)
        self._application.add_subapp(prefix, mounted)
        self._mounted.add(f"{prefix}/")

    async def start(self) -> None:
        """Listen, if it doesn't yet. ConfigurationError where the address can't be had."""
        if self._runner is not None:
            return
        runner = web.AppRunner(self._application, access_log=None, shutdown_timeout=_STOP_SECONDS)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except OSError as error:
            await runner.cleanup()
            raise ConfigurationError(
                f"web: can't listen on {self._host}:{self._port} ({error.strerror}); "
                "choose another host or port"
            ) from error
        self._runner = runner

    async def stop(self) -> None:
        """End what is being answered and stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None


async def _health(_: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})
