"""A Postgres store that is away for a while: told from other errors, waited for, logged once.

A server that is restarted takes nobody's job: whoever needs the store waits until it is back.
"""

import logging
import threading
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, OperationalError

from engine.errors import StoreAwayError

RETRY_SECONDS = 0.5

# Connection exception; too many connections; the server shuts down, crashed, or starts up. See
# postgresql.org/docs/current/errcodes-appendix.html
_AWAY = ("08", "53300", "57P")

# A host that vanished answers nothing, not even that it is gone: in seconds, the last in
# milliseconds (postgresql.org/docs/current/libpq-connect.html).
_GIVING_UP = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "3",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
}

log = logging.getLogger(__name__)


def noticing_lost_hosts(url: str) -> str:
    """A store's URL, for connections that are given up some 15 seconds after the host is gone."""
    parts = make_url(url)
    if parts.get_backend_name() == "sqlite":
        return url
    query = {**_GIVING_UP, **parts.query}
    return parts.set(query=query).render_as_string(hide_password=False)


def is_away(error: Exception) -> bool:
    """Whether an error says that the server can't be reached, rather than that it refused."""
    if not isinstance(error, DBAPIError):
        return False
    # SQLite's errors have no SQLSTATE; of a server's, only a connection that failed has none.
    state = getattr(error.orig, "sqlstate", "")
    failed = isinstance(error, OperationalError) if state is None else state.startswith(_AWAY)
    return failed or error.connection_invalidated


class Outage:
    """Tells the log once that the store is away, and once that it is back. For many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._away = False

    def began(self, reason: BaseException) -> None:
        """Note that the store could not be reached."""
        with self._lock:
            if not self._away:
                first = str(getattr(reason, "orig", None) or reason).splitlines()[0]
                log.warning("the job store is away, waiting for it: %s", first)
            self._away = True

    def ended(self) -> None:
        """Note that the store could be reached."""
        with self._lock:
            if self._away:
                log.warning("the job store is back")
            self._away = False


def patient_engine(url: str, stop: threading.Event) -> Engine | None:
    """An engine whose connections wait for a server that is away; None for SQLite.

    DBOS by itself asks again after pauses that grow to a minute and a half. When `stop` is set
    while the server is away, every connection raises StoreAwayError from then on: nothing is
    written any more, least of all that a job failed.
    """
    if make_url(url).get_backend_name() == "sqlite":
        return None
    parts = make_url(noticing_lost_hosts(url)).set(drivername="postgresql+psycopg")
    engine = create_engine(parts, pool_size=20, max_overflow=0, pool_pre_ping=True)
    outage, given_up = Outage(), threading.Event()

    @event.listens_for(engine, "do_connect")
    def connect(dialect: Any, _: Any, args: Any, kwargs: Any) -> Any:
        while not given_up.is_set():
            try:
                connection = dialect.connect(*args, **kwargs)
            except dialect.dbapi.OperationalError as problem:
                outage.began(problem)
                if stop.wait(RETRY_SECONDS):
                    given_up.set()
            else:
                outage.ended()
                # As DBOS sets it for engines of its own: a frozen process lets go of its locks.
                connection.execute("SET idle_in_transaction_session_timeout = '60s'")
                connection.commit()
                return connection
        raise StoreAwayError

    @event.listens_for(engine, "checkout")
    def check(*_: Any) -> None:
        if given_up.is_set():
            raise StoreAwayError

    return engine
