"""A Postgres server of the tests' own, from the programs that Debian's package installs."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

USER = "giffusion"


class PostgresServer:
    """A server on data of its own, which can be stopped and started again at the same URL."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._programs = _programs()
        self._account = _unprivileged_account()
        if self._account:
            shutil.chown(folder, self._account)
        self._port = _free_port()
        self.url = f"postgresql://{USER}@127.0.0.1:{self._port}/"
        initdb = self._programs / "initdb"
        subprocess.run(
            [initdb, "-D", self._data, "-U", USER, "--auth=trust", "--no-sync"],
            check=True,
            stdout=subprocess.DEVNULL,
            **self._as_account(),
        )

    def start(self) -> None:
        """Start it; it takes connections on return."""
        options = [f"-p{self._port}", f"-k{self._folder}", "-clisten_addresses=127.0.0.1"]
        log = self._folder / "log"
        with log.open("ab") as output:
            self._server = subprocess.Popen(
                [self._programs / "postgres", "-D", self._data, *options, "-cfsync=off"],
                stdout=output,
                **self._as_account(),
            )
        _wait_for(self.url, self._server, log)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it without waiting for those still connected; with SIGQUIT as a crash would."""
        self._server.send_signal(how)
        self._server.wait()

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _as_account(self) -> dict[str, Any]:
        return {"user": self._account, "cwd": self._folder, "stderr": subprocess.STDOUT}


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """An empty server for the time of the block."""
    folder = Path(tempfile.mkdtemp(prefix="giffusion-postgres-"))
    try:
        server = PostgresServer(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


@contextmanager
def postgres_server() -> Iterator[str]:
    """Start an empty server for the time of the block; gives its URL up to the database's name."""
    with running_postgres() as server:
        yield server.url


def create_database(server: str, template: str) -> str:
    """A copy of the database `template`, in much less time than its making took; gives its name."""
    name = f"copy_{uuid.uuid4().hex}"
    with psycopg.connect(f"{server}postgres", autocommit=True) as connection:
        command = SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(command.format(Identifier(name), Identifier(template)))
    return name


def _programs() -> Path:
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = shutil.which("initdb") or (installed[-1] if installed else None)
    if found is None:
        pytest.skip("no Postgres is installed (Debian: apt install postgresql)")
    return Path(found).resolve().parent


def _unprivileged_account() -> str | None:
    """Postgres refuses to run as root."""
    return "nobody" if os.geteuid() == 0 else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(f"{url}postgres").close()
            return
        time.sleep(0.05)
    pytest.fail(f"Postgres did not start: {log.read_text()}")
