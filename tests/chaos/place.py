"""One service's folder, settings and notes, as its processes and the harness see them."""

import os
from dataclasses import dataclass
from pathlib import Path

from tests.support.discord_server import TOKEN

_SETTINGS = """
[service]
data = "data"
[web]
enabled = false
[discord]
api_url = "{origin}/api/v10"
gateway_url = "{gateway}"
[queue]
url = "{store}"
[limits]
user_jobs = 100000
user_seconds = 1e9
[models.tiny]
path = "tiny"
steps = 2
[worker]
devices = ["cpu"]
threads = 1
"""


@dataclass(frozen=True)
class Place:
    """Where one service lives, and the address of the Discord it is connected to."""

    folder: Path
    origin: str
    gateway: str
    store: str

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def notes(self) -> Path:
        return self.folder / "notes"

    @property
    def temporary(self) -> Path:
        return self.folder / "tmp"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "GIFFUSION_SETTINGS": str(self.folder / "settings.toml"),
            "DISCORD_TOKEN": TOKEN,
            "TMPDIR": str(self.temporary),
        }

    def prepare(self) -> None:
        """Make the folders and the settings; the model is to be put there as `tiny`."""
        self.temporary.mkdir(parents=True)
        settings = _SETTINGS.format(origin=self.origin, gateway=self.gateway, store=self.store)
        (self.folder / "settings.toml").write_text(settings)

    def note(self, *words: object) -> None:
        """Append a line, whole, from whichever process."""
        line = " ".join(map(str, words)) + "\n"
        file = os.open(self.notes, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            os.write(file, line.encode())
        finally:
            os.close(file)

    def noted(self) -> list[list[str]]:
        """Every note, in words."""
        return [line.split() for line in self.notes.read_text().splitlines()]
