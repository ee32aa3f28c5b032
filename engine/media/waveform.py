"""A sound as a picture: how loud it is from moment to moment, and its keyframes."""

import math
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from engine.media import RATE
from engine.media.keyframes import SoundKeyframes
from engine.media.sound import Sound

_WIDTH, _HEIGHT, _DPI = 10.0, 3.2, 100
"""Inches, and pixels of one: a phone shows all of it, with its letters large enough."""
_COLUMNS = 900
_DIGIT, _GAP = 0.0095, 0.009
"""Of the panel's width: a digit of a label, and what is left between two labels."""
_PEAK, _MEAN, _KEY, _INK = "#bac8ff", "#4c6ef5", "#e8590c", "#343a40"
_SMALL, _USUAL, _LARGE = 10, 11, 13
"""Points."""


def draw_waveform(path: Path, found: SoundKeyframes, file: Path) -> None:
    """Write a picture of a file's sound with its keyframes into `file`, as its ending says.

    MediaError if the sound can't be read, OSError if the picture can't be written, ValueError if
    its ending names no kind of picture.
    """
    # A figure of its own, not pyplot's: nothing is kept between two calls.
    figure = Figure(figsize=(_WIDTH, _HEIGHT), layout="constrained", dpi=_DPI, facecolor="white")
    FigureCanvasAgg(figure)
    panel = figure.subplots()
    _draw_sound(panel, path, float(found.seconds))
    _draw_keyframes(panel, found)
    _draw_axis(panel, found)
    figure.savefig(file)


def labelled(found: SoundKeyframes) -> list[int]:
    """The keyframes whose numbers have room beside each other: the first, the last, and others."""
    first, *others = found.keyframes
    if not others:
        return [first]
    shown, last = [first], others.pop()
    for key in others:
        if _have_room(found, shown[-1], key) and _have_room(found, key, last):
            shown.append(key)
    return [*shown, last]


def _have_room(found: SoundKeyframes, left: int, right: int) -> bool:
    needed = _GAP + _DIGIT * (len(str(left)) + len(str(right))) / 2
    return float((right - left) / found.fps / found.seconds) >= needed


def _draw_sound(panel: Axes, path: Path, seconds: float) -> None:
    """The peaks in a light colour, and what is heard on average in a dark one before them."""
    low, high, mean = _envelope(path, seconds)
    loudest = max(high.max(), -low.min(), 1e-9)
    times = np.linspace(0, seconds, len(low))
    panel.fill_between(times, low / loudest, high / loudest, color=_PEAK, linewidth=0.6)
    panel.fill_between(times, -mean / loudest, mean / loudest, color=_MEAN, linewidth=0)
    panel.set_ylim(-1.08, 1.08)


def _envelope(path: Path, seconds: float) -> NDArray[np.float64]:
    """The lowest and highest sample and the root mean square of every column: 3 × columns."""
    bounds = np.linspace(0, max(1, math.ceil(seconds * RATE)), _COLUMNS + 1).astype(int)
    columns = []
    with Sound(path) as sound:
        for count in np.diff(bounds):
            heard = sound.read(count).mean(axis=0) if count else np.zeros(1)
            columns.append((heard.min(), heard.max(), math.sqrt(np.square(heard).mean())))
    return np.array(columns).T


def _draw_keyframes(panel: Axes, found: SoundKeyframes) -> None:
    shown = set(labelled(found))
    crowd = len(found.keyframes) / (_COLUMNS / 4)
    for key in found.keyframes:
        time = found.time_of(key)
        strong = key in shown
        panel.axvline(time, color=_KEY, linewidth=1.0, alpha=0.9 if strong else 0.45 / (1 + crowd))
        if strong:
            panel.annotate(
                str(key),
                (time, 1),
                xytext=(0, 2),
                xycoords=("data", "axes fraction"),
                textcoords="offset points",
                ha="center",
                va="bottom",
                fontsize=_SMALL,
                color=_KEY,
            )
    fps = f"{float(found.fps):.5g}"
    count = f"{len(found.keyframes)} keyframe{'s' * (len(found.keyframes) != 1)}"
    tempo = f" · {found.tempo:.1f} beats a minute" if found.tempo else ""
    panel.set_title(
        f"{count} at {fps} frames a second{tempo}",
        loc="left",
        pad=20,
        fontsize=_LARGE,
        fontweight="bold",
        color=_INK,
    )


def _draw_axis(panel: Axes, found: SoundKeyframes) -> None:
    """Seconds, and below them the frame that is seen then."""

    def text(time: float, _: int | None = None) -> str:
        return f"{time:g} s\nframe {math.floor(time * found.fps + 1e-6)}"

    panel.set_xlim(0, float(found.seconds))
    panel.xaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 3, 5, 6, 10]))
    panel.xaxis.set_major_formatter(FuncFormatter(text))
    panel.tick_params(labelsize=_USUAL, colors=_INK, length=4)
    panel.set_yticks([])
    for side in ("left", "right", "top"):
        panel.spines[side].set_visible(False)
    panel.spines["bottom"].set_color("#adb5bd")
