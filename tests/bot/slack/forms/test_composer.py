"""The modal in which an animation is composed, as its users fill it in."""

import asyncio

import pytest

from bot.cards import PromptsCard
from bot.commands import Animate, parse_command
from bot.gestures.actions import Action
from bot.slack.buttons import PREFIX
from bot.slack_adapter import SlackAdapter
from engine.settings import Settings
from tests.support.playing_service import PlayingService
from tests.support.slack_forms import (
    PROMPTS,
    Restart,
    about_files,
    filled_in,
    inputs_of,
    opened,
)
from tests.support.slack_server import TEAM, LoopbackSlack, Refusal, eventually


@pytest.mark.parametrize("typed", ["", "  ", "animate"])
async def test_the_command_alone_opens_a_form_and_what_is_written_there_is_animated(
    slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter, typed: str
) -> None:
    service.suggestions = {
        "preset": [("calm: slow and soft", "calm"), ("wild", "wild")],
        "model": [("small", "small"), ("large", "large")],
        "scheduler": [("ddim", "ddim")],
    }
    await slack.command(typed, channel="C9", user="U7")
    view = await opened(slack)
    assert list(inputs_of(view)) == [
        *("prompts", "negative_prompt", "preset", "files"),
        *("seconds", "fps", "width", "height", "seed", "format"),
        *("model", "scheduler", "settings"),
    ]
    assert filled_in(view) == {}
    assert all(block["optional"] for block in inputs_of(view).values())
    assert about_files(view).startswith("Up to 10 MB each")
    assert service.incoming == []

    start = slack.storage.hold("start.png", b"picture")
    song = slack.storage.hold("song.mp3", b"a song")
    await slack.submit(
        view,
        {
            "prompts": PROMPTS,
            "negative_prompt": "blur --steps 4",
            "preset": "calm",
            "files": [start, song],
            "fps": "24",
            "format": "gif",
            "model": "large",
            "settings": "--steps 20 --zoom 0: (1), 24: (1.05)",
        },
    )
    await eventually(lambda: service.incoming)

    (incoming,) = service.incoming
    assert incoming.command == Animate(
        {
            "prompts": PROMPTS,
            "negative_prompt": "blur --steps 4",
            "fps": "24",
            "format": "gif",
            "model": "large",
            "steps": "20",
            "zoom": "0: (1), 24: (1.05)",
        },
        preset="calm",
    )
    assert incoming.user == f"slack:{TEAM}:U7"
    assert [(file.name, file.size) for file in incoming.attachments] == [
        ("start.png", 7),
        ("song.mp3", 6),
    ]
    assert slack.message.channel == "C9"


async def test_the_inputs_are_made_from_the_settings(
    slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
) -> None:
    await slack.command("")
    inputs = inputs_of(await opened(slack))
    width = inputs["width"]["element"]
    least, most = Settings.options()["width"].bounds
    assert (float(width["min_value"]), float(width["max_value"])) == (least, most)
    assert width["is_decimal_allowed"] is False
    assert inputs["seconds"]["element"]["is_decimal_allowed"] is True
    assert inputs["width"]["hint"]["text"] == Settings.options()["width"].description
    formats = [option["value"] for option in inputs["format"]["element"]["options"]]
    assert formats == list(Settings.options()["format"].choices)


async def test_the_form_is_in_its_users_language(
    slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
) -> None:
    slack.people["U1"] = {"locale": "zh-CN"}
    await slack.command("")
    view = await opened(slack)
    assert view.view["close"]["text"] == "取消"
    assert inputs_of(view)["negative_prompt"]["label"]["text"] != "What no frame should show"


async def test_a_form_that_was_open_during_a_restart_still_works(
    slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter, restart: Restart
) -> None:
    await slack.command("", channel="C9")
    view = await opened(slack)
    await restart()

    await slack.submit(
        view, {"prompts": PROMPTS, "files": [slack.storage.hold("a.png", b"picture")]}
    )

    await eventually(lambda: service.incoming)
    assert service.incoming[0].command == Animate({"prompts": PROMPTS})
    assert [file.name for file in service.incoming[0].attachments] == ["a.png"]
    assert slack.message.channel == "C9"


async def test_a_form_that_is_delivered_twice_starts_one_job_even_over_a_restart(
    slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter, restart: Restart
) -> None:
    await slack.command("")
    view = await opened(slack)
    for _ in range(2):
        await slack.submit(view, {"prompts": PROMPTS})
    await eventually(lambda: service.incoming)
    await restart()
    await slack.submit(view, {"prompts": PROMPTS})
    await slack.command("0: another")
    await eventually(lambda: len(service.incoming) > 1)
    commands = [incoming.command for incoming in service.incoming]
    assert commands == [Animate({"prompts": PROMPTS}), parse_command("0: another")]


async def test_a_form_opens_in_time_though_nothing_can_be_offered(
    slack: LoopbackSlack,
    service: PlayingService,
    adapter: SlackAdapter,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def slow(*_: object) -> list[tuple[str, str]]:
        await asyncio.sleep(60)
        return []

    monkeypatch.setattr(service, "suggest", slow)
    monkeypatch.setattr("bot.slack.forms.composer._SUGGESTING_SECONDS", 0.05)
    await slack.command("")
    assert "preset" not in inputs_of(await opened(slack))
    assert "No preset could be offered" in caplog.text


async def test_names_that_a_list_in_slack_does_not_take_are_left_out(
    slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
) -> None:
    long = "x" * 151
    service.suggestions["model"] = [(long, long), ("", ""), ("y" * 150, "y" * 150)]
    service.suggestions["preset"] = [(f"preset {n}", str(n)) for n in range(150)]
    await slack.command("")
    inputs = inputs_of(await opened(slack))
    models = [option["value"] for option in inputs["model"]["element"]["options"]]
    assert models == ["y" * 150]
    assert len(inputs["preset"]["element"]["options"]) == 100


@pytest.mark.parametrize("error", ["expired_trigger_id", "exchanged_trigger_id"])
async def test_where_it_is_too_late_for_a_form_the_user_is_told_to_try_again(
    slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter, error: str
) -> None:
    slack.faults["views.open"].append(Refusal(error))
    await slack.command("")
    await eventually(lambda: slack.said_in_private)
    assert "needed too long to open the form" in slack.said_in_private[0]["text"]
    assert not slack.views.open


async def test_a_preset_that_is_not_in_the_list_is_kept_as_a_flag(
    slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
) -> None:
    service.cards = [PromptsCard("Prompts", "0: a fox --preset calm --steps 9")]
    service.suggestions["preset"] = [("wild", "wild")]
    await slack.command("inspire foxes")
    await eventually(lambda: slack.messages and "a fox" in slack.message.text)
    await slack.press(f"{PREFIX}{Action.FILL}")
    view = await opened(slack)
    assert filled_in(view) == {"prompts": "0: a fox", "settings": "--steps 9 --preset calm"}
    await slack.submit(view)
    await eventually(lambda: len(service.incoming) > 1)
    assert service.incoming[1].command == Animate(
        {"prompts": "0: a fox", "steps": "9"}, preset="calm"
    )
