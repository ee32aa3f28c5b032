"""Times that nobody knows exactly, said no more exactly than that."""

_STEPS = ((60, 15), (600, 60), (3600, 300), (6 * 3600, 1800))
"""Up to so many seconds, told to so many seconds; beyond all of them to the hour."""


def coarse(seconds: float) -> int:
    """A time in seconds, rounded up as coarsely as it is said; the least is 15."""
    step = next((step for most, step in _STEPS if seconds <= most), 3600)
    return max(15, -int(-seconds // step) * step)


def about(seconds: float) -> str:
    """A time in words: "about 3 minutes", "about 1 hour 30 minutes"."""
    minutes, rest = divmod(coarse(seconds), 60)
    if not minutes:
        return f"about {rest} seconds"
    hours, minutes = divmod(minutes, 60)
    parts = [_counted(hours, "hour"), _counted(minutes, "minute")]
    return "about " + " ".join(filter(None, parts))


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'s' if number > 1 else ''}" if number else ""
