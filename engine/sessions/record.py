"""A session's record, and the names that files have in its folder."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from engine.request import Inputs, RenderRequest

ID = re.compile(r"[0-9a-f]{24}")
RECORD, POSTER = "session.json", "poster.webp"
PARTIAL, EXPIRED = "partial", "expired"
RESULT, UPLOAD = "animation", "upload"


class Session(BaseModel):
    """A saved animation and all that it was made from.

    `file` is the animation's name in `folder`, `seconds` the time its making took and
    `model_revision` the exact state of the model that drew it.
    """

    model_config = ConfigDict(frozen=True)

    schema_version: Literal[1] = 1
    request: RenderRequest
    file: str = Field(pattern=r"^animation\.(mp4|gif|webp)$")
    seconds: float
    model_revision: str
    created: AwareDatetime
    folder: Path = Field(exclude=True)

    @classmethod
    def stored(cls, values: Mapping[str, Any], folder: Path) -> Self:
        """A session from its JSON, its request read as `RenderRequest.stored` does.

        ValueError or GiffusionError where it can't be.
        """
        request = RenderRequest.stored(values.get("request", {}))
        return cls.model_validate({**values, "request": request, "folder": folder})

    @property
    def id(self) -> str:
        """The session's id, which is its job's."""
        return self.request.id

    @property
    def result(self) -> Path:
        """The animation."""
        return self.folder / self.file

    @property
    def poster(self) -> Path:
        """A still picture of the animation, as WebP."""
        return self.folder / POSTER

    @property
    def inputs(self) -> Inputs:
        """The files that came with the request, as they are kept here."""
        kept = {kind: self.folder / name for kind, name in input_names(self.request.inputs).items()}
        return Inputs(**{kind: file for kind, file in kept.items() if file.exists()})

    @property
    def inputs_lost(self) -> bool:
        """Whether files came with the request that are gone: older versions kept none."""
        return len(self.inputs.files) < len(self.request.inputs.files)


def input_names(inputs: Inputs) -> dict[str, str]:
    """The name that each input has in a session's folder, by its kind."""
    return {kind: f"{kind}{file.suffix}" for kind, file in inputs if file is not None}
