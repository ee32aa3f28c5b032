"""One job's request: what to render, for whom, and where to say that it is done."""

import secrets
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from engine.settings import Settings


def new_job_id() -> str:
    """An unguessable name for a job and its session, safe in a file name and a link."""
    return secrets.token_hex(12)


class Inputs(BaseModel):
    """Media the request works from: files the program itself has stored."""

    model_config = ConfigDict(frozen=True)

    image: Path | None = None
    audio: Path | None = None
    video: Path | None = None


class RenderRequest(BaseModel):
    """All that a worker needs to render, and all that the bot needs to answer after a restart.

    `settings` are resolved: every field that a model or a draw decides is filled in. `owner` is the
    asking user, as `platform:tenant:user`. `conversation` is the chat adapter's own note of where
    to answer (channel, message); only that adapter reads it. `upload_bytes` is the largest file
    that can be posted there.
    """

    model_config = ConfigDict(frozen=True)

    id: str = Field(default_factory=new_job_id, pattern=r"^[0-9a-f]{24}$")
    owner: str
    settings: Settings
    inputs: Inputs = Inputs()
    platform: str
    conversation: dict[str, JsonValue] = {}
    upload_bytes: int | None = None
