"""Prompts for the built-in model, in the words that its folder tells."""

import json
from fractions import Fraction

import pytest

from engine.catalogue.models import ModelEntry
from engine.configuration import BUILT_IN_MODEL
from engine.errors import ModelError
from engine.inspiration import inspire
from engine.prompts import parse_prompts

FPS = Fraction(12)
VOCABULARY = json.loads((BUILT_IN_MODEL.path / "vocabulary.json").read_text())
SETTINGS = {
    wording.format(colour=colour): name
    for name, wordings in VOCABULARY["settings"].items()
    for wording in wordings
    for colour in VOCABULARY["colours"]
}


def prompts(topics, seed=1, count=4):
    keys = parse_prompts(inspire(topics, seed, BUILT_IN_MODEL, fps=FPS, keyframes=count))
    return [key.prompt for key in keys]


def drawn(topics, seed=1, count=4):
    """The size, colour, thing, setting and place of each prompt in the model's sentence."""
    for text in prompts(topics, seed, count):
        article, *words = text.split()
        assert article == ("an" if words[0] == "orange" else "a")
        size = words.pop(0) if words[0] in VOCABULARY["sizes"] else ""
        colour, thing, where = words[0], words[1], " ".join(words[2:])
        place = next((p for p in VOCABULARY["places"] if where.endswith(p)), "")
        assert colour in VOCABULARY["colours"] and thing in VOCABULARY["things"]
        yield size, colour, thing, SETTINGS[where.removesuffix(place).strip()], place


def test_gets_nothing_but_words_that_it_knows():
    for seed in range(50):
        assert len(list(drawn("a corgi at night", seed))) == 4


@pytest.mark.parametrize(
    ("topics", "thing", "setting"),
    [
        ("a heart at night", "heart", "night"),
        ("a cottage at dusk, please", "house", "sunset"),
        ("ships by the ocean", "boat", "sea"),
        ("TREES in winter", "tree", "snow"),
        ("love on the beach", "heart", "sea"),
        ("月亮 沙漠", "moon", "desert"),
        ("a star on a blue background", "star", "plain"),
        ("0: a red boat at night | 12: a blue boat at night --neg sea", "boat", "night"),
    ],
)
def test_keeps_of_the_topics_what_it_knows(topics, thing, setting):
    for seed in range(20):
        found = list(drawn(topics, seed))
        assert {(t, s) for _, _, t, s, _ in found} == {(thing, setting)}
        assert len({(size, colour) for size, colour, *_ in found}) > 1, "something changes"


def test_a_colour_alone_is_no_place():
    settings = {row[3] for seed in range(30) for row in drawn("a blue star", seed)}
    assert len(settings) > 3
    assert {row[1] for seed in range(30) for row in drawn("a blue star", seed)} == {"blue"}


def test_things_take_turns_as_they_were_named():
    assert [row[2] for row in drawn("stars and hearts")] == ["star", "heart"] * 2


def test_sizes_and_places_are_kept():
    for seed in range(10):
        for size, _, thing, _, place in drawn("tiny moon on the left", seed):
            assert (size, thing, place) == ("small", "moon", "on the left")


def test_a_background_is_of_another_colour_than_what_is_on_it():
    for seed in range(30):
        for text in prompts("a star on a blue background", seed):
            assert text.endswith("on a blue background") and not text.startswith("a blue")


def test_nothing_hides_in_the_dark():
    colours = {row[1] for seed in range(30) for row in drawn("a heart at night", seed)}
    assert "yellow" in colours
    assert not colours & {"black", "blue"}
    assert {row[1] for row in drawn("a black heart at night")} == {"black"}, "but if asked"


def test_changes_the_thing_or_the_place_but_never_both():
    changed = set()
    for seed in range(60):
        found = list(drawn("", seed))
        things, where = {row[2] for row in found}, {row[3] for row in found}
        assert len(things) == 1 or len(where) == 1
        changed.add((len(things) > 1, len(where) > 1))
    assert changed == {(True, False), (False, True), (False, False)}


def test_a_thing_that_travels_is_of_any_colour():
    colours = {row[1] for seed in range(60) for row in drawn("a moon", seed)}
    assert len(colours) > 6


def test_the_same_setting_is_worded_the_same():
    for seed in range(20):
        texts = prompts("a heart at night", seed)
        assert len({text.split("heart")[1] for text in texts}) == 1


def test_a_vocabulary_that_can_not_be_read_is_named(tmp_path):
    (tmp_path / "vocabulary.json").write_text('{"things": 3}')
    with pytest.raises(ModelError, match="vocabulary"):
        inspire("", 1, ModelEntry(path=tmp_path), fps=FPS)
