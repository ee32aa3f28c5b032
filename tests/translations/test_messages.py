"""Which messages are found in code."""

import pytest

from tests.translations.messages import messages_in


def test_what_is_said_counted_or_marked_for_later_is_found_in_its_order():
    code = """
LATER = N_("later")
words = language.say("said {what}", what=say("inside"))
text = language.count("one", "many", number)
"""
    assert list(messages_in(code)) == [
        ("later",),
        ("said {what}",),
        ("inside",),
        ("one", "many"),
    ]


def test_both_of_two_messages_are_found_where_one_is_chosen():
    assert list(messages_in('say("a" if it else ("b" "c"))')) == [("a",), ("bc",)]
    assert list(messages_in('count("a", "b" if it else "c", 2)')) == [("a", "b"), ("a", "c")]


def test_what_is_no_message_is_left_alone():
    assert list(messages_in('"letters".count("t"); say(later); print("plain")')) == []


def test_a_message_that_is_put_together_too_early_is_an_error():
    with pytest.raises(ValueError, match="an f-string has no translation"):
        list(messages_in('say(f"{number} frames")'))
