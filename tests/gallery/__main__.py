"""`make pictures`: plays scenes on the real bot and draws what it sent into docs/images."""

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.gallery.capture import open_camera
from tests.gallery.discord.scenes import SCENES, page_of
from tests.gallery.discord.stage import open_stage
from tests.support.service import ROOT

_IMAGES = ROOT / "docs" / "images"


async def _record(folder: Path) -> dict[str, str]:
    async with open_stage(folder) as stage:
        return {scene.name: await page_of(scene, stage) for scene in SCENES}


def main() -> None:
    """Write docs/images/discord-*.png."""
    with TemporaryDirectory() as name:
        pages = asyncio.run(_record(Path(name)))
        with open_camera(Path(name)) as camera:
            for scene, page in pages.items():
                file = _IMAGES / f"discord-{scene}.png"
                file.write_bytes(camera.png(page))
                sys.stdout.write(f"{file.name} written, {file.stat().st_size // 1000} kB\n")


if __name__ == "__main__":
    main()
