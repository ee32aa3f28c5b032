"""Prompts in the words that a model learned, where its folder tells them (`vocabulary.json`)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from engine.errors import ModelError

_FILE = "vocabulary.json"
_PLAIN = "plain"


class Vocabulary(BaseModel):
    """Words of each kind; `pattern` is a sentence with gaps for them.

    `settings` are where a thing is, in several wordings; those under `plain` have a colour.
    `same_meaning` are other words for some.
    """

    model_config = ConfigDict(frozen=True)

    pattern: str
    colours: list[str]
    things: list[str]
    settings: dict[str, list[str]]
    sizes: list[str]
    same_meaning: dict[str, list[str]]

    @classmethod
    def of(cls, folder: Path) -> Self | None:
        """A model's vocabulary; None if it has none. ModelError if it can't be read."""
        file = folder / _FILE
        if not file.exists():
            return None
        try:
            return cls.model_validate_json(file.read_text())
        except (OSError, ValidationError) as error:
            raise ModelError(f"{file} can't be read as a vocabulary") from error

    def draw(self, phrases: Sequence[str], count: int, rng: Random) -> list[str]:
        """So many prompts, of what the phrases name as far as it is known, and the rest drawn.

        Two neighbours share their thing or their setting, so that one glides into the next.
        """
        said = [set(re.findall(r"\w+", phrase.lower())) for phrase in phrases] or [set()]
        everything = set().union(*said)
        wanted = {kind: self._named(kind, everything) for kind in ("colours", "things", "settings")}
        things = self._path(wanted["things"], self.things, count, rng)
        settings = self._path(wanted["settings"], list(self.settings), count, rng)
        if len(wanted["things"]) != 1 and rng.random() < 0.5:
            settings = [settings[0]] * count
        elif len(wanted["things"]) < 2:
            things = [things[0]] * count
        colours = self._path(wanted["colours"], self.colours, count, rng)
        return [
            self._sentence(*words, rng) for words in zip(colours, things, settings, strict=True)
        ]

    def _named(self, kind: str, said: Iterable[str]) -> list[str]:
        """The words of a kind that somebody said, by themselves or by others of their meaning."""
        others: Mapping[str, list[str]] = self.same_meaning
        if kind == "settings":
            others = {name: re.findall(r"\w{4,}", " ".join(w)) for name, w in self.settings.items()}
        known = [name for name in getattr(self, kind) if name != _PLAIN]
        return [name for name in known if {name, f"{name}s", *others.get(name, ())} & set(said)]

    def _path(self, wanted: list[str], every: Sequence[str], count: int, rng: Random) -> list[str]:
        """Words for each keyframe: those wanted, in turn; else different ones."""
        if wanted:
            return list(islice(cycle(wanted), count))
        drawn = rng.sample(list(every), min(count, len(every)))
        return list(islice(cycle(drawn), count))

    def _sentence(self, colour: str, thing: str, setting: str, rng: Random) -> str:
        where = rng.choice(self.settings[setting])
        backdrops = [other for other in self.colours if other != colour]
        gaps = {"size": "", "colour": colour, "thing": thing}
        words = self.pattern.format(
            **gaps, setting=where.format(colour=rng.choice(backdrops))
        ).split()
        if words[0] == "a" and words[1][0] in "aeiou":
            words[0] = "an"
        return " ".join(words)
