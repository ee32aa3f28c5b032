"""A request's settings: frozen groups of fields, each with its meaning, unit and bounds.

Everything that speaks of settings is made from these fields: the flags, the help, the option table
and the reference in the documentation. A field of None means "as the model has it" or "drawn";
`engine.plan.resolve` fills every one of them before a request is queued.
"""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Any, Self, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)
from pydantic.fields import FieldInfo

from engine.errors import InputError
from engine.options import Option, Unit, Within, describe
from engine.schedule import Schedule


def _plain_rate(value: object) -> object:
    """Only plain decimals and fractions: `Fraction("1e999999999")` would compute for hours."""
    if isinstance(value, str) and not re.fullmatch(
        r"\d{1,9}(\.\d{1,9})?(/\d{1,9})?", value.strip()
    ):
        raise ValueError("not a frame rate")
    return value


class Interpolation(StrEnum):
    """How the weight moves from one keyframe (0) to the next (1)."""

    LINEAR = "linear"
    SINE = "sine"
    CURVE = "curve"


class Format(StrEnum):
    """The file an animation becomes."""

    MP4 = "mp4"
    GIF = "gif"
    WEBP = "webp"


class _Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Prompts(_Group):
    """What the pictures show, and when."""

    prompts: str = Field("", description="Keyframes as frame: prompt, one a line or split by a bar")
    negative_prompt: str = Field("", max_length=10_000, description="What no frame should show")
    use_prompt_embeds: bool = Field(
        True, description="Blend the prompts between keyframes; off: each holds until the next"
    )


class Pipeline(_Group):
    """The model that draws."""

    model: str | None = Field(
        None, description="A model from the operator's list; default: the first of it"
    )


class Diffusion(_Group):
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
    strength: Annotated[Schedule, AfterValidator(Within(0, 1))] = Field(
        Schedule(0.6),
        description="With an image or a video: 0 keeps its pictures, 1 ignores them (a schedule)",
    )
    width: Annotated[int | None, Field(ge=32, le=2048), Unit("pixels")] = Field(
        None, description="Picture width; default: the model's"
    )
    height: Annotated[int | None, Field(ge=32, le=2048), Unit("pixels")] = Field(
        None, description="Picture height; default: the model's"
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


class Animation(_Group):
    """How the frames follow one another."""

    frames: Annotated[int | None, Field(ge=1), Unit("frames")] = Field(
        None, description="Least length; default: up to the last keyframe"
    )
    seconds: Annotated[float | None, Field(gt=0, allow_inf_nan=False), Unit("seconds")] = Field(
        None, description="Least length in seconds"
    )
    interpolation: Interpolation = Field(
        Interpolation.LINEAR, description="How one keyframe becomes the next"
    )
    interpolation_args: str = Field(
        "",
        max_length=10_000,
        description="sine: frequencies like 0.5 or 1.0, 2.0 (default 1.0); "
        "curve: a schedule of weights from 0 to 1 like 0: (0.0), 50: (1.0)",
    )


class Output(_Group):
    """The file that comes back."""

    format: Format = Field(Format.MP4, description="mp4 (with sound), gif or webp")
    fps: Annotated[
        Fraction, BeforeValidator(_plain_rate), Field(ge=1, le=60), Unit("frames a second")
    ] = Field(Fraction(12), description="Frame rate; fractions such as 30000/1001 are exact")


class Settings(_Group):
    """All settings of a request."""

    prompts: Prompts = Prompts()
    pipeline: Pipeline = Pipeline()
    diffusion: Diffusion = Diffusion()
    animation: Animation = Animation()
    output: Output = Output()

    @classmethod
    def options(cls) -> dict[str, Option]:
        """Every field by its name, as an option. Names are unique over all groups."""
        return {name: describe(name, info) for _, name, info in cls._fields()}

    @classmethod
    def _fields(cls) -> Iterator[tuple[str, str, FieldInfo]]:
        for group, info in cls.model_fields.items():
            for name, field in cast(type[BaseModel], info.annotation).model_fields.items():
                yield group, name, field

    def updated(self, values: Mapping[str, object]) -> Self:
        """A copy with fields changed by name; texts are read as a user typed them.

        InputError names the field, what is wrong with its value and what would be right.
        """
        changed: dict[str, dict[str, object]] = {}
        owner = {name: group for group, name, _ in self._fields()}
        for name, value in values.items():
            changed.setdefault(owner[name], {})[name] = value
        rebuilt = {group: _rebuilt(getattr(self, group), new) for group, new in changed.items()}
        return self.model_copy(update=rebuilt)

    def flat(self) -> dict[str, Any]:
        """Every field's value by its name."""
        return {name: getattr(getattr(self, group), name) for group, name, _ in self._fields()}


def _rebuilt(group: BaseModel, changed: dict[str, object]) -> BaseModel:
    fields = type(group).model_fields
    current = {name: getattr(group, name) for name in fields}
    try:
        return type(group).model_validate(current | changed)
    except ValidationError as error:
        raise _input_error(error.errors()[0], fields) from None


def _input_error(details: Mapping[str, Any], fields: Mapping[str, FieldInfo]) -> InputError:
    name, written = str(details["loc"][0]), str(details["input"])
    shown = repr(written if len(written) <= 60 else written[:60] + "…")
    expected = f"write {describe(name, fields[name]).expected}"
    if details["type"] == "value_error" and details["msg"] != "Value error, not a frame rate":
        return InputError(name, f"{shown}: {details['msg'].removeprefix('Value error, ')}")
    return InputError(name, f"{shown} won't do", expected)
