"""A request's settings, one group a module: frozen, each field with meaning, unit and bounds."""

from pydantic import BaseModel, ConfigDict


class Group(BaseModel):
    """Settings that belong together: one `[table]` of settings.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")
