"""One job's request: what to render, for whom, and where to say that it is done."""

import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from engine.errors import RenderError
from engine.settings import Settings

_OF_ANOTHER_VERSION = (
    "The bot was updated while this animation waited, and can't read what was asked for any more; "
    "please ask for it again."
)


def new_job_id() -> str:
    """An unguessable name for a job and its session, safe in a file name and a link."""
    return secrets.token_hex(12)


class Inputs(BaseModel):
    """Media the request works from: files the program itself has stored.

    In a stored request they are named as seen from the data folder, which is each host's own.
    """

    model_config = ConfigDict(frozen=True)

    image: Path | None = None
    audio: Path | None = None
    video: Path | None = None

    @property
    def files(self) -> tuple[Path, ...]:
        """Those there are."""
        return tuple(file for _, file in self if file is not None)

    def relative_to(self, folder: Path) -> Self:
        """The same, as they are stored: what is below a folder is named as seen from there."""
        return self._each(lambda file: _seen_from(folder, file))

    def below(self, folder: Path) -> Self:
        """The same, as they are read. Absolute names, those of an older version, stay."""
        return self._each(lambda file: folder / file)

    def _each(self, change: Callable[[Path], Path]) -> Self:
        return type(self)(**{kind: file and change(file) for kind, file in self})


def _seen_from(folder: Path, file: Path) -> Path:
    return file.relative_to(folder) if file.is_relative_to(folder) else file


class RenderRequest(BaseModel):
    """All that a worker needs to render, and all that the bot needs to answer after a restart.

    `settings` are resolved: every field that a model or a draw decides is filled in. `chosen` are
    those of them that the user chose, as texts by names, as they would be typed; requests of an
    older version have none. `owner` is the asking user, as `platform:tenant:user`. `conversation`
    is the chat adapter's own note of where to answer (channel, message); only that adapter reads
    it. `upload_bytes` is the largest file that can be posted there.
    """

    model_config = ConfigDict(frozen=True)

    id: str = Field(default_factory=new_job_id, pattern=r"^[0-9a-f]{24}$")
    owner: str
    settings: Settings
    chosen: dict[str, str] = {}
    inputs: Inputs = Inputs()
    platform: str
    conversation: dict[str, JsonValue] = {}
    upload_bytes: int | None = None

    @classmethod
    def stored(cls, values: Mapping[str, JsonValue]) -> Self:
        """A request from its JSON, which another version of the program may have written.

        Settings that there are no longer are left out, new ones have their defaults. RenderError,
        fit for its user, where the rest can't be read.
        """
        settings, chosen = _known(values.get("settings")), _known_names(values.get("chosen", {}))
        try:
            return cls.model_validate({**values, "settings": settings, "chosen": chosen})
        except ValidationError as error:
            raise RenderError(_OF_ANOTHER_VERSION) from error


def _known(settings: JsonValue) -> JsonValue:
    """Stored settings without the groups and fields that there are no longer."""
    if not isinstance(settings, dict):
        return settings
    groups = Settings.groups()
    return {
        group: {name: value for name, value in fields.items() if name in groups[group]}
        for group, fields in settings.items()
        if group in groups and isinstance(fields, dict)
    }


def _known_names(chosen: JsonValue) -> JsonValue:
    """Stored choices without those of settings that there are no longer."""
    if not isinstance(chosen, dict):
        return chosen
    names = Settings.options()
    return {name: text for name, text in chosen.items() if name in names}
