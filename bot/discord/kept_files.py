"""Files that came with a command while its form is still being filled in.

Discord can't put files into a form, so they are remembered here, by the form's number. A restart
forgets them.
"""

from collections import OrderedDict
from collections.abc import Sequence

import discord

MOST_FORMS = 1_000  # of which most are never sent in


class KeptFiles:
    """The files of the latest forms, each for its own user."""

    def __init__(self) -> None:
        self._files: OrderedDict[tuple[int, str], tuple[discord.Attachment, ...]] = OrderedDict()

    def keep(self, user: int, form: str, files: Sequence[discord.Attachment]) -> None:
        """Remember the files of a user's form."""
        self._files[user, form] = tuple(files)
        while len(self._files) > MOST_FORMS:
            self._files.popitem(last=False)

    def of(self, user: int, form: str) -> tuple[discord.Attachment, ...] | None:
        """A form's files, as often as it is sent in; None where they are forgotten."""
        return self._files.get((user, form))
