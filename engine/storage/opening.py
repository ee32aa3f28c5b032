"""The way to what hosts share: `storage.url` understood, and found to work."""

import secrets
from pathlib import Path
from typing import Any

from fsspec.core import url_to_fs

from engine.errors import ConfigurationError
from engine.storage.interface import ONE_BOX, Storage
from engine.storage.shared import SharedStorage, shows_whole_files

_DRIVERS = {
    "s3": "pip install 'giffusion-bot[s3]'",
    "s3a": "pip install 'giffusion-bot[s3]'",
    "gs": "pip install gcsfs",
    "gcs": "pip install gcsfs",
    "abfs": "pip install adlfs",
    "abfss": "pip install adlfs",
    "az": "pip install adlfs",
}


def open_storage(url: str, data: Path) -> Storage:
    """What the address of `[storage]` stands for; `data` is this host's data folder.

    Blocks until a small file was written there, read and deleted. ConfigurationError where it
    can't be, and where the address is none.
    """
    if not url:
        return ONE_BOX
    files, root = _understood(url)
    _try_out(files, root)
    return SharedStorage(files, root, data)


def _understood(url: str) -> tuple[Any, str]:
    scheme = url.partition(":")[0]
    try:
        files, root = url_to_fs(url)
    except ImportError as error:
        remedy = _DRIVERS.get(scheme, str(error))
        raise ConfigurationError(
            f"storage.url: the driver of {scheme}:// is not installed: {remedy}"
        ) from error
    except Exception as error:
        raise ConfigurationError(f"storage.url: {error}") from error
    if not root.strip("/"):
        raise ConfigurationError("storage.url: it names no bucket or folder, as in s3://bucket")
    return files, root.rstrip("/")


def _try_out(files: Any, root: str) -> None:
    """ConfigurationError where a file can't be written, read and deleted below `root`."""
    file, content = f"{root}/giffusion-check-{secrets.token_hex(8)}", b"giffusion"
    try:
        if not shows_whole_files(files):  # it has real folders
            files.makedirs(root, exist_ok=True)
        files.pipe_file(file, content)
        read = files.cat_file(file)
        files.rm_file(file)
    except Exception as error:
        raise ConfigurationError(f"storage.url: {_reason(error, root)}") from error
    if read != content:
        raise ConfigurationError("storage.url: what is written there reads otherwise")


def _reason(error: Exception, root: str) -> str:
    if isinstance(error, FileNotFoundError):
        return f"there is no bucket or folder {root}"
    if isinstance(error, PermissionError):
        return f"files can't be written, read and deleted in {root}: {error}"
    if type(error).__name__ == "NoCredentialsError":
        return "the environment has no credentials (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY)"
    return f"{root} can't be used: {error}"
