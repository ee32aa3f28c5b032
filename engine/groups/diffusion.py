"""How a frame is drawn."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, JsonValue

from engine.groups import Group
from engine.options import Unit, Within
from engine.schedule import Schedule
from engine.values import json_object

JsonObject = Annotated[dict[str, JsonValue], BeforeValidator(json_object)]


class Diffusion(Group):
    """How a frame is drawn."""

    seed: Annotated[int | None, Field(ge=0, le=2**63 - 1)] = Field(
        None, description="Same seed, same animation; default: drawn and shown"
    )
    steps: Annotated[int | None, Field(ge=1, le=200), Unit("steps")] = Field(
        None, description="Denoising steps a frame; default: the model's"
    )
    guidance_scale: Annotated[Schedule, AfterValidator(Within(0, 50))] | None = Field(
        None,
        description="How closely a frame follows its prompt (a schedule); default: the model's",
    )
    strength: Annotated[Schedule, AfterValidator(Within(0, 1))] | None = Field(
        None,
        description="With a picture to start from: 0 keeps it, 1 ignores it (a schedule); "
        "default: 0.6, with motion 0.4",
    )
    width: Annotated[int | None, Field(ge=32, le=2048), Unit("pixels")] = Field(
        None, description="Picture width; default: the picture's or video's, else the model's"
    )
    height: Annotated[int | None, Field(ge=32, le=2048), Unit("pixels")] = Field(
        None, description="Picture height; default: the picture's or video's, else the model's"
    )
    batch_size: Annotated[int, Field(ge=1, le=64), Unit("frames")] = Field(
        4, description="Frames drawn at once: faster on a large GPU, the same pictures"
    )
    use_fixed_latent: bool = Field(
        False, description="One noise for all frames; off: each keyframe has its own"
    )
    num_latent_channels: Annotated[int | None, Field(ge=1, le=128)] = Field(
        None, description="Channels of the noise; default: the model's"
    )
    scheduler: str = Field(
        "default",
        pattern=r"^[A-Za-z]\w{0,60}$",
        description="How noise is removed: default, ddim, euler_ads, dpm, … or a diffusers "
        "scheduler class",
    )
    scheduler_args: JsonObject = Field({}, description="The scheduler's own settings, as JSON")
    pipeline_args: JsonObject = Field(
        {}, description="More arguments of the pipeline's call, as JSON"
    )
