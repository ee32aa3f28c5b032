"""Scenes are played on the whole service in a workspace, and what it sends is drawn."""

from tests.gallery.reading import words
from tests.gallery.slack.scenes import SCENES
from tests.gallery.slack.stage import open_stage


async def test_what_the_service_answers_at_once_is_drawn(tmp_path):
    scenes = {scene.name: scene for scene in SCENES}
    async with open_stage(tmp_path) as stage:
        pages = {
            name: words(await scenes[name].play(stage))
            for name in ("error", "composer", "shortcut", "inspire", "keyframes", "home")
        }

    assert "keyframes 1 and 2 are both at frame 0" in pages["error"]
    assert "Only visible to you" in pages["error"]
    assert "Prompts, a keyframe a line" in pages["composer"]
    assert "Those of the message are used as well" in pages["shortcut"]
    assert "Animate" in pages["inspire"]
    assert "@Giffusion keyframes" in pages["keyframes"]
    assert "2 replies" in pages["keyframes"], "with the picture of the song"
    assert "Animate with them" in pages["keyframes"]
    assert "New animation" in pages["home"]
    assert stage.slack.problems == [], "a Slack would refuse nothing of it"


def test_every_scene_has_a_name_of_its_own():
    assert len({scene.name for scene in SCENES}) == len(SCENES)
