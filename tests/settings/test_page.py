"""The settings page is in step with the settings, the strips and the tests that hold them."""

from pathlib import Path

from bot.reference import settings_page
from tests.settings.page import PAGE, held, strips


def test_the_page_is_as_settings_strips_and_tests_have_it(tmp_path: Path) -> None:
    assert settings_page(held(tmp_path, "--collect-only"), strips()) == PAGE.read_text(), (
        "run `make docs`"
    )
