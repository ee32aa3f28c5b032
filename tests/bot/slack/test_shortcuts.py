"""The shortcut in a message's menu: "Animate with this"."""

import pytest

from bot.cards import PromptsCard, ResultCard
from bot.commands import Animate
from bot.port import Recalled
from bot.slack.manifest import SHORTCUT
from bot.slack.place import Place
from bot.slack_adapter import SlackAdapter
from tests.support.playing_service import PlayingService
from tests.support.slack_cards import JOB
from tests.support.slack_forms import PROMPTS, Restart, about_files, filled_in, opened
from tests.support.slack_server import BOT, TEAM, LoopbackSlack, eventually


async def test_a_messages_files_and_words_go_into_the_form_and_the_answer_below_it(
    slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter, restart: Restart
) -> None:
    song = slack.storage.hold("song.mp3", b"la la")
    start = slack.storage.hold("start.png", b"picture")
    written = slack.message_of(
        f"<@{BOT}> 0: salt &amp; pepper --steps 9",
        channel="C9",
        thread_ts="1700000000.000001",
        user="U5",
        files=[song, start],
    )
    await slack.shortcut(SHORTCUT, written, user="U7")
    view = await opened(slack)
    assert filled_in(view) == {"prompts": "0: salt & pepper", "settings": "--steps 9"}
    assert about_files(view).startswith("Those of the message are used as well.")
    await restart()

    more = slack.storage.hold("more.mp4", b"clip")
    await slack.submit(view, {"files": [more]})
    await eventually(lambda: service.incoming)

    (incoming,) = service.incoming
    assert incoming.command == Animate({"prompts": "0: salt & pepper", "steps": "9"})
    assert incoming.user == f"slack:{TEAM}:U7"
    names = [file.name for file in incoming.attachments]
    assert names == ["song.mp3", "start.png", "more.mp4"]
    place = Place.of(incoming.conversation)
    assert (place.channel, place.thread) == ("C9", "1700000000.000001")


async def test_a_message_that_stands_in_no_thread_is_answered_in_the_channel(
    slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
) -> None:
    written = slack.message_of("a fox", channel="C9")
    await slack.shortcut(SHORTCUT, written)
    await slack.submit(await opened(slack))
    await eventually(lambda: service.incoming)
    assert slack.message.thread is None


async def test_words_that_only_look_like_flags_are_left_as_they_are(
    slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
) -> None:
    await slack.shortcut(SHORTCUT, slack.message_of("a sunset --so beautiful"))
    assert filled_in(await opened(slack)) == {"prompts": "a sunset --so beautiful"}


async def test_on_an_animation_of_the_bots_it_opens_what_that_was_made_from(
    slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter, result: ResultCard
) -> None:
    service.recalled[JOB] = Recalled(JOB, f"slack:{TEAM}:U1", PROMPTS, {"zoom": "1.02"})
    service.cards = [result]
    await slack.command("0: a fox")
    await eventually(lambda: slack.messages and "Made in" in slack.message.text)
    await slack.shortcut(SHORTCUT, slack.message, user="U7")
    assert filled_in(await opened(slack)) == {"prompts": PROMPTS, "settings": "--zoom 1.02"}


async def test_on_prompts_of_the_bots_it_opens_these_with_their_files(
    slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
) -> None:
    service.cards = [PromptsCard("Two keyframes", "0: a | 12: b --fps 9", inputs_of=JOB)]
    await slack.command("inspire foxes")
    await eventually(lambda: slack.messages and "Two keyframes" in slack.message.text)
    service.incoming.clear()
    await slack.shortcut(SHORTCUT, slack.message)
    view = await opened(slack)
    assert filled_in(view) == {"prompts": "0: a\n12: b", "fps": "9"}
    await slack.submit(view)
    await eventually(lambda: service.incoming)
    values = {"prompts": "0: a\n12: b", "fps": "9"}
    assert service.incoming[0].command == Animate(values, inputs_of=JOB)


async def test_a_message_that_is_too_long_for_a_form_is_told_of(
    slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
) -> None:
    await slack.shortcut(SHORTCUT, slack.message_of("x" * 3_001))
    await eventually(lambda: slack.said_in_private)
    assert (
        "it has 3001 characters, and a form in Slack takes 3000"
        in (slack.said_in_private[0]["text"])
    )


@pytest.mark.parametrize("number", [1, 10])
async def test_all_of_a_messages_files_fit_into_a_form(
    slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter, number: int
) -> None:
    files = [slack.storage.hold(f"{each}.png", b"picture") for each in range(number)]
    await slack.shortcut(SHORTCUT, slack.message_of("a fox", files=files))
    await slack.submit(await opened(slack))
    await eventually(lambda: service.incoming)
    assert len(service.incoming[0].attachments) == number
