"""Prompts for those who have none: they glide, they follow the topics, and they are a command."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.catalogue.models import ModelEntry
from engine.configuration import BUILT_IN_MODEL
from engine.inspiration import inspire
from engine.prompts import parse_prompts

FPS = Fraction(12)
ANY_MODEL = ModelEntry(path=Path("a/model/without/vocabulary"))


HOSTILE = [
    "--steps 5",
    " -- ",
    "—neg ",
    "|",
    "\n",
    "0: ",
    "5s:",
    '{"0": "',
    '"}',
    "(cat:1.3)",
    "::",
]
TOPICS = st.one_of(
    st.text(max_size=400),
    st.lists(st.sampled_from([*HOSTILE, "a cat", "ночь", "ภาพ", "x" * 150, "\ud800"])).map("".join),
)


def prompts(topics: str, seed: int = 1, model: ModelEntry = ANY_MODEL, count: int = 4) -> list[str]:
    keys = parse_prompts(inspire(topics, seed, model, fps=FPS, keyframes=count))
    assert [key.frame(FPS) for key in keys] == [12 * place for place in range(count)]
    return [key.prompt for key in keys]


@pytest.mark.parametrize("model", [ANY_MODEL, BUILT_IN_MODEL], ids=["any", "built in"])
@given(topics=TOPICS, seed=st.integers(0, 2**32), count=st.integers(1, 12))
@example(topics="0: a | 5: b --neg c --steps 5", seed=1, count=4)
@example(topics='{"0": "a ((cat:1.2)), [dog]", "9": "b+++"}', seed=1, count=4)
@example(topics="(cat)1.3 lion-- -- ' - , .", seed=1, count=4)
@example(topics="猫、月亮。 ネコ ١٢: кот", seed=1, count=4)
def test_whatever_is_asked_for_the_prompts_are_as_many_keyframes(model, topics, seed, count):
    for text in prompts(topics, seed, model, count):
        assert 0 < len(text) <= 200
        assert not set('|\n:{}()[]"') & set(text)
        assert "--" not in text


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


@pytest.mark.parametrize("topic", ["बिल्ली", "แมวน้ำ", "🦊", "cat's-eye", "گربه‌ها"])
def test_words_of_any_script_stay_whole(topic):
    assert all(topic in text for text in prompts(topic))


def test_links_and_mentions_are_no_topics():
    texts = prompts("a cat <@123456> https://example.org/a_dog <:smile:987>")
    assert all(text.startswith("a cat") and "dog" not in text for text in texts)
    assert not any(char.isdigit() for text in texts for char in text if "35 mm" not in text)


def test_long_topics_end_with_a_whole_word():
    text = prompts("marvellous " * 50)[0]
    assert set(text.split(",")[0].split()) == {"marvellous"}


def test_nothing_is_drawn_that_contradicts_the_topics():
    for seed in range(40):
        for text in prompts("a heart at night, oil painting", seed):
            assert text.startswith("a heart at night, oil painting, ")
            assert not any(word in text for word in ("noon", "golden", "photograph"))


def test_inspired_by_what_was_drawn_before_prompts_grow_no_longer():
    texts = prompts("a paper boat on the moon, in thin mist, ukiyo-e print", 3)
    assert all(text.startswith("a paper boat on the moon, ") for text in texts)
    assert not any("thin mist, ukiyo-e" in text for text in texts)


def test_topics_with_several_phrases_take_turns():
    assert ["owl" in text for text in prompts("a fox\nan owl")] == [False, True, False, True]


def test_neighbours_share_their_style_so_that_one_glides_into_the_next():
    for seed in range(20):
        styles = {text.rsplit(", ", 1)[1] for text in prompts("", seed)}
        assert len(styles) == 1
