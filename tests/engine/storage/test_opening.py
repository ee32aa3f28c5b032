"""An address of a store that can't be used is told at the start, in words for the operator."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from engine.errors import ConfigurationError
from engine.storage import open_storage


def test_a_store_that_works_is_left_as_it_was(tmp_path: Path) -> None:
    open_storage(f"file://{tmp_path / 'store'}", tmp_path)
    assert list((tmp_path / "store").iterdir()) == []


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nope://bucket", "Protocol not known: nope"),
        ("gs://bucket/folder", r"driver of gs:// is not installed: pip install gcsfs"),
        ("file:///", "names no bucket or folder"),
        ("file:///proc/nowhere", "/proc/nowhere"),
    ],
)
def test_what_is_wrong_with_an_address_is_told(tmp_path: Path, url: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"^storage\.url: .*{words}"):
        open_storage(url, tmp_path)


@pytest.mark.skipif(find_spec("s3fs") is not None, reason="s3fs is installed here")
def test_the_extra_that_s3_needs_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"pip install 'giffusion-bot\[s3\]'"):
        open_storage("s3://bucket/folder", tmp_path)


def test_a_store_that_may_not_be_written_is_told(tmp_path: Path, monkeypatch) -> None:
    def denied(*_: object, **__: object) -> None:
        raise PermissionError("Access Denied")

    monkeypatch.setattr("fsspec.implementations.local.LocalFileSystem.pipe_file", denied)
    with pytest.raises(ConfigurationError, match="can't be written, read and deleted"):
        open_storage(f"file://{tmp_path}", tmp_path)
