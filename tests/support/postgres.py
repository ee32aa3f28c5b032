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

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

USER = "giffusion"


@contextmanager
def postgres_server() -> Iterator[str]:
    """Start an empty server for the time of the block; gives its URL up to the database's name."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="giffusion-postgres-"))
    account = _unprivileged_account()
    if account:
        shutil.chown(folder, account)
    data, port = folder / "data", _free_port()
    as_account = {"user": account, "cwd": folder, "stderr": subprocess.STDOUT}
    initdb = [programs / "initdb", "-D", data, "-U", USER, "--auth=trust", "--no-sync"]
    subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, **as_account)
    options = [f"-p{port}", f"-k{folder}", "-clisten_addresses=127.0.0.1", "-cfsync=off"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, *options], stdout=log, **as_account
        )
    url = f"postgresql://{USER}@127.0.0.1:{port}/"
    try:
        _wait_for(url, server, folder / "log")
        yield url
    finally:
        server.send_signal(signal.SIGINT)  # without waiting for those still connected
        server.wait()
        shutil.rmtree(folder)


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
