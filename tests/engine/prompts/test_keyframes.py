"""Keyframed prompts, as people write them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InputError
from engine.prompts import parse_prompts

FPS = Fraction(12)


def read(text):
    return [(key.frame(FPS), key.prompt) for key in parse_prompts(text)]


@pytest.mark.holds("prompts")
@pytest.mark.parametrize(
    "text",
    [
        "0: a corgi\n60: a lion",
        "0: a corgi | 60: a lion",
        "0:a corgi|60:a lion",
        "  0 : a corgi  \n\n  60 : a lion  \n",
        "0s: a corgi | 5s: a lion",
        '{"0": "a corgi", "60": "a lion"}',
        "{'0': 'a corgi', '5s': 'a lion',}",
        "60: a lion\r\n0: a corgi\r\n",
        "0：a corgi | 60：a lion",
        "| 0: a corgi | 60: a lion |",
        "0: a corgi\n\n| 5.0s: a lion",
        "0: a corgi || 60: a lion",
        "\ufeff0: a corgi | 60: a lion",
    ],
)
def test_every_way_to_write_keyframes_means_the_same(text):
    assert sorted(read(text)) == [(0, "a corgi"), (60, "a lion")]


@pytest.mark.parametrize("text", ["0: a\n60: lion", "0: a | 60: lion", '{"0": "a", "60": "lion"}'])
def test_the_last_character_of_the_last_line_stays(text):
    assert read(text)[-1] == (60, "lion")


@pytest.mark.holds("prompts")
@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("30: a | 60: b", [(30, "a"), (60, "b")]),
        ("30: a", [(30, "a")]),
        ("60: b | 0: a", [(60, "b"), (0, "a")]),
    ],
)
def test_the_first_key_need_not_be_0_nor_come_first_nor_have_a_second(text, keys):
    assert read(text) == keys


def test_empty_prompts_keep_their_keys():
    assert read("0:\n59:") == [(0, ""), (59, "")]


def test_a_text_without_a_key_is_the_first_frame():
    assert read("a corgi in the rain") == [(0, "a corgi in the rain")]


def test_seconds_may_have_fractions():
    assert read("2.5s: a moon") == [(30, "a moon")]


def test_a_prompt_may_hold_colons_links_and_bars():
    assert read("0: time: 10:30, http://x.org a|b") == [(0, "time: 10:30, http://x.org a|b")]


@pytest.mark.holds("prompts")
def test_each_keyframe_has_its_own_negative():
    keys = parse_prompts("0: a corgi --neg cats, blur | 60: a lion")
    assert [(key.prompt, key.negative_prompt) for key in keys] == [
        ("a corgi", "cats, blur"),
        ("a lion", None),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "0: a cat --neg dog",
        "0: a cat --neg=dog",
        "0: a cat —neg dog",
        "0: a cat –neg dog",
        "0: a cat --NEG dog",
        '{"0": "a cat --neg dog"}',
        "{'0': 'a cat --neg dog'}",
        "a cat --neg dog",
    ],
)
def test_a_negative_is_read_in_every_form_of_prompts(text):
    (key,) = parse_prompts(text)
    assert (key.prompt, key.negative_prompt) == ("a cat", "dog")


def test_a_negative_may_be_all_there_is_or_empty():
    keys = parse_prompts("0: --neg dog | 9: cat --neg")
    assert [(key.prompt, key.negative_prompt) for key in keys] == [("", "dog"), ("cat", "")]


def test_deforums_own_default_prompts_are_read():
    keys = parse_prompts(
        """{
    "0": "tiny cute swamp bunny, highly detailed, intricate, ultra hd --neg nsfw, nude",
    "30": "anthropomorphic clean cat, surrounded by fractals, epic angle and pose, symmetrical",
    "60": "a beautiful (((banana))), trending on Artstation",
    "90": "a beautiful durian, award-winning photography"
}"""
    )
    assert [key.frame(FPS) for key in keys] == [0, 30, 60, 90]
    assert keys[0].negative_prompt == "nsfw, nude"
    assert keys[2].prompt == "a beautiful (((banana))), trending on Artstation"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "there is no prompt"),
        (" | ", "there is no prompt"),
        ("-5: a corgi", "keyframe 1 is at -5; frames count from 0"),
        ("0: a | 1.5: b", "keyframe 2 is at 1.5, which is no whole frame"),
        ("0: a\na lion", "keyframe 2 ('a lion') has no frame number"),
        ("-0.5s: a", "keyframe 1 is at -0.5s; frames count from 0"),
        ("0: a | 50%: b", "keyframe 2 ('50%: b') has no frame number"),
        ("9" * 500 + ": a", "too far"),
        ('{"9999999999999": "a"}', "too far"),
        ('{"-5": "a"}', "the key '-5' is at -5; frames count from 0"),
        ('{"1.5": "a"}', "which is no whole frame"),
        ('{"max_f-1": "a"}', "'max_f-1' is no frame number"),
        (r'{"0": "\ud800"}', "half a character"),
        ('{"0": 5}', "the prompt at 0 is no text"),
        ('{"zero": "a"}', "'zero' is no frame number"),
        ('{"0": ', "the JSON can't be read"),
        ("{}", "there is no prompt"),
        ("{" * 50_000, "the JSON can't be read"),
        ("a" * 60_001, "60001 characters"),
    ],
)
def test_a_wrong_text_is_refused_with_its_place(text, words):
    with pytest.raises(InputError) as caught:
        parse_prompts(text)
    assert str(caught.value).startswith("prompts: ")
    assert words in str(caught.value)


@pytest.mark.parametrize("text", ["5" + " " * 59_000, " " * 59_000 + "x", "0: a" + " |" * 29_000])
def test_a_hostile_text_costs_no_more_than_its_length(text):
    assert parse_prompts(text)


@given(st.text(max_size=200))
def test_any_text_is_keyframes_or_an_input_error(text):
    try:
        assert parse_prompts(text)
    except InputError as error:
        assert error.setting == "prompts"
