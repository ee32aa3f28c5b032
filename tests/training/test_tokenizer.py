"""The built-in model's tokenizer."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.captions import words
from training.tokenizer import LENGTH, build

TOKENIZER = build(words())


@pytest.mark.parametrize("word", words())
def test_every_caption_word_is_one_token(word: str) -> None:
    start, _, end = TOKENIZER(word)["input_ids"]
    assert (start, end) == (TOKENIZER.bos_token_id, TOKENIZER.eos_token_id)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_becomes_a_prompt_of_known_length(text: str) -> None:
    tokens = TOKENIZER(text, padding="max_length", truncation=True)["input_ids"]
    assert len(tokens) == LENGTH
    assert all(0 <= token < len(TOKENIZER) for token in tokens)


def test_capitals_make_no_difference() -> None:
    assert TOKENIZER("A Red STAR")["input_ids"] == TOKENIZER("a red star")["input_ids"]


def test_a_word_it_does_not_know_is_spelled_and_still_differs_from_others() -> None:
    assert TOKENIZER("zebra")["input_ids"] != TOKENIZER("zebu")["input_ids"]
    assert TOKENIZER("火")["input_ids"] != TOKENIZER("水")["input_ids"]
