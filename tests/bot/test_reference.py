"""The settings reference can't drift from the settings."""

from bot.reference import README, reference, with_reference
from engine.settings import Settings


def test_the_readme_holds_the_reference_as_the_settings_have_it():
    assert with_reference(README.read_text()) == README.read_text(), "run `make docs`"


def test_every_flag_has_its_row():
    rows = reference().splitlines()
    for name, option in Settings.options().items():
        assert name == "prompts" or any(row.startswith(f"| `{option.flag}` |") for row in rows)


def test_what_stands_around_the_reference_stays():
    begin, end = "<!-- settings: made by `make docs` -->\n", "<!-- end of settings -->\n"
    text = f"before\n{begin}old\n{end}after\n"
    assert with_reference(text) == f"before\n{begin}{reference()}{end}after\n"
