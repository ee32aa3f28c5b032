"""Prompts for those who have none: they glide, they follow the topics, and they are a command."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.catalogue.models import ModelEntry
from engine.configuration import BUILT_IN_MODEL
from engine.errors import ModelError
from engine.inspiration import inspire
from engine.prompts import parse_prompts

FPS = Fraction(12)
ANY_MODEL = ModelEntry(path=Path("a/model/without/vocabulary"))


def prompts(topics: str, seed: int = 1, model: ModelEntry = ANY_MODEL, count: int = 4) -> list[str]:
    keys = parse_prompts(inspire(topics, seed, model, fps=FPS, keyframes=count))
    assert [key.frame(FPS) for key in keys] == [12 * place for place in range(count)]
    return [key.prompt for key in keys]


@pytest.mark.parametrize("model", [ANY_MODEL, BUILT_IN_MODEL], ids=["any", "built in"])
@given(topics=st.text(max_size=400), seed=st.integers(0, 2**32), count=st.integers(1, 6))
@example(topics="0: a | 5: b --neg c --steps 5", seed=1, count=4)
@example(topics='{"0": "a ((cat:1.2)), [dog]", "9": "b+++"}', seed=1, count=4)
@example(topics="(cat)1.3 lion-- -- ' - , .", seed=1, count=4)
@example(topics="猫、月亮。 ネコ ١٢: кот", seed=1, count=4)
def test_whatever_is_asked_for_the_prompts_are_as_many_keyframes(model, topics, seed, count):
    for text in prompts(topics, seed, model, count):
        assert 0 < len(text) <= 240
        assert "--" not in text and "|" not in text


def test_the_same_seed_draws_the_same_prompts_and_another_one_others():
    assert prompts("cats", 1) == prompts("cats", 1) != prompts("cats", 2)


def test_topics_are_what_the_prompts_are_about():
    assert all("cats" in text for text in prompts("cats"))
    assert all("猫" in text for text in prompts("猫"))


def test_an_earlier_animations_prompts_are_recognised_and_its_flags_are_none():
    texts = prompts("0: a corgi, (oil painting)1.3 | 60: a lion --neg blurry --seed 3")
    assert [("corgi" in text, "lion" in text) for text in texts] == [
        (True, False),
        (False, True),
    ] * 2
    assert not any(word in " ".join(texts) for word in ("1.3", "1 3", "seed", "blurry", "60"))


def test_neighbours_share_their_style_so_that_one_glides_into_the_next():
    for seed in range(20):
        styles = {text.rsplit(", ", 1)[1] for text in prompts("", seed)}
        assert len(styles) == 1


class TestTheBuiltInModel:
    """What it was trained on is told in its folder."""

    vocabulary = json.loads((BUILT_IN_MODEL.path / "vocabulary.json").read_text())

    def words(self, text):
        """The colour, thing and setting of a prompt in the model's own sentence."""
        _, colour, thing, *where = text.split()
        return colour, thing, " ".join(where)

    def test_gets_nothing_but_words_that_it_knows(self):
        settings = {
            wording.format(colour=colour)
            for wordings in self.vocabulary["settings"].values()
            for wording in wordings
            for colour in self.vocabulary["colours"]
        }
        for seed in range(50):
            for text in prompts("a corgi at night", seed, BUILT_IN_MODEL):
                colour, thing, where = self.words(text)
                assert colour in self.vocabulary["colours"]
                assert thing in self.vocabulary["things"]
                assert where in settings
                assert text.startswith("an orange" if colour == "orange" else f"a {colour}")

    def test_keeps_of_the_topics_what_it_knows(self):
        for seed in range(20):
            for text in prompts("a cottage at dusk, please", seed, BUILT_IN_MODEL):
                _, thing, where = self.words(text)
                assert thing == "house"
                assert where in self.vocabulary["settings"]["sunset"]

    def test_changes_the_thing_or_the_place_but_never_both(self):
        places = {
            wording.format(colour=colour): name
            for name, wordings in self.vocabulary["settings"].items()
            for wording in wordings
            for colour in self.vocabulary["colours"]
        }
        for seed in range(30):
            found = [self.words(text) for text in prompts("", seed, BUILT_IN_MODEL)]
            things, where = {thing for _, thing, _ in found}, {places[w] for *_, w in found}
            assert len(things) == 1 or len(where) == 1


def test_a_vocabulary_that_can_not_be_read_is_named(tmp_path):
    (tmp_path / "vocabulary.json").write_text('{"things": 3}')
    with pytest.raises(ModelError, match="vocabulary"):
        inspire("", 1, ModelEntry(path=tmp_path), fps=FPS)
