"""The same over S3's own protocol, where its driver and a server to test against are installed."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import ConfigurationError, StorageError
from engine.storage import open_storage, shared

s3fs = pytest.importorskip("s3fs", reason="s3fs is not installed: pip install s3fs")
moto_server = pytest.importorskip("moto.server", reason="moto is not installed: pip install moto")

# The driver's own libraries, which are no part of the program.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    running = moto_server.ThreadedMotoServer(port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def bucket(server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("AWS_ENDPOINT_URL", server)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    s3fs.S3FileSystem.clear_instance_cache()
    files = s3fs.S3FileSystem()
    if not files.exists("animations"):
        files.mkdir("animations")
    return "s3://animations/bot"


def test_hosts_share_files_and_remove_them(bucket: str, tmp_path: Path) -> None:
    a, b = (tmp_path / name for name in "ab")
    storage_a, storage_b = open_storage(bucket, a), open_storage(bucket, b)
    assert storage_b.pull(b / "work" / "1") == frozenset()
    for name in ("1/x.state", "1/x.mkv", "2/y"):
        (a / "work" / name).parent.mkdir(parents=True, exist_ok=True)
        (a / "work" / name).write_bytes(name.encode() * 1000)
        storage_a.push(a / "work" / name)
    assert storage_b.pull(b / "work" / "1", last=".mkv") == {"x.state", "x.mkv"}
    assert (b / "work" / "1" / "x.mkv").read_bytes() == b"1/x.mkv" * 1000
    assert set(storage_b.changed(b / "work")) == {"1/x.state", "1/x.mkv", "2/y"}
    storage_b.remove(b / "work" / "1")
    storage_b.remove(b / "work" / "1")
    assert set(storage_a.changed(a / "work")) == {"2/y"}
    storage_a.remove(a / "work" / "2" / "y")


def test_a_bucket_that_is_not_there_is_told(bucket: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"no bucket or folder elsewhere"):
        open_storage("s3://elsewhere", tmp_path)


def test_missing_credentials_are_told(bucket: str, tmp_path: Path, monkeypatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", str(tmp_path))
    s3fs.S3FileSystem.clear_instance_cache()
    with pytest.raises(ConfigurationError, match="the environment has no credentials"):
        open_storage(bucket, tmp_path)


def test_an_outage_is_waited_for_by_a_render(bucket: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(shared, "_PATIENCE_SECONDS", 0.0)
    storage = open_storage(bucket, tmp_path)
    file = tmp_path / "x"
    file.write_bytes(b"x")
    put, failures = storage._files.put_file, iter(range(2))

    def failing(source: str, target: str) -> None:
        if next(failures, None) is not None:
            raise ConnectionError("reset by peer")
        put(source, target)

    monkeypatch.setattr(storage._files, "put_file", failing)
    with pytest.raises(StorageError):
        storage.push(file)
    storage.until(threading.Event()).push(file)
    assert storage._files.cat_file("animations/bot/x") == b"x"
