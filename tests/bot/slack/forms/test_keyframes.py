"""`/giffusion keyframes`, which asks for its sound in a modal."""

import pytest

from bot.cards import PromptsCard
from bot.commands import Keyframes
from bot.slack_adapter import SlackAdapter
from engine.media.keyframes import Mark
from tests.support.playing_service import PlayingService
from tests.support.slack_forms import Restart, errors_in, filled_in, form, inputs_of
from tests.support.slack_server import LoopbackSlack, eventually
from tests.support.slack_views import OpenView


async def asked(slack: LoopbackSlack, typed: str) -> OpenView:
    await slack.command(typed, channel="C9")
    await eventually(lambda: slack.views.open)
    return form(slack)


async def test_a_song_is_asked_for_and_its_keyframes_come_into_the_channel(
    slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter, restart: Restart
) -> None:
    service.cards = [PromptsCard("3 keyframes", "0: … | 12: …")]
    view = await asked(slack, "keyframes")
    assert filled_in(view) == {}
    assert inputs_of(view)["files"].get("optional", False) is False
    await restart()
    song = slack.storage.hold("song.mp3", b"la la")
    changes = {"files": [song], "fps": "30000/1001", "beats": ["beats"]}
    await slack.submit(view, changes | {"audio_component": "percussive"})
    await eventually(lambda: slack.messages and "3 keyframes" in slack.message.text)
    (incoming,) = service.incoming
    values = {"fps": "30000/1001", "audio_component": "percussive"}
    assert incoming.command == Keyframes(values, Mark.BEATS)
    assert [file.name for file in incoming.attachments] == ["song.mp3"]
    assert slack.message.channel == "C9"


async def test_what_was_typed_stands_in_the_form(
    slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
) -> None:
    view = await asked(slack, "keyframes --fps 30000/1001 --audio-component harmonic --beats")
    assert filled_in(view) == {"fps": "30000/1001", "audio_component": "harmonic"}
    assert inputs_of(view)["beats"]["element"]["initial_options"]
    await slack.submit(view, {"files": [slack.storage.hold("song.mp3", b"la")]})
    await eventually(lambda: service.incoming)
    values = {"fps": "30000/1001", "audio_component": "harmonic"}
    assert service.incoming[0].command == Keyframes(values, Mark.BEATS)


async def test_unticked_and_empty_it_takes_every_onset_at_the_usual_rate(
    slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
) -> None:
    view = await asked(slack, "keyframes --beats")
    await slack.submit(view, {"files": [slack.storage.hold("song.mp3", b"la")], "beats": []})
    await eventually(lambda: service.incoming)
    assert service.incoming[0].command == Keyframes({}, Mark.ONSETS)


@pytest.mark.parametrize("typed", ["--fps 900", "--fps soon", "--audio-component loud"])
async def test_what_can_not_be_is_told_at_once(
    slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter, typed: str
) -> None:
    await slack.command(f"keyframes {typed}")
    await eventually(lambda: slack.said_in_private)
    assert "won't do" in slack.said_in_private[0]["text"]
    assert not slack.views.open


async def test_a_wrong_rate_is_told_in_the_form(
    slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
) -> None:
    view = await asked(slack, "keyframes")
    song = slack.storage.hold("song.mp3", b"la")
    errors = errors_in(await slack.submit(view, {"files": [song], "fps": "900"}))
    assert "'900' won't do" in errors["fps"]
    await slack.submit(view, {"files": [song], "fps": "9"})
    await eventually(lambda: service.incoming)
    assert service.incoming[0].command == Keyframes({"fps": "9"})


async def test_a_form_sent_in_twice_finds_the_keyframes_once(
    slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
) -> None:
    view = await asked(slack, "keyframes")
    for _ in range(2):
        await slack.submit(view, {"files": [slack.storage.hold("song.mp3", b"la")]})
    await slack.command("0: a fox")
    await eventually(lambda: len(service.incoming) > 1)
    kinds = [type(incoming.command).__name__ for incoming in service.incoming]
    assert kinds == ["Keyframes", "Animate"]
