"""Deforum's prompts, as its own files have them and as people paste them."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.prompts.pasted_json import is_json, parse_pairs


@pytest.mark.parametrize(
    "text",
    [
        '{"0": "a corgi", "60": "a lion"}',
        '{"0": "a corgi", "60": "a lion",}',
        "{'0': 'a corgi', '60': 'a lion'}",
        '{0: "a corgi", 60: "a lion"}',
        "{“0”: “a corgi”, “60”: “a lion”}",
        '"0": "a corgi",\n"60": "a lion"',
        '"0": "a corgi", "60": "a lion",',
        '{\n    "0": "a corgi",\n    "60": "a lion"\n    }\n    ',
    ],
)
def test_every_way_to_paste_two_prompts_means_the_same(text):
    assert is_json(text)
    assert parse_pairs(text) == [("0", "a corgi"), ("60", "a lion")]


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        (r'{"0": "a \"big\" cat"}', 'a "big" cat'),
        (r"{'0': 'a \"big\" cat\'s toy'}", 'a "big" cat\'s toy'),
        ("{'0': 'a \"big\" cat'}", 'a "big" cat'),
        (r'{"0": "smile \(anime\)"}', r"smile \(anime\)"),
        (r'{"0": "smile \\(anime\\)",}', r"smile \(anime\)"),
        ('{"0": "a cat,\na dog"}', "a cat,\na dog"),
        ('{"0": "“big” cat"}', "“big” cat"),
        (r'{"0": "caf\u00e9",}', "café"),
        ('{"0": "a: {b}, c"}', "a: {b}, c"),
        ('{"0": ""}', ""),
    ],
)
def test_a_prompt_keeps_every_character_that_is_meant(text, prompt):
    assert parse_pairs(text) == [("0", prompt)]


def test_two_prompts_at_one_key_are_both_told():
    assert parse_pairs("{'0': 'a', '0': 'b',}") == [("0", "a"), ("0", "b")]


@pytest.mark.parametrize("text", ["a corgi", "0: a corgi", '"hello" sign', '"cat": a drawing', ""])
def test_other_texts_are_no_json(text):
    assert not is_json(text)


@pytest.mark.parametrize(
    "text",
    ["{", '{"0": ', '{"0" "a"}', "{a cat}", '{"0": "a" "9": "b"}', "{" * 50_000, '{"0": "' * 9_000],
)
def test_what_can_not_be_told_is_an_error(text):
    with pytest.raises(ValueError, match=r"."):
        parse_pairs(text)


@given(st.dictionaries(st.integers(0, 999).map(str), st.text()))
def test_whatever_json_was_written_is_what_is_read(prompts):
    assert dict(parse_pairs(json.dumps(prompts))) == prompts


@given(st.text("{}\"'\\:,u0a \n", max_size=40))
def test_any_text_is_pairs_or_a_value_error(text):
    with contextlib.suppress(ValueError):
        assert parse_pairs("{" + text) is not None
