"""The composer's modal filled in with an earlier animation."""

from pathlib import Path

import pytest

from bot.commands import Animate
from bot.gestures.actions import Action
from bot.port import Recalled
from bot.slack.buttons import PREFIX
from engine.request import Inputs
from tests.support.playing_service import PlayingService
from tests.support.slack_cards import JOB
from tests.support.slack_forms import (
    PROMPTS,
    Restart,
    about_files,
    filled_in,
    form,
    inputs_of,
    opened,
)
from tests.support.slack_server import TEAM, LoopbackSlack, eventually

MADE_OF = Recalled(
    JOB,
    f"slack:{TEAM}:U1",
    PROMPTS,
    {
        "negative_prompt": "blur --much",
        "zoom": "0: (1), 24: (1.05)",
        "loop": "on",
        "seed": "9223372036854775807",
        "fps": "30000/1001",
        "seconds": "2.5",
        "width": "512",
        "format": "gif",
        "scheduler": "ddim",
        "model": "no longer offered",
    },
)
EDIT = f"{PREFIX}{Action.EDIT}"
pytestmark = pytest.mark.usefixtures("animation")


async def test_a_form_sent_in_as_it_was_opened_asks_for_the_same_again(
    slack: LoopbackSlack, service: PlayingService, restart: Restart
) -> None:
    service.recalled[JOB] = MADE_OF
    service.suggestions["scheduler"] = [("default", "default"), ("ddim", "ddim")]
    service.suggestions["model"] = [("small", "small")]

    await slack.press(EDIT)
    view = await opened(slack)
    assert filled_in(view) == {
        "prompts": PROMPTS,
        "negative_prompt": "blur --much",
        "seconds": "2.5",
        "width": "512",
        "format": "gif",
        "scheduler": "ddim",
        "settings": "--zoom 0: (1), 24: (1.05) --loop on --seed 9223372036854775807 "
        "--fps 30000/1001 --model no longer offered",
    }
    await restart()
    await slack.submit(view)

    await eventually(lambda: service.incoming)
    values = {"prompts": PROMPTS} | dict(MADE_OF.settings)
    assert service.incoming[0].command == Animate(values)


async def test_its_files_go_with_it(slack: LoopbackSlack, service: PlayingService) -> None:
    inputs = Inputs(image=Path("start.png"))
    service.recalled[JOB] = Recalled(JOB, f"slack:{TEAM}:U1", PROMPTS, {}, inputs)
    await slack.press(EDIT)
    view = await opened(slack)
    assert about_files(view).startswith("Those from before are used")
    await slack.submit(view)
    await eventually(lambda: service.incoming)
    assert service.incoming[0].command == Animate({"prompts": PROMPTS}, inputs_of=JOB)


async def test_files_that_are_gone_are_told_of(
    slack: LoopbackSlack, service: PlayingService
) -> None:
    gone = frozenset({"video", "audio"})
    service.recalled[JOB] = Recalled(JOB, f"slack:{TEAM}:U1", PROMPTS, {}, lost=gone)
    await slack.press(EDIT)
    words = about_files(await opened(slack))
    assert words.startswith("No longer kept: audio, video. Attach what you still want.")


@pytest.mark.parametrize(
    ("prompts", "settings", "about"),
    [
        ("a sea & <!channel> " * 200, {}, "prompts: it has 3800 characters"),
        (PROMPTS, {"negative_prompt": "x" * 3_001}, "negative_prompt: it has 3001"),
        (PROMPTS, {"zoom": "0: (1), " * 500 + "9: (2)"}, "settings: it has"),
        (PROMPTS, {"model": "small --steps 9"}, "would read as several settings"),
    ],
)
async def test_no_text_is_cut_to_fit_into_a_form(
    slack: LoopbackSlack,
    service: PlayingService,
    prompts: str,
    settings: dict[str, str],
    about: str,
) -> None:
    service.recalled[JOB] = Recalled(JOB, f"slack:{TEAM}:U1", prompts, settings)
    await slack.press(EDIT)
    await eventually(lambda: slack.views.open and about in form(slack).text)
    assert inputs_of(form(slack)) == {}


async def test_texts_as_long_as_a_form_takes_stand_in_it_as_they_are(
    slack: LoopbackSlack, service: PlayingService
) -> None:
    prompts, negative = "🦊&<é>" * 600, "```*_~" * 500
    settings = {"negative_prompt": negative}
    service.recalled[JOB] = Recalled(JOB, f"slack:{TEAM}:U1", prompts, settings)
    await slack.press(EDIT)
    await slack.submit(await opened(slack))
    await eventually(lambda: service.incoming)
    assert service.incoming[0].command == Animate({"prompts": prompts} | settings)
