"""T2I adapters on pipelines that start from a picture, which diffusers has not.

An adapter's features are added to what the UNet's blocks put out (Mou et al. 2023, section 3.3),
however the denoising began.
"""

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from diffusers import (
    DiffusionPipeline,
    MultiAdapter,
    StableDiffusionImg2ImgPipeline,
    StableDiffusionXLImg2ImgPipeline,
)
from torch import Tensor, nn


class _Adapted:
    adapter: Any

    @classmethod
    def from_pipe(cls, pipeline: DiffusionPipeline, *, adapter: Any, **parts: Any) -> Any:
        """As diffusers' own, with an adapter or a list of several."""
        made = super().from_pipe(pipeline, **parts)  # type: ignore[misc]
        # Not as one of its components, which diffusers takes from the constructor's signature.
        made.adapter = MultiAdapter(adapter) if isinstance(adapter, list) else adapter
        return made

    def features(self, shown: Any, scale: float | Sequence[float]) -> list[Tensor]:
        """What is to be added to each of the UNet's blocks."""
        one = self.adapter
        if isinstance(one, MultiAdapter):
            return list(one([each.to(one.device, one.dtype) for each in shown], scale))
        return [feature * scale for feature in one(shown.to(one.device, one.dtype))]


def _steered(plain: Any) -> Callable[..., Any]:
    """A call with `plain`'s arguments, and those that steer named as with ControlNets.

    `control_image` is B×C×H×W in 0 … 1, or one of it for each of several adapters.
    """

    @torch.no_grad()
    def call(
        self: Any,
        *args: Any,
        control_image: Tensor | Sequence[Tensor],
        adapter_conditioning_scale: float | Sequence[float] = 1.0,
        **arguments: Any,
    ) -> Any:
        with _added(self.unet, self.features(control_image, adapter_conditioning_scale)):
            return plain.__call__(self, *args, **arguments)

    own = inspect.signature(call).parameters.values()
    steering = [each for each in own if each.kind is each.KEYWORD_ONLY]
    others = inspect.signature(plain.__call__).parameters.values()
    told = sorted([*others, *steering], key=lambda each: each.kind)
    steered: Any = call
    steered.__signature__ = inspect.Signature(told)  # for those who ask what it takes
    return call


@contextmanager
def _added(unet: nn.Module, features: Sequence[Tensor]) -> Iterator[None]:
    def add(_: nn.Module, args: tuple[Any, ...], arguments: dict[str, Any]) -> Any:
        # Guidance doubles the batch: all of it without the prompts, then all with them. Copies,
        # as the UNet empties the list and may work in place.
        times = len(args[0]) // len(features[0])
        copies = [feature.repeat(times, 1, 1, 1) for feature in features]
        return args, {**arguments, "down_intrablock_additional_residuals": copies}

    hook = unet.register_forward_pre_hook(add, with_kwargs=True)
    try:
        yield
    finally:
        hook.remove()


class StableDiffusionAdapterImg2ImgPipeline(_Adapted, StableDiffusionImg2ImgPipeline):  # type: ignore[misc]
    """Stable Diffusion from a picture, steered by T2I adapters."""

    __call__ = _steered(StableDiffusionImg2ImgPipeline)


class StableDiffusionXLAdapterImg2ImgPipeline(_Adapted, StableDiffusionXLImg2ImgPipeline):  # type: ignore[misc]
    """Stable Diffusion XL from a picture, steered by T2I adapters."""

    __call__ = _steered(StableDiffusionXLImg2ImgPipeline)


ADAPTED = {
    each.__name__: each
    for each in (StableDiffusionAdapterImg2ImgPipeline, StableDiffusionXLAdapterImg2ImgPipeline)
}
"""By the names that diffusers would have given them."""
