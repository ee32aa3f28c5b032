"""What a press, a reaction or a reply asks for."""

import pytest

from bot.commands import Animate, Inspire
from bot.gestures import commands
from bot.gestures.actions import Action, job_among
from bot.port import Recalled
from engine.errors import JobError

JOB = "0123456789abcdef01234567"


class Remembering:
    async def recall(self, job):
        return Recalled(job, "slack:T:U", "0: a fox", {})


@pytest.mark.parametrize(
    ("action", "subject", "prompts", "command"),
    [
        (Action.AGAIN, JOB, None, Animate({"seed": None}, like=JOB)),
        (Action.ANIMATE, JOB, "0: a fox", Animate({"prompts": "0: a fox"}, inputs_of=JOB)),
        (Action.INSPIRE, JOB, None, Inspire("0: a fox")),
        (Action.DRAW, "cats at night", None, Inspire("cats at night")),
    ],
)
async def test_a_button_gives_its_command(action, subject, prompts, command):
    assert await commands.of_press(Remembering(), action, subject, prompts) == command


async def test_a_message_whose_prompts_are_gone_is_told_of():
    with pytest.raises(JobError, match="no prompts"):
        await commands.of_press(Remembering(), Action.ANIMATE, "", None)


def test_what_is_replied_to_prompts_goes_over_their_flags():
    changed = commands.with_changes(
        "0: a fox --steps 9 --seed 1", "--seed 2", {Action.ANIMATE: JOB}
    )
    assert changed == Animate({"prompts": "0: a fox", "steps": "9", "seed": "2"}, inputs_of=JOB)


def test_other_prompts_come_from_the_topics_of_those_before():
    assert commands.other_prompts("0: a fox", {Action.DRAW: "snow"}) == Inspire("snow")
    assert commands.other_prompts("0: a fox --steps 9", {}) == Inspire("0: a fox")


def test_only_a_results_buttons_tell_of_its_job():
    assert job_among({Action.CANCEL: JOB}) is None
    assert job_among({Action.AGAIN: JOB, Action.DELETE: JOB}) == JOB
