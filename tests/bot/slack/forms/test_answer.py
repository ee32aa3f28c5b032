"""What comes of a composer's modal that can't be carried out as it was sent in."""

from pathlib import Path

import pytest

from bot.commands import Animate
from bot.slack_adapter import SlackAdapter
from engine.errors import InputError
from tests.support.playing_service import PlayingService
from tests.support.slack_forms import PROMPTS, errors_in, opened
from tests.support.slack_server import LoopbackSlack, eventually


@pytest.mark.parametrize(
    ("written", "where", "words"),
    [
        ({"settings": "--steps 900"}, "settings", "steps: '900' won't do"),
        ({"settings": "slowly"}, "settings", "'slowly' is no setting"),
        ({"settings": "--sped 3"}, "settings", "there is no such setting"),
        ({"settings": "--fps 9", "fps": "12"}, "fps", "it is given twice"),
        ({"seconds": "0"}, "seconds", "seconds"),
        ({"settings": "--neg fog", "negative_prompt": "fog"}, "negative_prompt", "given twice"),
        ({"prompts": " ", "settings": "--loop"}, "prompts", "there is no prompt"),
        ({"prompts": "a cat -steps 9"}, "prompts", "'-steps' stands in a prompt"),
        ({"prompts": "0: a cat --steps 900"}, "prompts", "steps: '900' won't do"),
    ],
)
async def test_what_is_wrong_is_said_at_the_field_that_it_is_about_and_can_be_put_right(
    slack: LoopbackSlack,
    service: PlayingService,
    adapter: SlackAdapter,
    written: dict[str, str],
    where: str,
    words: str,
) -> None:
    await slack.command("")
    view = await opened(slack)

    errors = errors_in(await slack.submit(view, {"prompts": PROMPTS} | written))

    assert list(errors) == [where]
    assert words in errors[where]
    assert service.incoming == []
    await slack.submit(view, {"prompts": PROMPTS})
    await eventually(lambda: service.incoming)
    assert service.incoming[0].command == Animate({"prompts": PROMPTS})


async def test_a_fault_with_a_form_is_owned_up_to_in_it_and_kept_to_the_log(
    slack: LoopbackSlack,
    service: PlayingService,
    adapter: SlackAdapter,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(_answer: object) -> Animate:
        raise RuntimeError("secret detail")

    await slack.command("")
    view = await opened(slack)
    monkeypatch.setattr("bot.gestures.form_answer.FormAnswer.command", broken)
    (said,) = errors_in(await slack.submit(view, {"prompts": PROMPTS})).values()
    assert said.startswith("Something went wrong here")
    assert "secret detail" in caplog.text


@pytest.mark.parametrize(
    "subject",
    ["", "{}", '{"channel": "C1/../x"}', '{"channel": "C1", "files": ["../etc"]}', "[1]"],
)
async def test_a_form_that_is_about_nothing_known_starts_nothing(
    slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter, subject: str
) -> None:
    await slack.command("")
    view = await opened(slack)
    view.view["private_metadata"] = subject
    errors = errors_in(await slack.submit(view, {"prompts": PROMPTS}))
    assert "went wrong" in errors["settings"]
    assert service.incoming == []


async def test_what_the_service_refuses_is_told_in_private_with_all_that_was_written(
    slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
) -> None:
    service.failure = InputError("model", "there is no model small", "see /giffusion models")
    await slack.command("", channel="C9")
    await slack.submit(await opened(slack), {"prompts": PROMPTS, "settings": "--steps 20"})
    await eventually(lambda: slack.said_in_private)
    (said,) = slack.said_in_private
    assert (said["channel"], said["user"]) == ("C9", "U1")
    assert "there is no model small" in said["text"]
    code = said["blocks"][-1]["elements"][0]["elements"][0]["text"]
    assert code == f"prompts:\n{PROMPTS}\n\nsettings:\n--steps 20"


async def test_where_the_bot_may_not_post_the_user_is_told_in_their_direct_messages(
    slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
) -> None:
    slack.closed_channels["C1"] = "not_in_channel"
    await slack.command("", user="U7")
    await slack.submit(await opened(slack), {"prompts": PROMPTS})
    await eventually(lambda: slack.messages)
    assert slack.message.channel == "DU7"
    assert "/invite @giffusion" in slack.message.text
    assert not service.incoming


async def test_a_file_that_slack_knows_nothing_of_is_told_of_by_the_one_who_wants_it(
    slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter, tmp_path: Path
) -> None:
    await slack.command("")
    await slack.submit(await opened(slack), {"prompts": PROMPTS, "files": [{"id": "F0GONE"}]})
    await eventually(lambda: service.incoming)
    (file,) = service.incoming[0].attachments
    with pytest.raises(Exception, match="upload it here again"):
        await file.save(tmp_path / "file", 1_000)
