"""Prompts in the words that a model learned, where its folder tells them (`vocabulary.json`)."""

import re
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from engine.errors import ModelError
from engine.inspiration.meaning import hidden_in, named, near, telling_words

_FILE = "vocabulary.json"
_PLAIN = "plain"
_Words = dict[str, list[str]]


class Vocabulary(BaseModel):
    """Words of each kind; `pattern` is a sentence with gaps for them.

    `settings` are where a thing is, in several wordings; those under `plain` have a colour.
    `places` are parts of the picture. `same_meaning` are other words for some.
    """

    model_config = ConfigDict(frozen=True)

    pattern: str
    colours: list[str] = Field(min_length=1)
    things: list[str] = Field(min_length=1)
    settings: dict[str, list[str]] = Field(min_length=1)
    sizes: list[str]
    places: list[str] = []
    same_meaning: dict[str, list[str]]

    @classmethod
    def of(cls, folder: Path) -> Self | None:
        """A model's vocabulary; None if it has none. ModelError if it can't be read."""
        file = folder / _FILE
        if not file.exists():
            return None
        try:
            return cls.model_validate_json(file.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise ModelError(f"{file} can't be read as a vocabulary") from error

    def draw(self, phrases: Sequence[str], count: int, rng: Random) -> list[str]:
        """So many prompts, of what the phrases name as far as it is known, and the rest drawn.

        Neighbours share their thing or their setting, so that one glides into the next.
        """
        asked, backdrop = self._asked(" | ".join(phrases).lower())
        changing = _changing(asked, rng)
        drawn = {
            kind: self._drawn(kind, asked[kind], count if changing == kind else 1, rng)
            for kind in ("things", "settings")
        }
        colours = asked["colours"] or self._colours(drawn["settings"], backdrop, rng)
        if changing not in ("colours", "things"):
            colours = colours[:1]
        sizes = asked["sizes"] or ["", *self.sizes] if changing == "sizes" else asked["sizes"][:1]
        columns = [drawn["things"], drawn["settings"], colours, sizes or [""]]
        rows = list(zip(*(islice(cycle(column), count) for column in columns), strict=True))
        wordings = self._wordings(drawn["settings"], {row[2] for row in rows}, backdrop, rng)
        where = f" {asked['places'][0]}" if asked["places"] else ""
        return [
            self._sentence(size, colour, thing, wordings[setting]) + where
            for thing, setting, colour, size in rows
        ]

    def _asked(self, text: str) -> tuple[_Words, str]:
        """The words of each kind that a text names, and the colour of the background it names."""
        of_colour = re.search(rf"\b({'|'.join(map(re.escape, self.colours))}) background\b", text)
        if of_colour:
            text = text[: of_colour.start()] + text[of_colour.end() :]
        telling = telling_words(self.settings, self.colours)
        names: dict[str, dict[str, set[str]]] = {
            "things": {name: {name} for name in self.things},
            "settings": {n: {n, *words} for n, words in telling.items() if n != _PLAIN},
            "colours": {name: {name} for name in self.colours},
            "sizes": {name: {name} for name in self.sizes},
            "places": {name: {name} for name in self.places},
        }
        asked = {
            kind: named(
                {n: {*own, *self.same_meaning.get(n, ()), *near(n)} for n, own in words.items()},
                text,
            )
            for kind, words in names.items()
        }
        if of_colour and not asked["settings"] and _PLAIN in self.settings:
            asked["settings"] = [_PLAIN]
        return asked, of_colour[1] if of_colour else ""

    def _drawn(self, kind: str, asked: list[str], most: int, rng: Random) -> list[str]:
        """Those asked for, in their order, else any; one or several."""
        if asked and most > 1:
            return asked
        every = asked or list(getattr(self, kind))
        return rng.sample(every, min(most, len(every)))

    def _colours(self, settings: Sequence[str], backdrop: str, rng: Random) -> list[str]:
        """Every colour that shows in the settings, in any order."""
        lost = {backdrop, *(colour for setting in settings for colour in hidden_in(setting))}
        shown = [colour for colour in self.colours if colour not in lost] or self.colours
        return rng.sample(shown, len(shown))

    def _wordings(
        self, settings: Sequence[str], colours: set[str], backdrop: str, rng: Random
    ) -> dict[str, str]:
        """One wording for each setting: another one for the same would draw another picture."""
        others = [colour for colour in self.colours if colour not in colours] or self.colours
        colour = backdrop or rng.choice(others)
        return {name: rng.choice(self.settings[name]).format(colour=colour) for name in settings}

    def _sentence(self, size: str, colour: str, thing: str, setting: str) -> str:
        gaps = {"size": size, "colour": colour, "thing": thing, "setting": setting}
        words = self.pattern.format(**gaps).split()
        if words[0] == "a" and words[1][0] in "aeiou":
            words[0] = "an"
        return " ".join(words)


def _changing(asked: _Words, rng: Random) -> str:
    """The kind of word that changes: one named several times, else one that wasn't named at all."""
    kinds = ("things", "settings", "colours")
    several = [kind for kind in kinds if len(asked[kind]) > 1]
    if several:
        return rng.choice([kind for kind in several if kind != "colours"] or several)
    return rng.choice([kind for kind in kinds if not asked[kind]] or ["sizes"])
