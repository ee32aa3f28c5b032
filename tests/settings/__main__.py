"""`make docs`: renders the settings' strips, runs the tests that hold them, writes the pages."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.reference import README, settings_page, with_reference
from tests.settings.goldens import renew_goldens
from tests.settings.page import PAGE, held, strips
from tests.settings.studio import Studio


def main() -> None:
    """Write docs/settings.md, its strips, and the README's list of settings."""
    with TemporaryDirectory() as name:
        renew_goldens(Studio(Path(name)))
        PAGE.write_text(settings_page(held(Path(name)), strips()))
    README.write_text(with_reference(README.read_text()))
    sys.stdout.write(f"{PAGE.name} and {README.name} written\n")


if __name__ == "__main__":
    main()
