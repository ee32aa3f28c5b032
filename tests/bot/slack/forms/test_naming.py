"""The modal in which a session gets its name."""

import pytest

from bot.gestures.actions import Action
from bot.slack.buttons import PREFIX
from engine.errors import InputError, JobError
from tests.support.playing_service import PlayingService
from tests.support.slack_cards import JOB
from tests.support.slack_forms import Restart, errors_in, form
from tests.support.slack_server import LoopbackSlack, Refusal, eventually
from tests.support.slack_views import OpenView

SAVE = f"{PREFIX}{Action.SAVE}"


@pytest.fixture
async def asked(slack: LoopbackSlack, animation: None) -> OpenView:
    """The form that was opened for an animation."""
    await slack.press(SAVE)
    await eventually(lambda: slack.views.open)
    return form(slack)


async def test_an_animation_is_saved_under_its_name_and_its_user_alone_is_told(
    slack: LoopbackSlack, service: PlayingService, asked: OpenView
) -> None:
    await slack.submit(asked, {"name": "my sea & <you>"})
    await eventually(lambda: slack.ephemerals)
    assert service.saved == {JOB: "my sea & <you>"}
    (said,) = slack.ephemerals
    assert (said.channel, said.to) == ("C1", "U1")
    assert said.shown[-1]["text"] == "Saved as my sea &amp; &lt;you&gt;."


async def test_it_works_over_a_restart(
    slack: LoopbackSlack, service: PlayingService, asked: OpenView, restart: Restart
) -> None:
    await restart()
    await slack.submit(asked, {"name": "my sea"})
    assert service.saved == {JOB: "my sea"}


async def test_a_name_delivered_twice_is_told_of_once(
    slack: LoopbackSlack, service: PlayingService, asked: OpenView
) -> None:
    for _ in range(2):
        await slack.submit(asked, {"name": "my sea"})
    await slack.command("help")  # which is answered after both
    await eventually(lambda: service.incoming)
    assert len([said for said in slack.ephemerals if "Saved" in said.text]) == 1


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (InputError("name", "it is more than one line", "write it in one line"), "in one line"),
        (JobError("This animation is somebody else's."), "somebody else's"),
        (RuntimeError("secret detail"), "Something went wrong here"),
    ],
)
async def test_why_it_can_not_be_saved_stands_in_the_form_where_another_name_can_be_written(
    slack: LoopbackSlack,
    service: PlayingService,
    asked: OpenView,
    failure: Exception,
    words: str,
) -> None:
    service.failure = failure
    errors = errors_in(await slack.submit(asked, {"name": "my sea"}))
    assert words in errors["name"]
    assert "secret detail" not in errors["name"]
    service.failure = None
    await slack.submit(asked, {"name": "my sea"})
    assert service.saved == {JOB: "my sea"}


async def test_a_slow_storage_is_told_of_in_time(
    slack: LoopbackSlack,
    service: PlayingService,
    asked: OpenView,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.slack.listeners._SAVING_SECONDS", 0.05)
    service.open.clear()
    errors = errors_in(await slack.submit(asked, {"name": "my sea"}))
    assert "went wrong" in errors["name"]


async def test_where_it_is_too_late_for_a_form_the_user_is_told_to_press_again(
    slack: LoopbackSlack, service: PlayingService, asked: OpenView
) -> None:
    slack.faults["views.open"].append(Refusal("expired_trigger_id"))
    await slack.press(SAVE)
    await eventually(lambda: slack.said_in_private)
    assert "needed too long to open the form" in slack.said_in_private[0]["text"]
