"""Scenes are played on the whole service, and what it sends is drawn."""

import discord
import pytest

from tests.gallery.discord.scenes import SCENES, page_of
from tests.gallery.discord.stage import open_stage
from tests.gallery.reading import words


@pytest.fixture(autouse=True)
def other_addresses(monkeypatch):
    """Keep discord.py's own addresses for other tests."""
    monkeypatch.setattr(discord.http.Route, "BASE", discord.http.Route.BASE)
    websocket = discord.gateway.DiscordWebSocket
    monkeypatch.setattr(websocket, "DEFAULT_GATEWAY", websocket.DEFAULT_GATEWAY)


async def test_what_the_service_answers_at_once_is_drawn(tmp_path):
    scenes = {scene.name: scene for scene in SCENES}
    async with open_stage(tmp_path) as stage:
        pages = {
            name: words(await page_of(scenes[name], stage))
            for name in ("error", "composer", "keyframes")
        }

    assert "/giffusion animate" in pages["error"]
    assert "keyframes 1 and 2 are both at frame 0" in pages["error"]
    assert "Only you can see this" in pages["error"]
    assert "Prompts, a keyframe a line" in pages["composer"]
    assert "Animate with them" in pages["keyframes"]


def test_every_scene_has_a_name_of_its_own():
    assert len({scene.name for scene in SCENES}) == len(SCENES)
