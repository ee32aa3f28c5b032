"""The whole service for scenes to be played on, as `giffusion run` starts it."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from unittest.mock import patch

from bot import app
from engine.configuration import Secrets, load_configuration
from tests.support.service import ROOT, free_port

_LINKS = "https://animations.example"


@asynccontextmanager
async def open_service(
    folder: Path, settings: Mapping[str, str], secrets: Secrets
) -> AsyncIterator[None]:
    """The service with the built-in model and all that it keeps in `folder`.

    `settings` are more of the environment, to have it connect to a chat.
    """
    # The settings of the built-in model stay, and the children of this process read them, too.
    (folder / "settings.toml").write_text((ROOT / "settings.toml").read_text())
    environment = {
        "GIFFUSION_SETTINGS": str(folder / "settings.toml"),
        "GIFFUSION_MODELS__PICTUREBOOK__PATH": str(ROOT / "models" / "picturebook"),
        "GIFFUSION_SERVICE__PUBLIC_URL": _LINKS,
        "GIFFUSION_WEB__PORT": str(free_port()),
        **settings,
    }
    with patch.dict(os.environ, environment):
        async with AsyncExitStack() as parts:
            await app.start(load_configuration(), secrets, parts)
            yield
