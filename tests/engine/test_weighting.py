"""Weights as other programs write them."""

import pytest

from engine.weighting import translate_weights


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a (cat:1.3) and a dog", "a (cat)1.3 and a dog"),
        ("(red sky: 0.8), (stars:.5)", "(red sky)0.8, (stars).5"),
        ('{"0": "a (cat:1.3)"}', '{"0": "a (cat)1.3"}'),
    ],
)
def test_a_weight_after_a_colon_becomes_compels_and_the_user_is_told(written, read):
    text, remarks = translate_weights(written)
    assert text == read
    assert all("was read as" in remark for remark in remarks)
    assert len(remarks) == written.count(":") - written.count('":')


@pytest.mark.parametrize(
    "text", ["a cat++", "(a cat)1.3", "a clock (at 10:30)", "0: a | 5: b", "(a:b)", "(a | 5:1)"]
)
def test_everything_else_stays_as_it_is(text):
    assert translate_weights(text) == (text, ())


def test_a_remark_on_the_same_weight_comes_once():
    assert len(translate_weights("0: (cat:1.3) | 9: (cat:1.3)")[1]) == 1


def test_a_hostile_text_costs_no_more_than_its_length():
    assert translate_weights("(" * 30_000 + ":1")[1] == ()
    assert translate_weights("(a" * 30_000)[1] == ()
