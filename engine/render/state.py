"""What a segment of a render leaves for the next one, as bytes.

They are a safetensors file (https://github.com/huggingface/safetensors#format) of what `Carried`
names: `picture`, height × width × 3; `colors`, the reference's histograms; `latents.N`, those that
coherence keeps of step N. Its metadata have JSON under `giffusion`: `version` of this format,
`frame`, the number of the last one done, and `render`, a fingerprint of what it belongs to.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from engine.dependence import Carried
from engine.errors import StateError
from engine.media import Picture
from engine.plan import FramePlan
from engine.render.color import HISTOGRAMS
from engine.request import Inputs

VERSION = 1
_KEY = "giffusion"
_LATENTS = "latents."


def fingerprint(plan: FramePlan, inputs: Inputs, revision: str) -> str:
    """Tells a render from others: by plan, the model's revision, and files' names and sizes.

    MediaError is left to those who read the files: one that isn't there has no size.
    """
    files = [file for file in (inputs.image, inputs.video) if file is not None]
    sizes = [(file.name, file.stat().st_size if file.is_file() else None) for file in files]
    return sha256(repr((plan, revision, sizes)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class State:
    """What is carried on from frame number `frame`, the last one that is done."""

    frame: int
    picture: Picture | None = None
    colors: NDArray[np.int32] | None = None
    latents: Mapping[int, Tensor] = field(default_factory=dict)


class Keeper(NamedTuple):
    """Writes and reads the states of one render, of `height` × `width` pixels."""

    render: str
    carried: Carried
    height: int
    width: int

    def written(self, state: State) -> bytes:
        """The state as bytes, and of it no more than the frames to come need."""
        tensors: dict[str, Tensor] = {}
        if self.carried.picture and state.picture is not None:
            # A copy, as pictures of a batch share their memory.
            tensors["picture"] = torch.tensor(state.picture)
        if self.carried.colors and state.colors is not None:
            tensors["colors"] = torch.tensor(state.colors)
        if self.carried.latents:
            for step, latents in state.latents.items():
                tensors[f"{_LATENTS}{step}"] = latents.cpu().contiguous()
        told = {"version": VERSION, "frame": state.frame, "render": self.render}
        return save(tensors, {_KEY: json.dumps(told)})

    def read(self, data: bytes | None, span: range) -> State | None:
        """The state that `span` goes on from, None if from nothing.

        StateError where `data` isn't one for that, or is needed and missing.
        """
        if data is None:
            if span.start > 0 and self.carried:
                raise StateError(
                    f"frame {span.start} can't be drawn without the state saved before it; "
                    "begin the render anew"
                )
            return None
        tensors = _tensors(data)
        frame = self._frame(data)
        fits = frame == span.start - 1 if self.carried.changes else 0 <= frame < span.start
        if not fits:
            raise StateError(
                f"the saved state is that after frame {frame}, and frame {span.start} can't be "
                "drawn from there; begin the render anew"
            )
        try:
            return self._state(frame, tensors)
        except (KeyError, ValueError) as error:
            raise _damaged() from error

    def _frame(self, data: bytes) -> int:
        told = _told(data)
        if told.get("version") != VERSION:
            version = str(told.get("version"))[:20]
            raise StateError(
                f"the saved state has format {version}, and this program reads {VERSION}; "
                "begin the render anew"
            )
        if told.get("render") != self.render:
            raise StateError(
                "the saved state belongs to another plan, model or attachment; "
                "begin the render anew"
            )
        frame = told.get("frame")
        if not isinstance(frame, int):
            raise _damaged()
        return frame

    def _state(self, frame: int, tensors: dict[str, Tensor]) -> State:
        """KeyError or ValueError where what is carried isn't there, or not in its shape."""
        picture = colors = None
        if self.carried.picture:
            picture = _array(tensors, "picture", (self.height, self.width, 3), torch.uint8)
        if self.carried.colors:
            colors = _array(tensors, "colors", HISTOGRAMS, torch.int32)
        latents = {
            int(name.removeprefix(_LATENTS)): each
            for name, each in tensors.items()
            if name.startswith(_LATENTS)
        }
        return State(frame, picture, colors, latents)


def _tensors(data: bytes) -> dict[str, Tensor]:
    try:
        return load(data)
    except (SafetensorError, ValueError, KeyError) as error:
        raise _damaged() from error


def _told(data: bytes) -> dict[str, object]:
    """The metadata's JSON, which safetensors checks and reads only from files."""
    length = int.from_bytes(data[:8], "little")
    try:
        told = json.loads(json.loads(data[8 : 8 + length])["__metadata__"][_KEY])
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged() from error
    if not isinstance(told, dict):
        raise _damaged()
    return told


def _array(
    tensors: Mapping[str, Tensor], name: str, shape: tuple[int, ...], dtype: torch.dtype
) -> NDArray[Any]:
    tensor = tensors[name]
    if tensor.shape != shape or tensor.dtype != dtype:
        raise ValueError(f"{name} is {tensor.dtype} of {tuple(tensor.shape)}")
    array: NDArray[Any] = tensor.numpy()
    return array


def _damaged() -> StateError:
    return StateError("the saved state is damaged; begin the render anew")
