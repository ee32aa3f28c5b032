"""A frame plan as a picture: keyframes, weights, every schedule that moves, and the sound."""

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from engine.plan import FramePlan

_WIDTH, _ROW = 11.0, 1.3
"""Inches."""
_DPI = 100
_PROMPT_LENGTH = 40
_COLOURS = ("#4c6ef5", "#e8590c", "#2b8a3e", "#9c36b5", "#c2255c", "#0b7285")


def plot_plan(plan: FramePlan, file: Path, loudness: Sequence[float] = ()) -> None:
    """Write the picture of a plan into `file`, as PNG or whatever its ending says.

    `loudness` is the energy of the sound during each frame. OSError where it can't be written.
    """
    rows = scheduled_values(plan)
    if loudness:
        rows["loudness"] = list(loudness)
    # A figure of its own, not pyplot's: nothing is kept between two calls.
    figure = Figure(figsize=(_WIDTH, _ROW * (len(rows) + 2)), layout="constrained", dpi=_DPI)
    FigureCanvasAgg(figure)
    panels = figure.subplots(len(rows) + 1, 1, sharex=True, squeeze=False)[:, 0]
    _draw_keyframes(panels[0], plan)
    for place, (panel, (name, values)) in enumerate(zip(panels[1:], rows.items(), strict=True)):
        panel.plot(range(len(values)), values, color=_COLOURS[place % len(_COLOURS)])
        panel.set_ylabel(name, rotation=0, ha="right", va="center")
        panel.grid(alpha=0.3)
    panels[-1].set_xlabel(f"frame ({float(plan.fps):g} a second)")
    with warnings.catch_warnings():
        # A letter that no font here has is drawn as a box; the user can do nothing about it.
        warnings.filterwarnings("ignore", "Glyph .* missing", UserWarning)
        figure.savefig(file)


def scheduled_values(plan: FramePlan) -> dict[str, list[float]]:
    """Every number that a schedule gives, by its name, where it isn't the same in all frames."""
    names = ("guidance_scale", "strength", "controlnet_scale", "coherence_scale", "noise")
    moves = ("zoom", "angle", "translation_x", "translation_y", "center_x", "center_y")
    values = {name: [getattr(frame, name) for frame in plan.frames] for name in names}
    values |= {name: [getattr(frame.move, name) for frame in plan.frames] for name in moves}
    return _changing(values)


def _changing(values: Mapping[str, list[float]]) -> dict[str, list[float]]:
    return {name: row for name, row in values.items() if min(row) != max(row)}


def _draw_keyframes(panel: Axes, plan: FramePlan) -> None:
    """The weight of the next keyframe over the frames, and the prompts where they stand."""
    panel.plot([frame.weight for frame in plan.frames], color="#495057")
    panel.set_ylabel("weight", rotation=0, ha="right", va="center")
    panel.set_ylim(-0.05, 1.05)
    for keyframe in plan.keyframes:
        panel.axvline(keyframe.frame, color="#adb5bd", linestyle="--")
        prompt = keyframe.prompt or "(nothing)"
        shown = prompt if len(prompt) <= _PROMPT_LENGTH else prompt[: _PROMPT_LENGTH - 1] + "…"
        panel.annotate(
            # A dollar sign would begin mathematics.
            f"{keyframe.frame}: {shown}".replace("$", r"\$"),
            (keyframe.frame, 1.05),
            xycoords=("data", "axes fraction"),
            rotation=12,
            fontsize="small",
            annotation_clip=False,
        )
