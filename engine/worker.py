"""The worker process: one device, one queue, one job after the other."""

import logging
import os
import re
import signal
import socket
import sys
import threading
import time
from typing import TYPE_CHECKING

from engine.configuration import Configuration
from engine.errors import ModelError
from engine.housekeeping import keep_house
from engine.queue import run_worker
from engine.sessions.local import LocalSessions
from engine.storage import Storage, open_storage

if TYPE_CHECKING:
    from engine.production import Production

_HOUSEKEEPING_SECONDS = 3600.0

log = logging.getLogger(__name__)


def run_worker_process(
    configuration: Configuration, device: str, until_end_of_input: bool = False
) -> None:
    """Render jobs until told to end: by SIGTERM, SIGINT, or the end of the standard input.

    The last is for a worker that shall not outlive the process that started it.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if until_end_of_input:
        threading.Thread(target=_stop_at_end_of_input, args=(stop,), daemon=True).start()
    # Loading torch takes seconds: the process above is told of a wrong configuration before.
    from engine.production import Production
    from engine.render.device import choose_device

    device = choose_device(device, configuration.worker.threads)
    storage = open_storage(configuration.storage.url, configuration.service.data)
    production = Production(configuration, device, LocalSessions(configuration.sessions, storage))
    worker_id = re.sub(r"[^\w.-]", "-", f"{socket.gethostname()}-{device}")
    if configuration.storage.url:
        copies = (configuration, storage, stop)
        threading.Thread(target=_keep_house, args=copies, daemon=True).start()
    _warm_up(production, next(iter(configuration.models)))
    log.info("rendering on %s", device)
    run_worker(
        configuration.queue_url,
        production.render_session,
        worker_id,
        stop,
        render_share=production.render_share,
        forget=production.forget,
    )


def _warm_up(production: "Production", model: str) -> None:
    try:
        production.warm_up(model)
    except ModelError as error:  # requests for other models may still be rendered
        log.error("%s", error)


def _keep_house(configuration: Configuration, storage: Storage, stop: threading.Event) -> None:
    """The bot's housekeeping is that of its own host; this one has copies too."""
    while not stop.wait(_HOUSEKEEPING_SECONDS):
        try:
            keep_house(configuration, time.time(), storage)
        except Exception as error:
            log.error("housekeeping stopped half-way", exc_info=error)


def _stop_at_end_of_input(stop: threading.Event) -> None:
    # Not through sys.stdin: a thread that waits inside its buffer breaks the interpreter's end.
    while os.read(sys.stdin.fileno(), 1024):
        pass
    stop.set()
