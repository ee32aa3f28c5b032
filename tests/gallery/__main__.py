"""Draw the pictures of Discord messages for the README: `python -m tests.gallery`."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.gallery.capture import capture
from tests.gallery.scenes import play
from tests.support.browser import open_browser

_IMAGES = Path(__file__).parents[2] / "docs" / "images"


def main() -> None:
    """Play the scenes, and draw each of them into docs/images/."""
    with TemporaryDirectory() as folder:
        pages = asyncio.run(play(Path(folder)))
        with open_browser(Path(folder) / "profile", width=620, height=900) as driver:
            for name, page in pages.items():
                target = _IMAGES / f"discord-{name}.png"
                capture(driver, page, target)
                print(f"{target.name}: {target.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
