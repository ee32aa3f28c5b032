"""What cards say, in words and without markup: the same in every chat that knows its languages."""

from collections.abc import Callable

from bot.cards import ProgressCard, QueuedCard, ResultCard, Row
from bot.language import N_, Language
from engine.durations import coarse

DELETED = N_("The animation has been deleted.")
_BAR_CELLS = 20
_MOST_LINES = 12


def place_in_queue(card: QueuedCard, language: Language) -> str:
    """Where a job waits, and for how long."""
    if card.seconds is None:
        if card.position <= 1:
            return language.say("Next in the queue.")
        return language.say("Place {place} in the queue.", place=card.position)
    time = language.duration(coarse(card.seconds))
    if card.position <= 1:
        return language.say("Next in the queue, starts in about {time}.", time=time)
    return language.say(
        "Place {place} in the queue, starts in about {time}.", place=card.position, time=time
    )


def bar(card: ProgressCard) -> str:
    """How much is done, as a picture of 20 cells."""
    filled = min(_BAR_CELLS, _BAR_CELLS * card.done // max(card.frames, 1))
    return "█" * filled + "░" * (_BAR_CELLS - filled)


def counts(card: ProgressCard, language: Language) -> str:
    """How many frames are done, and how fast it goes."""
    told = [language.say("{done} of {frames} frames", done=card.done, frames=card.frames)]
    if card.speed is not None:
        told.append(language.say("{speed} it/s", speed=f"{card.speed:.2g}"))
    return " · ".join(told)


def times(card: ProgressCard, language: Language) -> str:
    """How long it took so far, and will take; empty while neither is known."""
    told = []
    if card.elapsed:
        told.append(language.say("{time} so far", time=language.duration(card.elapsed)))
    if card.seconds_left is not None:
        told.append(language.say("about {time} left", time=language.duration(card.seconds_left)))
    return " · ".join(told)


def keyframes(card: ResultCard, drawn: Callable[[str], str], room: int, language: Language) -> str:
    """The prompts, a keyframe a line as it is `drawn`, in so many characters at most.

    Nothing where the title says it all.
    """
    keys = [key.strip() for key in card.prompts.splitlines() if key.strip()]
    if len(keys) == 1 and card.title in keys[0] and not keys[0].startswith(card.title + " "):
        return ""
    shown: list[str] = []
    for key in keys[:_MOST_LINES]:
        line = drawn(key)
        room -= len(line) + 1
        if room < 0:
            break
        shown.append(line)
    left = len(keys) - len(shown)
    if left:
        shown.append(
            language.count("and {number} more keyframe", "and {number} more keyframes", left)
        )
    return "\n".join(shown)


def details(card: ResultCard, drawn: Callable[[str, str], str], room: int) -> str:
    """As many of the settings as there is room for, each as it is `drawn`."""
    text = ""
    for name, value in card.details:
        longer = " · ".join(filter(None, [text, drawn(name, value)]))
        if len(longer) > room:
            return f"{text} · …"
        text = longer
    return text


def made_in(card: ResultCard, language: Language) -> str:
    """How long an animation took."""
    return language.say("Made in {time}", time=language.duration(card.seconds))


def link_line(card: ResultCard, link: str, language: Language) -> str:
    """Where its session opens, for a link that can't be a button."""
    if card.local_link:
        return language.say("Session (opens on the machine that runs the bot): {link}", link=link)
    return language.say("Session (opens in a browser): {link}", link=link)


def row_words(row: Row, language: Language) -> tuple[str, str]:
    """A list's row: its title, and what is said of it."""
    title = row.title or language.say("Somebody else's animation")
    return title, row.text if row.position is None else _standing(row, language)


def _standing(row: Row, language: Language) -> str:
    """Where a job stands in the queue."""
    if not row.position:
        return language.say("rendered now")
    place = language.say("place {place}", place=row.position)
    if row.seconds is None:
        return place
    time = language.duration(coarse(row.seconds))
    return language.say("{place}, starts in about {time}", place=place, time=time)
