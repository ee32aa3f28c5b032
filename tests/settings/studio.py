"""Renders scenes with the built-in model, the way that a request goes."""

import re
import threading
from pathlib import Path

from bot.commands import parse_settings
from engine.catalogue import Catalogue
from engine.configuration import BUILT_IN_CONTROLNET, BUILT_IN_MODEL, Limits
from engine.media import Picture
from engine.media.inspection import inspect_inputs
from engine.media.limits import CEILING
from engine.media.resample import resampled
from engine.plan import FramePlan
from engine.planning.plans import plan_frames
from engine.planning.resolve import resolve
from engine.render.renderer import Renderer
from engine.render.threads import use_threads
from engine.request import Inputs
from engine.settings import Settings
from tests.settings.attachments import ATTACHED
from tests.settings.scenes import Scene
from tests.settings.strips import strip_row


class Earlier:
    """An earlier result that is an attached clip."""

    def __init__(self, inputs: Inputs) -> None:
        self.result = inputs.video or Path()

    def load(self, id: str, /) -> "Earlier":
        return self


DEFAULTS = {"seed": "3", "steps": "8"}
"""What rows leave open: always the same noise, and as few steps as the model draws well in."""


class Studio:
    """Keeps the model and every row it rendered: scenes share many. Files go into `folder`."""

    def __init__(self, folder: Path) -> None:
        use_threads(
            1
        )  # so small a model gains nothing by more, and loses much where cores are busy
        self._catalogue = Catalogue(
            models={"picturebook": BUILT_IN_MODEL}, controlnets={"edges": BUILT_IN_CONTROLNET}
        )
        self._renderer = Renderer(self._catalogue)
        self._folder = folder
        self._made: dict[tuple[str, str], list[Picture]] = {}
        self._drawn: dict[tuple[str, Path | None, Path | None], list[Picture]] = {}

    def rows(self, scene: Scene) -> list[Picture]:
        """The scene's rows, as they are in its strip."""
        return [strip_row(self._frames(row.command, row.attached)) for row in scene.rows]

    def _frames(self, command: str, attached: str) -> list[Picture]:
        key = command, attached
        if key not in self._made:
            self._made[key] = self._render(*self._plan(command, self._inputs(attached)))
        return self._made[key]

    def _plan(self, command: str, inputs: Inputs) -> tuple[FramePlan, Inputs]:
        settings = parse_settings(command, Settings().updated(DEFAULTS))
        if settings.media.resample:
            earlier = Earlier(self._inputs("crossing"))
            inputs = resampled(settings.media.resample, earlier, self._folder)
        facts = inspect_inputs(inputs, CEILING)
        settings, _ = resolve(settings, self._catalogue, Limits(), facts)
        return plan_frames(settings, inputs), inputs

    def _render(self, plan: FramePlan, inputs: Inputs) -> list[Picture]:
        """The plan's frames; many commands come to the same plan."""
        key = repr(plan), inputs.image, inputs.video
        if key not in self._drawn:
            self._drawn[key] = list(self._renderer.frames(plan, inputs, threading.Event()))
        return self._drawn[key]

    def _inputs(self, attached: str) -> Inputs:
        if not attached:
            return Inputs()
        return ATTACHED[attached](self._folder / re.sub(r"\W+", "-", attached))
