"""What Slack tells of people, and does not tell."""

import pytest

from bot.slack_adapter import SlackAdapter
from tests.support.slack_forms import opened
from tests.support.slack_server import LoopbackSlack, Refusal, Silence


@pytest.mark.parametrize("fault", [Silence(done=True), Refusal("missing_scope")])
async def test_a_form_opens_in_time_though_slack_does_not_tell_its_users_language(
    slack: LoopbackSlack,
    adapter: SlackAdapter,
    fault: Silence | Refusal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.slack.people._ASKING_SECONDS", 0.05)
    slack.faults["users.info"].append(fault)
    await slack.command("")
    assert (await opened(slack)).view["close"]["text"] == "Cancel"


async def test_whose_language_was_not_told_is_asked_for_again(
    slack: LoopbackSlack, adapter: SlackAdapter
) -> None:
    slack.people["U1"] = {"locale": "zh-CN"}
    slack.faults["users.info"].append(Refusal("internal_error"))
    for close in ("Cancel", "取消"):
        slack.views.open.clear()
        await slack.command("")
        assert (await opened(slack)).view["close"]["text"] == close
