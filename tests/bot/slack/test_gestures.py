"""What people do with an animation in Slack: press, react, reply in its thread."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.cards import PromptsCard, ResultCard
from bot.commands import Animate, Inspire, Queue
from bot.gestures.actions import Action
from bot.port import Recalled
from bot.slack.buttons import PREFIX
from bot.slack_adapter import SlackAdapter
from tests.support.playing_service import PlayingService
from tests.support.slack_cards import JOB
from tests.support.slack_messages import Message
from tests.support.slack_server import BOT, TEAM, LoopbackSlack, Refusal, eventually

Restart = Callable[[], Awaitable[SlackAdapter]]
PROMPTS = PromptsCard("Some prompts", "0: a fox | 24: an owl --seed 7", topics="cats at night")
RECALLED = Recalled(JOB, f"slack:{TEAM}:U1", "0: a fox | 24: an owl", {"seed": "42"})


def press_id(action: Action) -> str:
    return f"{PREFIX}{action}"


@pytest.fixture
async def shown(
    slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter, result: ResultCard
) -> Message:
    """A result of U1's, whose file is in its thread."""
    service.cards, service.recalled, service.results = [result], {JOB: RECALLED}, {JOB: result}
    await slack.command("0: a fox | 24: an owl", user="U1")
    await eventually(lambda: slack.messages and "in the thread" in slack.message.text)
    service.cards = []
    return slack.message


@pytest.fixture
async def prompts(slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter) -> Message:
    service.cards = [PROMPTS]
    await slack.command("inspire cats at night")
    await eventually(lambda: slack.messages and "Some prompts" in slack.message.text)
    service.cards = []
    return slack.message


class TestPresses:
    @pytest.mark.parametrize(
        ("action", "command"),
        [
            (Action.AGAIN, Animate({"seed": None}, like=JOB)),
            (Action.INSPIRE, Inspire(RECALLED.prompts)),
        ],
    )
    async def test_a_result_leads_to_a_new_message_of_whoever_pressed(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        shown: Message,
        action: Action,
        command: object,
    ) -> None:
        await slack.press(press_id(action), "U2", shown)
        await eventually(lambda: len(service.incoming) == 2)
        asked = service.incoming[1]
        assert (asked.command, asked.user) == (command, f"slack:{TEAM}:U2")
        assert len(slack.messages) == 2
        assert asked.conversation["ts"] != shown.ts

    async def test_buttons_work_after_a_restart(
        self, slack: LoopbackSlack, service: PlayingService, shown: Message, restart: Restart
    ) -> None:
        await restart()
        await slack.press(press_id(Action.AGAIN), "U1", shown)
        await eventually(lambda: len(service.incoming) == 2)
        assert service.incoming[1].command == Animate({"seed": None}, like=JOB)

    async def test_a_double_click_starts_one_animation(
        self, slack: LoopbackSlack, service: PlayingService, shown: Message
    ) -> None:
        for _ in range(2):
            await slack.press(press_id(Action.AGAIN), "U1", shown)
        await slack.press(press_id(Action.INSPIRE), "U1", shown)
        await eventually(lambda: len(service.incoming) == 3)
        assert [type(each.command) for each in service.incoming] == [Animate, Animate, Inspire]

    async def test_an_animation_that_is_gone_is_told_of_in_private(
        self, slack: LoopbackSlack, service: PlayingService, shown: Message
    ) -> None:
        service.recalled = {}
        await slack.press(press_id(Action.INSPIRE), "U1", shown)
        await eventually(lambda: slack.said_in_private)
        assert "no such session" in slack.said_in_private[0]["text"]

    async def test_prompts_are_animated_as_they_stand(
        self, slack: LoopbackSlack, service: PlayingService, prompts: Message
    ) -> None:
        await slack.press(press_id(Action.ANIMATE), "U2", prompts)
        await eventually(lambda: len(service.incoming) == 2)
        wanted = Animate({"prompts": "0: a fox | 24: an owl", "seed": "7"})
        assert service.incoming[1].command == wanted

    async def test_other_prompts_are_drawn_from_the_same_topics(
        self, slack: LoopbackSlack, service: PlayingService, prompts: Message
    ) -> None:
        await slack.press(press_id(Action.DRAW), "U2", prompts)
        await eventually(lambda: len(service.incoming) == 2)
        assert service.incoming[1].command == Inspire("cats at night")

    @pytest.mark.parametrize(
        ("action", "text"),
        [
            (Action.EDIT, "0: a fox"),
            (Action.FRAME, f"--resample {JOB}@24"),
            (Action.VIDEO, f"--resample {JOB}"),
        ],
    )
    async def test_a_result_is_changed_in_a_form(
        self, slack: LoopbackSlack, shown: Message, action: Action, text: str
    ) -> None:
        await slack.press(press_id(action), "U2", shown)
        await eventually(lambda: any(text in view.text for view in slack.views.open.values()))

    async def test_its_owner_saves_it_under_a_name(
        self, slack: LoopbackSlack, service: PlayingService, shown: Message
    ) -> None:
        await slack.press(press_id(Action.SAVE), "U1", shown)
        await eventually(lambda: slack.views.open)
        (opened,) = slack.views.open.values()
        await slack.submit(opened, {"name": "my fox"})
        await eventually(lambda: slack.said_in_private)
        assert service.saved == {JOB: "my fox"}
        assert "Saved as my fox." in str(slack.said_in_private[0])


class TestDeletion:
    async def test_the_owner_deletes_the_animation_its_message_and_its_file(
        self, slack: LoopbackSlack, service: PlayingService, shown: Message
    ) -> None:
        assert len(slack.storage.shared) == 1
        await slack.press(press_id(Action.DELETE), "U1", shown)
        await eventually(lambda: slack.said_in_private)
        assert service.deleted == [JOB]
        assert not slack.messages and not slack.storage.files
        assert "It is deleted." in slack.said_in_private[0]["text"]

    async def test_a_stranger_is_told_politely_that_they_may_not(
        self, slack: LoopbackSlack, service: PlayingService, shown: Message
    ) -> None:
        await slack.press(press_id(Action.DELETE), "U2", shown)
        await eventually(lambda: slack.said_in_private)
        assert "somebody else's" in slack.said_in_private[0]["text"]
        assert slack.messages and slack.storage.files and not service.deleted

    async def test_an_admin_of_the_workspace_may(
        self, slack: LoopbackSlack, service: PlayingService, shown: Message
    ) -> None:
        slack.people["U9"] = {"is_admin": True}
        await slack.press(press_id(Action.DELETE), "U9", shown)
        await eventually(lambda: service.deleted)
        await eventually(lambda: not slack.messages)

    async def test_a_message_that_slack_keeps_is_told_of(
        self, slack: LoopbackSlack, shown: Message
    ) -> None:
        slack.faults["chat.delete"].append(Refusal("cant_delete_message"))
        await slack.press(press_id(Action.DELETE), "U1", shown)
        await eventually(lambda: slack.said_in_private)
        assert "please delete that yourself" in slack.said_in_private[0]["text"]


class TestReactions:
    @pytest.mark.parametrize(
        ("reaction", "command"),
        [
            ("repeat", Animate({"seed": None}, like=JOB)),
            ("sparkles", Inspire(RECALLED.prompts)),
        ],
    )
    async def test_a_reaction_to_a_result_does_what_its_button_does(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        shown: Message,
        reaction: str,
        command: object,
    ) -> None:
        await slack.react(reaction, shown, "U2")
        await eventually(lambda: len(service.incoming) == 2)
        asked = service.incoming[1]
        assert (asked.command, asked.user) == (command, f"slack:{TEAM}:U2")

    async def test_it_works_after_a_restart_and_put_twice_counts_once(
        self, slack: LoopbackSlack, service: PlayingService, shown: Message, restart: Restart
    ) -> None:
        await restart()
        await slack.react("repeat", shown)
        await slack.react("repeat", shown)
        await slack.react("sparkles", shown)
        await eventually(lambda: len(service.incoming) == 3)
        assert [type(each.command) for each in service.incoming[1:]] == [Animate, Inspire]

    @pytest.mark.parametrize("reaction", ["envelope", "email"])
    async def test_an_envelope_sends_the_animation_to_whoever_put_it(
        self, slack: LoopbackSlack, shown: Message, reaction: str
    ) -> None:
        await slack.react(reaction, shown, "U2")
        await eventually(lambda: len(slack.storage.shared) == 2)
        direct = [message for message in slack.messages.values() if message.channel == "DU2"]
        assert len(direct) == 1
        assert slack.storage.shared[-1].shares[-1][0] == "DU2"

    async def test_its_owner_deletes_a_result_by_a_cross_and_a_stranger_does_not(
        self, slack: LoopbackSlack, service: PlayingService, shown: Message
    ) -> None:
        await slack.react("x", shown, "U2")
        await eventually(lambda: slack.said_in_private)
        assert "somebody else's" in slack.said_in_private[0]["text"] and slack.messages
        await slack.react("x", shown, "U1")
        await eventually(lambda: not slack.messages)
        assert service.deleted == [JOB]

    async def test_prompts_are_drawn_anew(
        self, slack: LoopbackSlack, service: PlayingService, prompts: Message
    ) -> None:
        await slack.react("sparkles", prompts, "U2")
        await eventually(lambda: len(service.incoming) == 2)
        assert service.incoming[1].command == Inspire("cats at night")

    async def test_somebodys_own_words_to_the_bot_inspire_it(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        written = slack.message_of(f"<@{BOT}> a fox in the snow --steps 9", user="U3")
        await slack.react("sparkles", written, "U2")
        await eventually(lambda: service.incoming)
        assert service.incoming[0].command == Inspire("a fox in the snow")

    async def test_all_others_are_left_alone_without_asking_slack_for_anything(
        self, slack: LoopbackSlack, service: PlayingService, shown: Message
    ) -> None:
        people = slack.message_of("what a day", user="U3")
        asked = slack.calls.count("conversations.replies")
        await slack.react("tada", shown)
        await slack.react("repeat", people)
        await slack.react("repeat", shown, BOT)
        await slack.command("0: a cat")
        await eventually(lambda: len(service.incoming) == 2)
        assert slack.calls.count("conversations.replies") == asked


class TestThreads:
    async def test_a_song_in_a_results_thread_makes_it_again_with_the_song(
        self, slack: LoopbackSlack, service: PlayingService, shown: Message, restart: Restart
    ) -> None:
        await restart()
        song = slack.storage.hold("song.mp3", b"la" * 500)
        await slack.say_in_thread("", shown.ts, user="U2", files=[song])
        await eventually(lambda: len(service.incoming) == 2)
        asked = service.incoming[1]
        assert asked.command == Animate(like=JOB)
        assert [file.name for file in asked.attachments] == ["song.mp3"]
        assert asked.user == f"slack:{TEAM}:U2"
        assert asked.conversation["thread"] == shown.ts

    async def test_words_with_the_file_change_the_animation(
        self, slack: LoopbackSlack, service: PlayingService, shown: Message
    ) -> None:
        clip = slack.storage.hold("clip.mp4", b"clip")
        await slack.say_in_thread("0: a bear --strength 0.5", shown.ts, files=[clip])
        await eventually(lambda: len(service.incoming) == 2)
        wanted = Animate({"prompts": "0: a bear", "strength": "0.5"}, like=JOB)
        assert service.incoming[1].command == wanted

    async def test_a_mention_in_the_thread_changes_the_animation_without_a_file(
        self, slack: LoopbackSlack, service: PlayingService, shown: Message
    ) -> None:
        await slack.say_in_thread(f"<@{BOT}> --seed 9", shown.ts)
        await eventually(lambda: len(service.incoming) == 2)
        assert service.incoming[1].command == Animate({"seed": "9"}, like=JOB)

    async def test_a_mention_with_a_file_is_one_job_though_slack_tells_of_it_twice(
        self, slack: LoopbackSlack, service: PlayingService, shown: Message
    ) -> None:
        song = slack.storage.hold("song.mp3", b"la")
        await slack.say_in_thread(f"<@{BOT}>", shown.ts, files=[song])
        await slack.say_in_thread(f"<@{BOT}> queue", shown.ts)
        await eventually(lambda: len(service.incoming) == 3)
        assert [each.command for each in service.incoming[1:]] == [Animate(like=JOB), Queue()]

    async def test_people_talking_in_the_thread_are_left_alone(
        self, slack: LoopbackSlack, service: PlayingService, shown: Message
    ) -> None:
        await slack.say_in_thread("how lovely", shown.ts)
        await slack.command("0: a cat")
        await eventually(lambda: len(service.incoming) == 2)
        assert service.incoming[1].command == Animate({"prompts": "0: a cat"})

    async def test_files_in_other_threads_are_left_alone(
        self, slack: LoopbackSlack, service: PlayingService, shown: Message
    ) -> None:
        other = slack.message_of("look at this", user="U3")
        song = slack.storage.hold("song.mp3", b"la")
        await slack.say_in_thread("", other.ts, files=[song])
        await slack.command("0: a cat")
        await eventually(lambda: len(service.incoming) == 2)
        assert service.incoming[1].command == Animate({"prompts": "0: a cat"})

    async def test_a_mention_alone_is_told_what_could_be_done(
        self, slack: LoopbackSlack, shown: Message
    ) -> None:
        await slack.say_in_thread(f"<@{BOT}>", shown.ts)
        await eventually(lambda: len(slack.messages) == 2)
        answer = list(slack.messages.values())[-1]
        assert answer.thread == shown.ts
        await eventually(lambda: "Reply with a song" in answer.text)

    async def test_prompts_are_changed_by_what_is_replied_to_them(
        self, slack: LoopbackSlack, service: PlayingService, prompts: Message
    ) -> None:
        await slack.say_in_thread(f"<@{BOT}> --seed 8", prompts.ts)
        await eventually(lambda: len(service.incoming) == 2)
        wanted = Animate({"prompts": "0: a fox | 24: an owl", "seed": "8"})
        assert service.incoming[1].command == wanted

    async def test_the_newest_result_of_a_thread_counts(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        shown: Message,
        result: ResultCard,
    ) -> None:
        newer = "f" * 24
        service.cards = [replace(result, job=newer)]
        await slack.say_in_thread(f"<@{BOT}> --seed 9", shown.ts)
        await eventually(lambda: any(newer in each.text for each in slack.messages.values()))
        await slack.say_in_thread(f"<@{BOT}> --seed 10", shown.ts)
        await eventually(lambda: len(service.incoming) == 3)
        assert service.incoming[2].command == Animate({"seed": "10"}, like=newer)

    async def test_an_animation_late_in_a_long_thread_is_found(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        shown: Message,
        result: ResultCard,
    ) -> None:
        for _ in range(450):
            slack.message_of("how lovely", user="U3", thread_ts=shown.ts)
        late = "e" * 24
        service.cards = [replace(result, job=late)]
        await slack.say_in_thread(f"<@{BOT}> --seed 9", shown.ts)
        await eventually(lambda: any(late in each.text for each in slack.messages.values()))
        for _ in range(450):
            slack.message_of("indeed", user="U3", thread_ts=shown.ts)
        await slack.say_in_thread(f"<@{BOT}> --seed 10", shown.ts)
        await eventually(lambda: len(service.incoming) == 3)
        assert service.incoming[2].command == Animate({"seed": "10"}, like=late)

    async def test_a_song_alone_to_the_bot_is_asked_about(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        song = slack.storage.hold("song.mp3", b"la")
        await slack.direct_message("", subtype="file_share", files=[song])
        await eventually(
            lambda: slack.messages and "What should I make of it?" in slack.message.text
        )
        assert not service.incoming
