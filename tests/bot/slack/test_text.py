import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.text import as_typed, clip, escape, pieces, plain, without_mention


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
    ("typed", "shown"),
    [
        ("a *bold* word", "`a *bold* word`"),
        ("(_so_)", "`(_so_)`"),
        ("~gone~", "`~gone~`"),
        ("`code`", "`'code'`"),
        ("> quoted", "`&gt; quoted`"),
        ("snake_case and 5*sin(t/6)", "snake_case and 5*sin(t/6)"),
        ("2 * 3 > 4", "2 * 3 &gt; 4"),
        ("two\nlines", "two lines"),
    ],
)
def test_a_line_is_code_where_slack_would_format_it(typed: str, shown: str) -> None:
    assert as_typed(typed, 100) == shown


@settings(deadline=None)
@given(st.text(alphabet="ab *`&\n", max_size=200), st.integers(20, 50))
def test_a_line_of_what_was_typed_fits_its_place(text: str, size: int) -> None:
    assert len(as_typed(text, size)) <= size
