from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from engine.catalogue import Catalogue
from engine.catalogue.models import ModelEntry
from engine.queue import JobQueue
from engine.queue.store import open_store
from tests.support.models import write_model_folder
from tests.support.postgres import create_database, postgres_server

NewStore = Callable[[], str]


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory) -> Catalogue:
    """One model that is all facts and no weights: 512×512, 12 steps, guidance 5."""
    folder = write_model_folder(tmp_path_factory.mktemp("models") / "small")
    return Catalogue(models={"small": ModelEntry(path=folder, steps=12, guidance_scale=5.0)})


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def new_store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[NewStore]:
    """Makes the URLs of empty stores."""
    if request.param == "sqlite":
        yield lambda: f"sqlite:///{tmp_path_factory.mktemp('store') / 'data' / 'jobs.db'}"
        return
    with postgres_server() as server:
        open_store(f"{server}template").destroy()
        yield lambda: server + create_database(server, template="template")


@pytest.fixture
def url(new_store: NewStore) -> str:
    return new_store()


@pytest.fixture
async def queue(url: str) -> AsyncIterator[JobQueue]:
    """A new queue that no worker serves."""
    queue = JobQueue(url)
    yield queue
    await queue.close()
