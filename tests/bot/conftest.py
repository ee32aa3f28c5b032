"""Fixtures of the chats' tests."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator

import pytest

from engine.configuration import Configuration, load_configuration
from tests.support.models import write_model_folder
from tests.support.web_chat import WebChat, web_chat


@pytest.fixture
async def web(tmp_path) -> AsyncIterator[WebChat]:
    """A started web chat and one browser's HTTP client."""
    async with web_chat(tmp_path) as chat:
        yield chat


@pytest.fixture
def configuration(tmp_path, monkeypatch) -> Configuration:
    """That of an operator with one model, which is all facts and no weights."""
    write_model_folder(tmp_path / "model")
    (tmp_path / "settings.toml").write_text('[models.small]\npath = "model"\nsteps = 12\n')
    monkeypatch.setenv("GIFFUSION_SETTINGS", str(tmp_path / "settings.toml"))
    return load_configuration()


@pytest.fixture
def giffusion(tmp_path):
    """Runs `giffusion` with a model that is all facts and no weights."""
    write_model_folder(tmp_path / "model")
    (tmp_path / "settings.toml").write_text('[models.small]\npath = "model"\nsteps = 12\n')

    def run(*arguments, **environment):
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env=os.environ
            | {"GIFFUSION_SETTINGS": str(tmp_path / "settings.toml"), "OMP_NUM_THREADS": "1"}
            | environment,
        )

    return run
