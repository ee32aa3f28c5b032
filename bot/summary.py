"""What an animation was made from, in the few words a chat has room for."""

from bot.cards import Row
from engine.configuration import Configuration
from engine.durations import about
from engine.errors import GiffusionError
from engine.options import text_of
from engine.planning.compilation import known
from engine.planning.resolve import resolve
from engine.prompts import parse_prompts
from engine.request import RenderRequest
from engine.settings import Settings

_TITLE_LENGTH = 120


def title(settings: Settings) -> str:
    """The prompts in the order of their frames, joined by arrows and cut to a line."""
    keys = parse_prompts(settings.prompts.prompts)
    fps = known(settings.output.fps)
    in_order = sorted(keys, key=lambda key: key.frame(fps))
    text = " → ".join(key.prompt or "(nothing)" for key in in_order)
    return text if len(text) <= _TITLE_LENGTH else text[: _TITLE_LENGTH - 1] + "…"


def keyframe_lines(settings: Settings) -> str:
    """The prompts, a keyframe a line in the order of their frames, however they were written."""
    keys, fps = parse_prompts(settings.prompts.prompts), known(settings.output.fps)
    in_order = sorted(keys, key=lambda key: key.frame(fps))
    return "\n".join(
        f"{key.frame(fps)}: {key.prompt}"
        + (f" --neg {key.negative_prompt}" if key.negative_prompt else "")
        for key in in_order
    )


def row_words(row: Row) -> tuple[str, str]:
    """A list's row in words: its title, and what is said of it."""
    if row.position is None:
        return row.title, row.text
    place = f"place {row.position}" if row.position else "rendered now"
    wait = f", starts in {about(row.seconds)}" if row.seconds is not None else ""
    return row.title or "Somebody else's animation", place + wait


def details(settings: Settings, configuration: Configuration) -> tuple[tuple[str, str], ...]:
    """The seed, then every setting that is not what it would have been by itself."""
    chosen = settings.flat()
    seed = ("seed", str(chosen["seed"]))
    by_itself = configuration.defaults.updated(
        {"prompts": chosen["prompts"], "seed": chosen["seed"]}
    )
    try:
        usual = resolve(by_itself, configuration.catalogue, configuration.limits).settings.flat()
    except GiffusionError:  # the model or the limits have changed since: the seed is what is left
        return (seed,)
    different = [name for name, value in chosen.items() if value != usual[name]]
    return (seed, *((name, text_of(chosen[name])) for name in different))


def chosen_of(request: RenderRequest, configuration: Configuration) -> dict[str, str]:
    """What a request's user chose, as texts by settings' names, prompts among them.

    Of requests of earlier versions, which don't tell, it is what makes them differ.
    """
    if request.chosen:
        return dict(request.chosen)
    made = dict(details(request.settings, configuration))
    return {"prompts": request.settings.prompts.prompts} | made
