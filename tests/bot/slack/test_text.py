import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.text import clip, escape, is_formatted, pieces, plain, without_mention


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("0: salt &amp; pepper", "0: salt & pepper"),
        ("a &lt;3 b &gt; c", "a <3 b > c"),
        ("&amp;lt;", "&lt;"),
        ("“smart” ‘quotes’ — kept", "“smart” ‘quotes’ — kept"),
        ("see <https://a.example/x?y=1&amp;z=2>", "see https://a.example/x?y=1&z=2"),
        ("<http://a.example|a.example>", "http://a.example"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("by <@U123|kim> in <#C1|general>", "by @kim in #general"),
        ("<@U123>", "@U123"),
        ("<!here> and <!subteam^S1|@team>", "@here and @team"),
        ("a < b > c", "a < b > c"),
    ],
)
def test_what_slack_sends_is_read_as_it_was_typed(sent: str, typed: str) -> None:
    assert plain(sent) == typed


def test_mentions_of_the_bot_are_taken_out_and_those_of_others_left() -> None:
    assert without_mention("<@U0BOT> draw <@U1> <@U0BOT|bot>", "U0BOT") == "draw <@U1>"


@settings(deadline=None)
@given(st.text())
def test_escaped_text_reads_as_it_was_and_holds_no_markup(text: str) -> None:
    assert plain(escape(text)) == text
    assert "<" not in escape(text)


@settings(deadline=None)
@given(st.text(alphabet="ab &<>\n", max_size=200), st.integers(10, 50))
def test_text_is_cut_without_loss_and_never_inside_an_entity(text: str, size: int) -> None:
    parts = pieces(escape(text), size)
    assert all(1 <= len(part) <= size for part in parts)
    assert "".join(plain(part) for part in parts) == text


def test_text_is_cut_between_lines_where_it_can_be() -> None:
    assert pieces("first line\nsecond line", 15) == ["first line\n", "second line"]


@settings(deadline=None)
@given(st.text(alphabet="ab &<>\n"), st.integers(10, 50))
def test_clipped_text_fits_and_shows_that_it_was_cut(text: str, size: int) -> None:
    clipped = clip(escape(text), size)
    assert len(clipped) <= size
    assert clipped == escape(text) or clipped.endswith("…")


@pytest.mark.parametrize(
    ("text", "formatted"),
    [
        ("a *bold* word", True),
        ("(_so_)", True),
        ("~gone~", True),
        ("`code`", True),
        ("first\n> quoted", True),
        ("snake_case and 5*sin(t/6)", False),
        ("2 * 3 > 4", False),
    ],
)
def test_what_slack_would_format_is_known(text: str, formatted: bool) -> None:
    assert is_formatted(text) == formatted
