"""Animations that were made before: sessions as a worker leaves them, without one."""

from pathlib import Path

from PIL import Image

from engine.configuration import Configuration
from engine.request import Inputs, RenderRequest
from engine.sessions.local import LocalSessions
from engine.sessions.record import Session
from engine.settings import chosen

ANN, BEN = "memory:here:ann", "memory:here:ben"
NO_INPUTS = Inputs()


def made(
    configuration: Configuration,
    sessions: LocalSessions,
    values: dict[str, object],
    *,
    owner: str = ANN,
    inputs: Inputs = NO_INPUTS,
) -> Session:
    """The session of a request with these values, and seed 7 where they have none."""
    asked = configuration.defaults.updated(values)
    complete = asked.updated({"seed": values.get("seed") or 7, "frames": 10, "fps": 12})
    request = RenderRequest(
        owner=owner,
        settings=complete,
        chosen=chosen(asked, configuration.defaults),
        inputs=inputs.relative_to(configuration.service.data),
        platform="memory",
    )
    with sessions.create(request) as draft:
        file = draft.path_for(request.settings.output.format)
        file.write_bytes(b"film")
        return draft.commit(
            file, poster=b"picture", seconds=1.5, model_revision="abc", inputs=inputs
        )


def picture(path: Path, colour: str = "red") -> Path:
    """A picture's file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (96, 64), colour).save(path)
    return path
