"""The settings reference can't drift from the settings."""

from bot.reference import MOST_USED, README, Strip, settings_page, short_list, with_reference
from engine.settings import Settings


def test_the_readme_lists_the_most_used_settings_as_they_are():
    assert with_reference(README.read_text()) == README.read_text(), "run `make docs`"
    for name in MOST_USED:
        option = Settings.options()[name]
        assert f"| `{option.flag}` | {option.description} | " in short_list()


def test_what_stands_around_the_list_stays():
    begin, end = "<!-- settings: made by `make docs` -->\n", "<!-- end of settings -->\n"
    text = f"before\n{begin}old\n{end}after\n"
    assert with_reference(text) == f"before\n{begin}{short_list()}{end}after\n"


def test_the_page_tells_of_every_setting_in_its_group():
    page = settings_page({}, {})
    sections = dict(part.split("\n", 1) for part in page.split("\n## ")[1:])
    assert list(sections) == [group.capitalize() for group in Settings.model_fields]
    for group, settings in Settings():
        for name in type(settings).model_fields:
            option = Settings.options()[name]
            assert option.description.replace("|", "\\|") in sections[group.capitalize()]
            assert name == "prompts" or f"| `{option.flag}` |" in sections[group.capitalize()]


def row_of(page: str, flag: str) -> str:
    return next(line for line in page.splitlines() if line.startswith(f"| `{flag}` |"))


def test_a_setting_is_shown_beside_the_tests_that_hold_it():
    strip = Strip("images/settings/zoom.png", ("--zoom 1.08", "--zoom 0.92"), "a moon --zoom 1.08")
    test = "tests/engine/test_x.py::TestZoom::test_it_grows"
    row = row_of(settings_page({"zoom": [test]}, {"zoom": strip}), "--zoom")
    assert 'src="images/settings/zoom.png"' in row
    assert 'title="a moon --zoom 1.08"' in row
    assert "`--zoom 1.08`<br>`--zoom 0.92`" in row
    assert "[test_x.py: it grows](../tests/engine/test_x.py)" in row


def test_a_setting_that_cannot_be_seen_says_so():
    assert "| — |" in row_of(settings_page({}, {}), "--batch-size")


def test_marks_in_what_a_row_shows_do_not_break_the_table():
    strip = Strip("seed.png", ('0: a | 5: "b"',), '0: a | 5: "b"')
    row = row_of(settings_page({}, {"seed": strip}), "--seed")
    assert row.replace("\\|", "").count("|") == 7
    assert "&quot;b&quot;" in row
