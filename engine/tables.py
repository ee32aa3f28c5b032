"""The tables of settings.toml that tell how the service runs, and its secrets."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from engine.catalogue.lists import PIPELINES
from engine.media.limits import MediaLimits


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Service(_Table):
    """Where the service keeps its files, and the address at which others reach it."""

    data: Path = Path("data")
    free_mib: int = Field(500, ge=0, description="Free disk space that new requests leave")
    public_url: str = Field("", description="Address in links to sessions; empty: the web chat's")


class Housekeeping(_Table):
    """For how many days things are kept: of a job from its end on, of a session from its making.

    Sessions are kept for ever with 0. Files that came with a job go with the job at the latest.
    """

    jobs_days: int = Field(7, ge=1, le=36_500)
    inputs_days: int = Field(1, ge=1, le=36_500)
    sessions_days: int = Field(0, ge=0, le=36_500)


class Limits(_Table):
    """What one request and one user may ask for, and one file may be, at most.

    `pipelines` are the diffusers classes that may be named.
    """

    frames: int = Field(2400, ge=1, le=100_000)
    pixels: int = Field(1024 * 1024, ge=1024, description="Width times height of a frame")
    attachment_mib: int = Field(25, ge=1, le=1024)
    media_megapixels: float = Field(16, gt=0, le=40, description="Of a picture or video frame")
    video_frames: int = Field(600, ge=1, le=1_000_000)
    video_seconds: float = Field(60, gt=0, le=86_400)
    sound_seconds: float = Field(180, gt=0, le=86_400)
    job_seconds: float = Field(3600, ge=10, description="That a job is predicted to take")
    user_jobs: int = Field(10, ge=1, description="Of one user that wait or run")
    user_seconds: float = Field(7200, ge=10, description="That a user's jobs take together")
    pipelines: tuple[str, ...] = PIPELINES

    @property
    def media(self) -> MediaLimits:
        """The most that is read of a file that somebody sends."""
        return MediaLimits(
            bytes=self.attachment_mib * 2**20,
            pixels=round(self.media_megapixels * 1e6),
            video_frames=self.video_frames,
            video_seconds=self.video_seconds,
            sound_seconds=self.sound_seconds,
        )


def _each_once(devices: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(devices)) < len(devices):
        raise ValueError("a device is named twice")
    if "auto" in devices and len(devices) > 1:
        raise ValueError('"auto" may be any of the others; it goes alone')
    return devices


class Worker(_Table):
    """The render workers of `giffusion run`: one for each of `devices`, as torch names them.

    `threads` 0 takes the cores that are free.
    """

    devices: Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(_each_once)] = ("auto",)
    threads: int = Field(0, ge=0)


class Queue(_Table):
    """The job store: empty for an SQLite file in the data folder, or a postgresql:// address.

    `weights` are users' shares of the workers' time, by patterns of `platform:tenant:user`; the
    first that fits counts, and 1 without any. `admins` are patterns of those who may cancel
    anybody's job.
    """

    url: str = ""
    weights: dict[str, Annotated[float, Field(gt=0, le=1000)]] = {}
    admins: tuple[str, ...] = ()


class Storage(_Table):
    """What several hosts share: empty for one box, or the address of an object store.

    It is an fsspec address. The store's credentials come from the environment only.
    """

    url: str = Field("", pattern=r"^$|^[a-z][a-z0-9+.:-]*://.+")


class Web(_Table):
    """The web chat."""

    enabled: bool = True
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)


class Discord(_Table):
    """Discord, connected when DISCORD_TOKEN is set. Addresses are for proxies and tests."""

    enabled: bool = True
    api_url: str = ""
    gateway_url: str = ""


class Slack(_Table):
    """Slack, connected when its tokens are set. The address is for government clouds and proxies.

    What happens there comes by the bot's own connection (`socket`), or is sent to the service's web
    server (`http`).
    """

    enabled: bool = True
    transport: Literal["socket", "http"] = "socket"
    api_url: str = ""


class Secrets(BaseSettings):
    """Tokens, from the environment only."""

    model_config = SettingsConfigDict(frozen=True)

    discord_token: SecretStr = SecretStr("")
    slack_bot_token: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_client_id: str = ""
    slack_client_secret: SecretStr = SecretStr("")

    @property
    def for_slack(self) -> bool:
        """Whether anything is set that Slack would be connected with."""
        return bool(self.slack_bot_token or self.slack_app_token or self.slack_client_id)
