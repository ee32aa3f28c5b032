"""The bot as `giffusion run` composes it, without its worker, in a process that can be killed."""

import multiprocessing
import os
from collections.abc import Mapping
from pathlib import Path

from bot import app, following
from bot.slack import upload
from engine.configuration import load_configuration

# Bot processes are forked from one that has imported everything, which saves seconds for each.
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.support.queue_worker", "tests.support.bot_process"])

SETTLE_SECONDS = 1.0
"""How soon a file is in Slack's lists, as far as this bot knows."""


class BotProcess:
    """One run of the bot; `environment` connects it. It waits for nothing as long as usual."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        arguments = (dict(environment), folder / "bot.log")
        self._process = _processes.Process(target=_run, args=arguments, daemon=True)
        self._process.start()

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self._process.kill()
        self._process.join()

    @property
    def is_alive(self) -> bool:
        """Whether nobody has killed it."""
        return self._process.is_alive()


class _NoWorker:
    def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass


def _run(environment: dict[str, str], output: Path) -> None:
    with output.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.environ |= environment
    app.WorkerProcess = _NoWorker  # type: ignore[assignment, misc]
    following._PAUSES = (0.1, 0.2)  # type: ignore[assignment]
    upload._SETTLE_SECONDS, upload._LOOK_SECONDS = SETTLE_SECONDS, 0.05
    app.run_service(load_configuration())
