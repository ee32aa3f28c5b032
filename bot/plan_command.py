"""`giffusion plan`: every frame's numbers as a table, as JSON or as a picture."""

import argparse
import json
import logging
from collections.abc import Mapping

from engine.errors import InputError
from engine.plan import FramePlan, FramePoint
from engine.planning.compilation import compile_plan
from engine.planning.intake import Accepted
from engine.planning.plans import hear, plan_frames

_MOVES = ("zoom", "angle", "translation_x", "translation_y")


def show_plan(accepted: Accepted, chosen: argparse.Namespace) -> None:
    """Print the plan of a request, or draw it into `chosen.plot`."""
    if chosen.plot:
        _plot(accepted, chosen)
        return
    plan = plan_frames(accepted.settings, accepted.inputs)
    rows = [_row(plan, point) for point in plan.frames]
    if chosen.json:
        fps = int(plan.fps) if plan.fps.denominator == 1 else float(plan.fps)
        print(json.dumps({"fps": fps, "frames": rows}, ensure_ascii=False))
        return
    print("\t".join(rows[0]))
    for row in rows:
        values = (f"{value:.4g}" if isinstance(value, float) else value for value in row.values())
        print(*values, sep="\t")


def _row(plan: FramePlan, point: FramePoint) -> Mapping[str, object]:
    """A frame's place between two prompts and the value of every schedule."""
    return {
        "index": point.index,
        "time": point.time,
        "from": plan.keyframes[point.source].prompt,
        "to": plan.keyframes[point.target].prompt,
        "weight": point.weight,
        "guidance_scale": point.guidance_scale,
        "strength": point.strength,
        "controlnet_scale": point.controlnet_scale,
        "coherence_scale": point.coherence_scale,
        "noise": point.noise,
        **{name: getattr(point.move, name) for name in _MOVES},
        "transform_center_x": point.move.center_x,
        "transform_center_y": point.move.center_y,
    }


def _plot(accepted: Accepted, chosen: argparse.Namespace) -> None:
    logging.getLogger("matplotlib").setLevel(logging.WARNING)
    from engine.planning.plot import plot_plan  # matplotlib takes a second to load

    heard = hear(accepted.settings, accepted.inputs)
    try:
        plot_plan(compile_plan(accepted.settings, heard), chosen.plot, heard)
    except (OSError, ValueError) as error:  # ValueError: an ending that names no kind of picture
        raise InputError("plot", str(error), "name a file like plan.png") from None
    print(chosen.plot)
