"""What Slack shows of words alone."""

from bot.cards import TextCard
from bot.slack.message import MESSAGE_LENGTH
from tests.support.slack_drawings import draw, read
from tests.support.slack_rules import texts_of


def test_an_error_looks_like_one() -> None:
    assert read(draw(TextCard("steps: too many", error=True))) == ":warning: steps: too many"
    assert read(draw(TextCard("steps: too many"))) == "steps: too many"


def test_long_help_is_kept_whole_over_several_sections() -> None:
    words = "\n".join(f"--option-{number} does *this* & that" for number in range(200))
    message = draw(TextCard(words))
    assert len(message.blocks) > 1
    assert "".join(texts_of(message.blocks)) == words
    assert message.overflow is None


def test_words_that_no_message_holds_go_on_in_a_file() -> None:
    words = "words & more " * 1_000
    message = draw(TextCard(words))
    assert message.overflow == words.strip()
    shown = "".join(texts_of(message.blocks))
    assert len(shown) <= MESSAGE_LENGTH
    assert shown.endswith("…")
