"""The operator's configuration: settings.toml, overridden by environment variables.

`GIFFUSION_WEB__PORT=9000` stands for `port` in `[web]`. Secrets come from the environment alone.
Relative paths are relative to the folder of settings.toml.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from engine.catalogue.lists import (
    Catalogue,
    ControlEntry,
    CustomPipelineEntry,
    Entry,
    LoraEntry,
    PreprocessorEntry,
)
from engine.catalogue.models import ModelEntry
from engine.errors import ConfigurationError
from engine.groups.animation import Animation
from engine.groups.coherence import Coherence
from engine.groups.diffusion import Diffusion
from engine.groups.media import Media
from engine.groups.motion import Motion
from engine.groups.output import Output
from engine.groups.pipeline import Pipeline
from engine.groups.preprocessing import Preprocessing
from engine.groups.prompts import Prompts
from engine.presets import Preset, shipped_presets
from engine.settings import Settings
from engine.tables import (
    Discord,
    Housekeeping,
    Limits,
    Queue,
    Secrets,
    Service,
    Slack,
    Storage,
    Web,
    Worker,
)

__all__ = [
    "Configuration",
    "Discord",
    "Housekeeping",
    "Limits",
    "Queue",
    "Secrets",
    "Service",
    "Slack",
    "Storage",
    "Web",
    "Worker",
    "load_configuration",
    "settings_file",
]

_CHECKOUT = Path(__file__).resolve().parent.parent

_Name = Annotated[str, Field(pattern=r"^[\w.+-]{1,80}$")]
"""A name that fits into a list of names, such as `edges:0.8, depth`."""

_E = TypeVar("_E", ModelEntry, Entry)


class Configuration(BaseSettings):
    """Every table of settings.toml. The request groups in it are the defaults of all requests."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix="GIFFUSION_", env_nested_delimiter="__"
    )

    service: Service = Service()
    housekeeping: Housekeeping = Housekeeping()
    limits: Limits = Limits()
    worker: Worker = Worker()
    queue: Queue = Queue()
    storage: Storage = Storage()
    web: Web = Web()
    discord: Discord = Discord()
    slack: Slack = Slack()
    models: dict[str, ModelEntry] = {}
    controlnets: dict[_Name, ControlEntry] = {}
    adapters: dict[_Name, ControlEntry] = {}
    loras: dict[_Name, LoraEntry] = {}
    custom_pipelines: dict[_Name, CustomPipelineEntry] = {}
    preprocessors: dict[_Name, PreprocessorEntry] = {}
    presets: dict[_Name, Preset] = {}
    prompts: Prompts = Prompts()
    pipeline: Pipeline = Pipeline()
    diffusion: Diffusion = Diffusion()
    preprocessing: Preprocessing = Preprocessing()
    animation: Animation = Animation()
    motion: Motion = Motion()
    coherence: Coherence = Coherence()
    media: Media = Media()
    output: Output = Output()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment before file; nothing else."""
        return env_settings, TomlConfigSettingsSource(settings_cls, toml_file=settings_file())

    @property
    def defaults(self) -> Settings:
        """The settings a request starts from."""
        return Settings(**{group: getattr(self, group) for group in Settings.model_fields})

    @property
    def queue_url(self) -> str:
        """The job store's address."""
        return self.queue.url or f"sqlite:///{self.service.data / 'jobs.sqlite'}"

    @property
    def sessions(self) -> Path:
        """The folder of saved sessions."""
        return self.service.data / "sessions"

    @property
    def inputs(self) -> Path:
        """The folder of files that came with commands, one folder a job."""
        return self.service.data / "inputs"

    @property
    def work(self) -> Path:
        """The folder of renders that aren't finished, one folder a job."""
        return self.service.data / "work"

    @property
    def public_url(self) -> str:
        """The address that session links begin with, without a slash at its end."""
        return (self.service.public_url or f"http://{self.web.host}:{self.web.port}").rstrip("/")

    @property
    def links_are_local(self) -> bool:
        """Whether session links work on this machine alone."""
        return not self.service.public_url

    @property
    def catalogue(self) -> Catalogue:
        """Everything a request may name."""
        tables = {name: getattr(self, name) for name in _TABLES}
        return Catalogue(pipelines=self.limits.pipelines, **tables)

    def model_post_init(self, context: Any) -> None:
        """Make relative paths absolute, and give an empty list of models the built-in one."""
        home = settings_file().parent
        tables: dict[str, Any] = {name: getattr(self, name) for name in _TABLES}
        tables["models"] = tables["models"] or {"picturebook": BUILT_IN_MODEL}
        tables = {name: _absolute(home, entries) for name, entries in tables.items()}
        has_built_in = any(e.path == BUILT_IN_MODEL.path for e in tables["models"].values())
        if not self.controlnets and has_built_in and BUILT_IN_CONTROLNET.path.is_dir():
            tables["controlnets"] = {"edges": BUILT_IN_CONTROLNET}
        service = self.service.model_copy(update={"data": home / self.service.data})
        # The model is frozen for its users; this is still its construction.
        presets = {**shipped_presets(), **self.presets}
        self.__dict__.update(**tables, service=service, presets=presets)


_TABLES = ("models", "controlnets", "adapters", "loras", "custom_pipelines", "preprocessors")

BUILT_IN_MODEL = ModelEntry(path=_CHECKOUT / "models" / "picturebook", steps=12, guidance_scale=3)
BUILT_IN_CONTROLNET = ControlEntry(
    path=_CHECKOUT / "models" / "picturebook-edges", preprocess="canny"
)
"""Made for the built-in model; there where its folder is."""


def _absolute(home: Path, entries: Mapping[str, _E]) -> dict[str, _E]:
    """The entries with their paths as seen from the folder of settings.toml."""
    return {n: e.model_copy(update={"path": home / e.path}) for n, e in entries.items()}


def settings_file() -> Path:
    """The settings.toml in use: `GIFFUSION_SETTINGS`, else the current folder's, else our own."""
    named = os.environ.get("GIFFUSION_SETTINGS")
    if named:
        return Path(named).resolve()
    here = Path("settings.toml").resolve()
    return here if here.is_file() else _CHECKOUT / "settings.toml"


def load_configuration() -> Configuration:
    """The configuration. ConfigurationError names the table and key that are wrong."""
    file = settings_file()
    if os.environ.get("GIFFUSION_SETTINGS") and not file.is_file():
        raise ConfigurationError(f"GIFFUSION_SETTINGS: there is no file {file}")
    try:
        return Configuration()
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        problem = first["msg"].removeprefix("Value error, ")
        if first["type"] == "extra_forbidden":
            problem = "there is no such setting"
        variable = "GIFFUSION_" + key.replace(".", "__").upper()
        raise ConfigurationError(f"{file.name} or {variable}: {key}: {problem}") from None
    except ValueError as error:  # not TOML at all
        raise ConfigurationError(f"{file.name}: {error}") from None
