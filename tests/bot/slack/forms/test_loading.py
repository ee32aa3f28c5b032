"""`/giffusion session load`, which opens the composer."""

import pytest

from bot.commands import Animate
from bot.port import Recalled
from bot.slack_adapter import SlackAdapter
from tests.support.playing_service import PlayingService
from tests.support.slack_cards import JOB
from tests.support.slack_forms import PROMPTS, filled_in, form, opened
from tests.support.slack_server import TEAM, LoopbackSlack, eventually

MADE_OF = Recalled(
    JOB,
    f"slack:{TEAM}:U1",
    PROMPTS,
    {"zoom": "0: (1), 24: (1.05)", "loop": "on", "seed": "7"},
)


async def test_a_saved_animation_opens_with_all_it_was_made_from(
    slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
) -> None:
    service.saved[JOB] = "my sea"
    service.recalled[JOB] = MADE_OF
    await slack.command("session load my sea")
    view = await opened(slack)
    await slack.submit(view)
    await eventually(lambda: service.incoming)
    values = {"prompts": PROMPTS} | dict(MADE_OF.settings)
    assert service.incoming[0].command == Animate(values)


async def test_some_groups_of_settings_can_be_had_alone(
    slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
) -> None:
    service.saved[JOB] = "my sea"
    service.recalled[JOB] = MADE_OF
    await slack.command("session load my sea --groups motion, output")
    assert filled_in(await opened(slack)) == {"settings": "--zoom 0: (1), 24: (1.05) --loop on"}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("nothing", "There is no session nothing."),
        ("my sea --groups moods", "groups: there is no group moods"),
    ],
)
async def test_what_is_not_there_is_told_in_the_form(
    slack: LoopbackSlack,
    service: PlayingService,
    adapter: SlackAdapter,
    typed: str,
    words: str,
) -> None:
    service.saved[JOB] = "my sea"
    service.recalled[JOB] = MADE_OF
    await slack.command(f"session load {typed}")
    await eventually(lambda: slack.views.open and words in form(slack).text)
