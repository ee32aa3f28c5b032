"""Weights as other programs write them."""

import pytest
from compel.prompt_parser import PromptParser
from hypothesis import given
from hypothesis import strategies as st

from engine.prompts.weighting import translate_weights


def weights(text):
    """The words of a prompt with the weights that Compel gives them."""
    (prompt,) = PromptParser().parse_conjunction(translate_weights(text)[0]).prompts
    return [(fragment.text, fragment.weight) for fragment in prompt.children]


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


# The meanings are those of the AUTOMATIC1111 web UI's page on attention, and of the examples beside
# its parser: a bracket more is a factor of 1.1, a square one divides by it.
@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("a ((word))", [("a", 1), ("word", 1.1**2)]),
        ("a (((word)))", [("a", 1), ("word", 1.1**3)]),
        ("a [word]", [("a", 1), ("word", 1 / 1.1)]),
        ("a [[word]]", [("a", 1), ("word", 1.1**-2)]),
        ("a (word:1.5)", [("a", 1), ("word", 1.5)]),
        ("a (word:0.25)", [("a", 1), ("word", 0.25)]),
        (r"a \(word\)", [("a (word)", 1)]),
        ("(a (b:1.2) c:1.1)", [("a", 1.1), ("b", 1.32), ("c", 1.1)]),
        (
            "((house:1.3)) [on] a (hill:0.5)",
            [("house", 1.43), ("on", 1 / 1.1), ("a", 1), ("hill", 0.5)],
        ),
        ("(((house:1.3)))", [("house", 1.573)]),
        ("([word])", [("word", 1)]),
        ("((a (b:1.2)))", [("a", 1.21), ("b", 1.452)]),
        (r"(smile \(anime\):1.2)", [("smile (anime)", 1.2)]),
        ("(time 10:30:1.2)", [("time 10:30", 1.2)]),
        (
            "a beautiful (((banana))), trending",
            [("a beautiful", 1), ("banana", 1.331), (", trending", 1)],
        ),
    ],
)
def test_words_get_the_weight_that_the_web_ui_gives_them(written, expected):
    found = weights(written)
    assert [text for text, _ in found] == [text for text, _ in expected]
    assert [weight for _, weight in found] == pytest.approx([w for _, w in expected], abs=2e-3)


def test_weights_need_no_spaces_around_them():
    assert weights("red(cat:1.3)5(dog:0.5)s") == [
        ("red", 1),
        ("cat", 1.3),
        ("5", 1),
        ("dog", 0.5),
        ("s", 1),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "a cat++",
        "(a cat)1.3",
        "((a (cat)1.3 sat)0.8)1.1",
        "((a cat))++",
        "((a cat)).attend(1.2)",
        '("a (cat)", "dog").blend(0.7, 0.3)',
        '("a cat", "a dog").and()',
        "a cat (in a hat)",
        "a clock (at 10:30)",
        "0: a | 5: b",
        "(a:b)",
        "(a | 5:1)",
        "0: ((a | 9: b))",
        '{"0": "((a", "9": "b))"}',
        "a ((cat --neg dog))",
        "a ((cat –NEG dog))",
        "[cat:dog:0.5]",
        "[cat|dog]",
        "[a (cat] sat:1.2)",
        "(cat:-1)",
        r"\((cat)\) \[dog\]",
        "(:1.2) [] ()",
        r"(cat\:1.3)",
        "(" * 25 + "cat" + ")" * 25,
    ],
)
def test_everything_else_stays_as_it_is(text):
    assert translate_weights(text) == (text, ())


def test_a_remark_on_the_same_weight_comes_once():
    assert len(translate_weights("0: (cat:1.3) | 9: (cat:1.3)")[1]) == 1


def test_a_weight_inside_another_is_told_with_it():
    (remark,) = translate_weights("0: (a (b:1.2) c:1.1)")[1]
    assert remark.startswith("(a (b:1.2) c:1.1) was read as (a (b)1.2 c)1.1,")


def test_many_weights_are_told_in_a_few_remarks():
    remarks = translate_weights(" ".join(f"(cat {number}:1.3)" for number in range(50)))[1]
    assert len(remarks) == 9
    assert remarks[-1] == "42 more weights were read likewise"


def test_a_long_weighted_text_is_cut_in_its_remark():
    (remark,) = translate_weights(f"({'cat ' * 500}:1.3)")[1]
    assert len(remark) < 250


def test_deforums_weights_that_are_formulas_are_told_to_be_left_alone():
    text = "(cherry:`where(cos(6.28*t/10)>0, 1.8*cos(6.28*t/10), 0.001)`), snow"
    translated, remarks = translate_weights(text)
    assert translated == text
    assert "a formula" in remarks[0]


@given(st.text('(([]))a:1.2 |\\"', max_size=40))
def test_a_translated_text_is_not_translated_again(text):
    translated = translate_weights(text)[0]
    assert translate_weights(translated)[0] == translated


@pytest.mark.parametrize(
    "text",
    [
        "(" * 30_000 + ":1",
        "(a" * 30_000,
        "(" * 30_000 + ")" * 30_000,
        "[" * 20_000 + "a" + ":" * 20_000 + "]" * 20_000,
        "\\" * 60_000,
        "(" + " " * 59_000 + ":1)",
    ],
)
def test_a_hostile_text_costs_no_more_than_its_length(text):
    assert translate_weights(text)[1] == ()
    assert translate_weights("(a" * 15_000 + ":1)" * 15_000)[1]
