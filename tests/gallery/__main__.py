"""`make pictures`: plays scenes on the real bot and draws what it sent into docs/images."""

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.gallery.capture import open_camera
from tests.gallery.discord import scenes as on_discord
from tests.gallery.discord.stage import open_stage as open_discord
from tests.gallery.slack import scenes as in_slack
from tests.gallery.slack.stage import open_stage as open_slack
from tests.support.service import ROOT

_IMAGES = ROOT / "docs" / "images"


async def _discord(folder: Path) -> dict[str, str]:
    async with open_discord(folder) as stage:
        return {
            f"discord-{scene.name}": await on_discord.page_of(scene, stage)
            for scene in on_discord.SCENES
        }


async def _slack(folder: Path) -> dict[str, str]:
    async with open_slack(folder) as stage:
        return {f"slack-{scene.name}": await scene.play(stage) for scene in in_slack.SCENES}


def main() -> None:
    """Write docs/images/discord-*.png and slack-*.png, or those of the chats that are named."""
    chats = {"discord": _discord, "slack": _slack}
    for chat in sys.argv[1:] or chats:
        with TemporaryDirectory() as name:
            pages = asyncio.run(chats[chat](Path(name)))
            with open_camera(Path(name)) as camera:
                for scene, page in pages.items():
                    file = _IMAGES / f"{scene}.png"
                    file.write_bytes(camera.png(page))
                    sys.stdout.write(f"{file.name} written, {file.stat().st_size // 1000} kB\n")


if __name__ == "__main__":
    main()
