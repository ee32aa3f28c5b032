"""What a command asks for, put together: a preset, an earlier animation, own words; their files."""

import asyncio
import os
import shutil
from pathlib import Path
from typing import TypeVar

from bot.attachments import store_attachments
from bot.commands import Animate
from bot.port import HouseRules, Incoming, Recalled
from bot.recollection import Recollection
from engine.configuration import Configuration
from engine.errors import InputError
from engine.media.facts import MediaFacts
from engine.media.inspection import Attached, inspect_inputs
from engine.media.limits import CEILING
from engine.presets import preset_of
from engine.request import Inputs
from engine.settings import Settings

T = TypeVar("T", Inputs, MediaFacts)

_STARTS = frozenset({"image", "video"})  # only one of them can be started from


class Assembly:
    """Makes one request of all that a command names."""

    def __init__(self, recollection: Recollection, configuration: Configuration) -> None:
        self._recollection = recollection
        self._configuration = configuration

    async def assemble(
        self, command: Animate, incoming: Incoming, folder: Path
    ) -> tuple[Settings, Attached]:
        """The settings and files of a command; the files are in `folder`, if there are any.

        A GiffusionError says what is wrong; who called removes the folder then.
        """
        recalled = await self._recalled(command)
        new = await store_attachments(
            incoming.attachments, folder, self._configuration.limits.media
        )
        settings = self._settings(command, recalled, incoming.rules, new.inputs)
        if recalled is None:
            return settings, new
        return settings, await asyncio.to_thread(_with_old_files, recalled, new, folder)

    async def _recalled(self, command: Animate) -> Recalled | None:
        if command.like:
            return await self._recollection.recall(command.like)
        return await self._recollection.inputs(command.inputs_of) if command.inputs_of else None

    def _settings(
        self, command: Animate, recalled: Recalled | None, rules: HouseRules, new: Inputs
    ) -> Settings:
        """Each over those before: the operator's, a preset's, an earlier animation's, its own."""
        settings = self._configuration.defaults
        earlier: dict[str, str] = {}
        if recalled and command.like:
            earlier = {"prompts": recalled.prompts, **recalled.settings}
            if new.image or new.video:  # instead of the result that it started from
                earlier.pop("resample", None)
        if name := command.preset or ("" if earlier else rules.preset):
            preset = preset_of(self._configuration.presets, name)
            settings = settings.updated(preset.settings)
        return settings.updated(earlier).updated(command.values)


def _with_old_files(recalled: Recalled, new: Attached, folder: Path) -> Attached:
    """New files and, of other kinds, those of the earlier animation, linked into the folder."""
    replaced = {kind for kind, file in new.inputs if file}
    if replaced & _STARTS:
        replaced |= _STARTS
    if missing := sorted(recalled.lost - replaced):
        raise InputError(
            missing[0], "the file of that animation isn't kept any more", "attach it again"
        )
    wanted = {kind: file for kind, file in recalled.inputs if file and kind not in replaced}
    if not wanted:
        return new
    folder.mkdir(parents=True, exist_ok=True)
    old = Inputs(
        **{kind: _linked(file, folder / f"{kind}{file.suffix}") for kind, file in wanted.items()}
    )
    facts = inspect_inputs(old, CEILING)
    return Attached(_joined(new.inputs, old), _joined(new.facts, facts))


def _joined(first: T, second: T) -> T:
    return first.model_copy(update={kind: found for kind, found in second if found})


def _linked(file: Path, target: Path) -> Path:
    try:
        os.link(file, target)
    except OSError:  # another disk, or one without links
        shutil.copyfile(file, target)
    return target
