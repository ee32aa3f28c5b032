"""Slack's markup is drawn as Slack shows it."""

import pytest

from bot.slack.text import escape
from tests.gallery.reading import HOSTILE, words
from tests.gallery.slack.mrkdwn import formatted, unformatted


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("*a* b", "<div><strong>a</strong> b</div>"),
        ("_a_ ~b~", "<div><em>a</em> <s>b</s></div>"),
        ("*_a_*", "<div><strong><em>a</em></strong></div>"),
        ("`*a*`", "<div><code>*a*</code></div>"),
        ("2*3*4 snake_case_name a* b*", "<div>2*3*4 snake_case_name a* b*</div>"),
        ("<https://a.example|a &amp; b>", '<div><span class="link">a &amp; b</span></div>'),
        ("<https://a.example>", '<div><span class="link">https://a.example</span></div>'),
        ("<@U1> in <#C1|other>", '<div><span class="mention">@alice</span> in '
         '<span class="mention">#animations</span></div>'),
        ("&gt; a", "<blockquote>a</blockquote>"),
        ("a\n\nb", "<div>a</div><div><br></div><div>b</div>"),
        ("a\n```0: b\n24: *c*```", "<div>a</div><pre>0: b\n24: *c*</pre>"),
        ("at 12:30:45", "<div>at 12:30:45</div>"),
    ],
)  # fmt: skip
def test_text_is_formatted_as_slack_does(text, markup):
    assert formatted(text) == markup


def test_text_without_markup_keeps_its_lines_and_signs():
    assert unformatted("*a*\n<b>") == "*a*<br>&lt;b&gt;"
    assert "<svg" in unformatted(":warning: a")


def test_an_emoji_by_its_name_is_drawn():
    assert "<svg" in formatted(":warning: a")


def test_a_bare_address_is_a_link_unless_the_text_is_verbatim():
    text = "see https://a.example/b."

    assert '<span class="link">https://a.example/b</span>.' in formatted(text, verbatim=False)
    assert "link" not in formatted(text)


@pytest.mark.parametrize("text", [HOSTILE, "a &amp; <b> & c", "<https://a|b>", "<!channel> <@U9>"])
def test_text_that_the_bot_escaped_reads_as_it_was_typed(text):
    page = formatted(escape(text))

    assert words(page) == text
    assert "<script" not in page


@pytest.mark.parametrize(
    ("text", "what"),
    [("<!channel>", "channel"), ("<@U999>", "U999"), (":unicorn_face:", "unicorn_face")],
)
def test_what_cannot_be_drawn_is_refused_by_name(text, what):
    with pytest.raises(LookupError, match=what):
        formatted(text)


def test_plain_text_stands_as_it_is_in_lines_but_for_names_of_emoji():
    assert unformatted("*a* & b\n_c_") == "*a* &amp; b<br>_c_"
    assert "<svg" in unformatted(":warning: a")
    assert unformatted(":warning: a", emoji=False) == ":warning: a"
    with pytest.raises(LookupError, match=":unknown:"):
        unformatted("a :unknown: b")
