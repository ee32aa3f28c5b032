"""The composer, filled in with an earlier animation or with prompts."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import discord

from bot.commands import split_flags
from bot.discord.buttons import Action
from bot.discord.composer import form, form_of
from bot.language import N_, Language
from bot.port import Recalled
from engine.errors import GiffusionError
from engine.prompts import parse_prompts
from engine.request import Inputs

_USUAL_FPS = Fraction(12)
_STARTS = frozenset({"image", "video"})  # only one of them can be started from


def edit(language: Language, recalled: Recalled) -> discord.ui.Modal:
    """All that an animation was made from, to be changed; its files go with it."""
    return form_of(language, recalled, title=N_("Edit"))


def from_frame(language: Language, recalled: Recalled) -> discord.ui.Modal:
    """One of its frames as the picture to start from; the last one, until it is changed."""
    start = f"{recalled.job}@{_last_frame(recalled)}"
    return _restarted(language, N_("Start from a frame: its number is after @"), recalled, start)


def from_video(language: Language, recalled: Recalled) -> discord.ui.Modal:
    """The whole animation as the video to start from."""
    return _restarted(language, N_("Use as video: change the prompts"), recalled, recalled.job)


FORMS: dict[Action, Callable[[Language, Recalled], discord.ui.Modal]] = {
    Action.EDIT: edit,
    Action.FRAME: from_frame,
    Action.VIDEO: from_video,
}


def with_prompts(language: Language, text: str, inputs_of: str) -> discord.ui.Modal:
    """Prompts and flags to be changed before they are animated."""
    prompts, flags = split_flags(text)
    return form(language, title=N_("Edit"), prompts=prompts, settings=flags, subject=inputs_of)


def _restarted(language: Language, title: str, recalled: Recalled, start: str) -> discord.ui.Modal:
    """The same settings, started from a result; its own picture or clip would be in the way."""
    kinds = {kind for kind, file in recalled.inputs if file} | recalled.lost
    if kinds & _STARTS:
        recalled = replace(recalled, inputs=Inputs(), lost=frozenset())
    settings = {**recalled.settings, "resample": start}
    return form_of(language, replace(recalled, settings=settings), title=title)


def _last_frame(recalled: Recalled) -> int:
    """A frame that is surely there: the last keyframe's, or the last of the frames asked for."""
    settings = recalled.settings
    try:
        fps = Fraction(settings.get("fps", _USUAL_FPS))
        keyframes = [key.frame(fps) for key in parse_prompts(recalled.prompts)]
        return max(*keyframes, int(settings.get("frames", 1)) - 1)
    except (ValueError, GiffusionError):
        return 0
