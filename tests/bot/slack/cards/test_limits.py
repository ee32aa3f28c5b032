"""Whatever people write, Slack takes the message, and nobody is pinged by it."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cards import ListCard, Row, TextCard, WaitingCard
from bot.slack.message import SlackMessage
from tests.support.slack_cards import JOB, PROGRESS, QUEUED
from tests.support.slack_drawings import PROMPTS, RESULT, draw
from tests.support.slack_rules import message_problems, texts_of

_CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
HOSTILE = "<!channel> <@U1> & *bold* `code`"

# A few characters, and how often they are repeated: Slack's limits are reached with few draws.
repeated = st.tuples(
    st.text(max_size=9) | st.sampled_from(["<& ", "*_` ", "\n"]), st.integers(0, 7_000)
)


@pytest.mark.parametrize(
    "message",
    [
        draw(replace(QUEUED, title=HOSTILE, notes=(HOSTILE,))),
        draw(replace(PROGRESS, title=HOSTILE), picture="F1"),
        draw(replace(RESULT, title=HOSTILE, prompts=HOSTILE, details=((HOSTILE, HOSTILE),))),
        draw(RESULT, problem=HOSTILE),
        draw(TextCard(HOSTILE, error=True)),
        draw(WaitingCard(HOSTILE)),
        draw(replace(PROMPTS, text=HOSTILE, to_copy=HOSTILE), problem=HOSTILE),
        draw(ListCard(HOSTILE, (Row(HOSTILE, HOSTILE, JOB),), HOSTILE)),
    ],
)
def test_what_people_wrote_pings_nobody_and_reads_as_written(message: SlackMessage) -> None:
    assert message_problems(message.text, message.blocks) == []
    assert "channel" in str(message.blocks)
    in_markup = "\n".join(texts_of(message.blocks, ("mrkdwn",)))
    assert "<" not in in_markup
    assert "*bold*" not in _CODE.sub("", in_markup)


@settings(max_examples=40, deadline=None)
@given(repeated, st.lists(repeated, max_size=60), st.booleans(), st.sampled_from(["en", "zh-CN"]))
def test_no_text_makes_a_message_that_slack_refuses(
    one: tuple[str, int], many: list[tuple[str, int]], flag: bool, locale: str
) -> None:
    text, more = one[0] * one[1], tuple(part * times for part, times in many)
    prompts, details = "\n".join(more), tuple((name, text) for name in more)
    rows = tuple(Row(words, text, JOB if flag else None) for words in more)
    problem, picture = text or None, "F1" if flag else None
    result = replace(RESULT, title=text, prompts=prompts, details=details, local_link=flag)
    for message in (
        draw(replace(QUEUED, title=text, notes=more), locale),
        draw(replace(PROGRESS, title=text), locale, picture=picture),
        draw(TextCard(text, error=flag), locale),
        draw(WaitingCard(text), locale),
        draw(replace(PROMPTS, text=text, to_copy=prompts, alt=text), problem=problem),
        draw(replace(PROMPTS, to_copy=text, alt=text, topics=text), picture=picture),
        draw(ListCard(text, rows, text), locale),
        draw(result, locale, problem=problem, picture=picture),
        draw(replace(RESULT, link=text), locale),
    ):
        assert message_problems(message.text, message.blocks) == []
        assert len(message.text) <= 300  # what a notification shows
