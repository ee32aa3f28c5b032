"""What can be wrong with any file, in words for its user."""

from engine.errors import MediaError, MediaFault


def ends_early() -> MediaError:
    """The error of a file that is there only in part."""
    return MediaError("it ends in the middle; upload it again", MediaFault.TRUNCATED)


def damaged() -> MediaError:
    """The error of a file that breaks the rules of its format."""
    return MediaError("it is damaged and can't be read", MediaFault.MALFORMED)


def unknown_form() -> MediaError:
    """The error of a file of a known format in a form that its decoder doesn't know."""
    return MediaError("it is damaged, or in a form that can't be read here", MediaFault.MALFORMED)


def encrypted() -> MediaError:
    """The error of a file that only its owner's key opens."""
    return MediaError(
        "it is encrypted, so it can't be read here; send it without protection",
        MediaFault.ENCRYPTED,
    )


def too_long(what: str, most: float) -> MediaError:
    """The error of a file that lasts longer than `most` seconds."""
    return MediaError(
        f"its {what} is longer than {most:g} seconds, the most here; send a part of it",
        MediaFault.TOO_LONG,
    )
