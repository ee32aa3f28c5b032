"""What the buttons below a message do, for whoever presses them and however late."""

import asyncio

import discord
import pytest
import simcord

from bot.cards import QueuedCard, TextCard
from bot.commands import Animate, Inspire
from bot.gestures.actions import Action
from bot.port import Recalled
from engine.errors import JobError
from engine.request import Inputs
from tests.support.discord_posts import post, post_prompts, post_result
from tests.support.discord_service import JOB

PROMPTS = "0: a red circle | 24: a blue star"
ON_LINES = "0: a red circle\n24: a blue star"
MADE_FROM = {"negative_prompt": "text", "zoom": "1.02", "seed": "42"}
MISSING_PERMISSIONS = 50013

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
def owner(alice, channel) -> str:
    return f"discord:{channel.guild.id}:{alice.id}"


@pytest.fixture(autouse=True)
def made(service, owner) -> Recalled:
    service.owner = owner
    service.recalled[JOB] = Recalled(JOB, owner, PROMPTS, MADE_FROM)
    return service.recalled[JOB]


@pytest.fixture
def bob(simcord_env, channel) -> simcord.MemberActor:
    return simcord_env.guild.add_member(simcord_env.create_user("bob"))


def filled(modal: dict) -> dict[str, str]:
    """What stands in a form's fields when it opens."""
    fields = [label["component"] for label in modal["components"]]
    return {field["custom_id"]: field.get("value") or "" for field in fields}


async def confirm(actor, question):
    return await actor.click(question.followups[-1].message, label="Delete it")


async def test_again_makes_the_animation_anew_for_whoever_pressed(
    simcord_env, channel, bob, service
):
    service.cards = [(0, QueuedCard(JOB, PROMPTS, position=1))]
    result = await post_result(simcord_env, channel)

    await bob.click(result, label="Again")

    (command,) = service.commands
    assert command.command == Animate({"seed": None}, like=JOB)
    assert command.user == f"discord:{channel.guild.id}:{bob.id}"
    assert channel.last_message.id != result.id
    assert "Next in the queue" in channel.last_message.embeds[0].description


async def test_a_double_click_makes_one_animation(simcord_env, channel, alice, bob, service):
    result = await post_result(simcord_env, channel)

    first = await alice.click(result, label="Again")
    second = await alice.click(result, label="Again")

    assert first.acknowledged and second.acknowledged
    assert len(service.commands) == 1
    await bob.click(result, label="Again")
    assert len(service.commands) == 2


async def test_a_covered_animation_is_made_again_covered(simcord_env, channel, alice, service):
    result = await post_result(simcord_env, channel, "SPOILER_animation.mp4")

    await alice.click(result, label="Again")

    assert service.commands[0].conversation["spoiler"] is True


async def test_what_is_private_stays_private(simcord_env, channel, alice, service):
    result = await post_result(simcord_env, channel)
    buttons = simcord_env.backend.get_message(channel.id, result.id).components
    service.cards = [(0, TextCard("Only for you."))]
    private = (await alice.slash(channel, "giffusion queue")).response
    simcord_env.backend.edit_message(channel.id, private.id, {"components": buttons})

    await alice.click(private, label="Again")

    assert [command.conversation["private"] for command in service.commands] == [True, True]


async def test_buttons_work_after_a_restart(simcord_env, channel, alice, service, restart):
    result = await post_result(simcord_env, channel)
    await restart()

    await alice.click(result, label="Again")

    assert service.commands[0].command == Animate({"seed": None}, like=JOB)


async def test_edit_opens_a_form_with_what_the_animation_was_made_from(
    simcord_env, channel, alice, service
):
    result = await post_result(simcord_env, channel)

    answer = await alice.click(result, label="Edit")

    fields = filled(answer.modal)
    assert fields["prompts"] == ON_LINES
    assert fields["negative"] == "text"
    assert fields["settings"] == "--zoom 1.02 --seed 42"


async def test_an_edited_animation_is_made_with_its_files(
    simcord_env, channel, alice, service, made, tmp_path
):
    song = tmp_path / "song.mp3"
    song.touch()
    service.recalled[JOB] = Recalled(JOB, "", PROMPTS, MADE_FROM, Inputs(audio=song))
    result = await post_result(simcord_env, channel)
    form = await alice.click(result, label="Edit")

    await alice.submit_modal(
        form, {"prompts": "0: a dog", "negative": "", "settings": "--zoom 1.1"}
    )

    assert service.commands[0].command == Animate(
        {"prompts": "0: a dog", "zoom": "1.1"}, inputs_of=JOB
    )


async def test_a_frame_becomes_the_picture_to_start_from(simcord_env, channel, alice, service):
    result = await post_result(simcord_env, channel)

    answer = await alice.click(result, label="Frame as picture")

    assert answer.modal["title"] == "Start from a frame: its number is after @"
    assert f"--resample {JOB}@24" in filled(answer.modal)["settings"]


@pytest.mark.parametrize(
    ("settings", "frame"), [({"frames": "60"}, 59), ({"frames": "5"}, 24), ({"frames": "x"}, 0)]
)
async def test_the_frame_that_is_offered_is_the_last_that_is_surely_there(
    simcord_env, channel, alice, service, settings, frame
):
    service.recalled[JOB] = Recalled(JOB, "", PROMPTS, settings)
    result = await post_result(simcord_env, channel)

    answer = await alice.click(result, label="Frame as picture")

    assert f"--resample {JOB}@{frame}" in filled(answer.modal)["settings"]


async def test_an_animation_becomes_a_video_in_place_of_the_one_it_was_made_from(
    simcord_env, channel, alice, service, tmp_path
):
    clip = tmp_path / "clip.mp4"
    clip.touch()
    settings = {"resample": f"{'0' * 24}@3", "seed": "42"}
    service.recalled[JOB] = Recalled(JOB, "", PROMPTS, settings, Inputs(video=clip))
    result = await post_result(simcord_env, channel)

    answer = await alice.click(result, label="Use as video")
    await alice.submit_modal(answer, {"prompts": PROMPTS, "settings": f"--resample {JOB}"})

    assert filled(answer.modal)["settings"] == f"--resample {JOB} --seed 42"
    assert service.commands[0].command.inputs_of == ""


@pytest.mark.parametrize("label", ["Edit", "Frame as picture", "Use as video", "Inspire"])
async def test_an_animation_that_nobody_knows_any_more_is_owned_up_to_privately(
    simcord_env, channel, alice, service, label
):
    service.recalled.clear()
    result = await post_result(simcord_env, channel)

    answer = await alice.click(result, label=label)

    assert answer.ephemeral
    assert answer.response.content == "There is no such session."
    assert service.commands == []


async def test_what_takes_too_long_to_look_up_is_answered_before_discord_gives_up(
    simcord_env, channel, alice, service, monkeypatch
):
    async def slow(job: str) -> Recalled:
        await asyncio.sleep(60)
        raise AssertionError

    monkeypatch.setattr(service, "recall", slow)
    result = await post_result(simcord_env, channel)

    pressed = await alice.click(result, label="Edit")
    await simcord_env.advance_time(2.5)

    assert pressed.ephemeral
    assert "took too long" in pressed.response.content


async def test_inspire_draws_from_the_animations_prompts(simcord_env, channel, alice, service):
    result = await post_result(simcord_env, channel)

    await alice.click(result, label="Inspire")

    assert service.commands[0].command == Inspire(PROMPTS)


async def test_a_session_is_saved_under_a_name(simcord_env, channel, alice, service):
    result = await post_result(simcord_env, channel)
    form = await alice.click(result, label="Save")

    answer = await alice.submit_modal(form, {"name": "sunset"})

    assert service.saved == {JOB: "sunset"}
    assert answer.ephemeral
    assert answer.response.content == "Saved as sunset."


async def test_a_name_written_while_the_bot_restarts_is_not_lost(
    simcord_env, channel, alice, service, restart
):
    form = await alice.click(await post_result(simcord_env, channel), label="Save")
    await restart()

    answer = await alice.submit_modal(form, {"name": "sunset"})

    assert service.saved == {JOB: "sunset"}
    assert answer.response.content == "Saved as sunset."


async def test_a_name_that_will_not_do_is_refused_privately(
    simcord_env, channel, alice, service, monkeypatch
):
    async def refuse(session: str, user: str, name: str) -> str:
        raise JobError("There is no such session.")

    monkeypatch.setattr(service, "save", refuse)
    form = await alice.click(await post_result(simcord_env, channel), label="Save")

    answer = await alice.submit_modal(form, {"name": "sunset"})

    assert answer.ephemeral
    assert answer.response.content == "There is no such session."


async def test_delete_asks_first_then_deletes_session_and_message(
    simcord_env, channel, alice, service
):
    result = await post_result(simcord_env, channel)

    question = await alice.click(result, label="Delete")
    assert question.followups[-1].ephemeral
    assert service.deleted == []
    assert result.id in [message.id for message in channel.history()]

    await confirm(alice, question)

    assert service.deleted == [JOB]
    assert result.id not in [message.id for message in channel.history()]
    assert question.followups[-1].content == "It is deleted."
    assert question.followups[-1].components == []


async def test_a_deletion_is_confirmed_after_a_restart(
    simcord_env, channel, alice, service, restart
):
    result = await post_result(simcord_env, channel)
    question = await alice.click(result, label="Delete")
    await restart()

    await confirm(alice, question)

    assert service.deleted == [JOB]
    assert result.id not in [message.id for message in channel.history()]


async def test_a_stranger_can_not_delete(simcord_env, channel, bob, service):
    result = await post_result(simcord_env, channel)
    question = await bob.click(result, label="Delete")

    await confirm(bob, question)

    assert service.deleted == []
    assert result.id in [message.id for message in channel.history()]
    assert "only they can do that" in question.followups[-1].content


async def test_a_moderator_deletes_what_is_not_theirs(simcord_env, channel, service):
    rights = discord.Permissions(manage_messages=True)
    role = simcord_env.guild.create_role("moderator", permissions=rights)
    carol = simcord_env.guild.add_member(simcord_env.create_user("carol"), roles=[role])
    result = await post_result(simcord_env, channel)

    await confirm(carol, await carol.click(result, label="Delete"))

    assert service.deleted == [JOB]
    assert result.id not in [message.id for message in channel.history()]


async def test_a_moderator_clears_away_the_message_of_a_session_that_is_gone(
    simcord_env, channel, service, monkeypatch
):
    async def gone(session: str, user: str, *, moderator: bool = False) -> None:
        raise JobError("There is no such session.")

    monkeypatch.setattr(service, "delete", gone)
    rights = discord.Permissions(manage_messages=True)
    role = simcord_env.guild.create_role("moderator", permissions=rights)
    carol = simcord_env.guild.add_member(simcord_env.create_user("carol"), roles=[role])
    result = await post_result(simcord_env, channel)

    await confirm(carol, await carol.click(result, label="Delete"))

    assert result.id not in [message.id for message in channel.history()]


async def test_where_the_bot_is_not_in_the_server_the_press_itself_removes_the_message(
    simcord_env, channel, alice, service
):
    result = await post_result(simcord_env, channel)
    simcord_env.inject_error("DELETE", "/channels/*/messages/*", status=403, code=50001, times=None)

    await confirm(alice, await alice.click(result, label="Delete"))

    assert service.deleted == [JOB]
    assert result.id not in [message.id for message in channel.history()]


async def test_a_message_that_can_not_be_removed_is_owned_up_to(
    simcord_env, channel, alice, service
):
    result = await post_result(simcord_env, channel)
    simcord_env.inject_error("DELETE", "/*", status=403, code=MISSING_PERMISSIONS, times=None)
    question = await alice.click(result, label="Delete")

    await confirm(alice, question)

    assert service.deleted == [JOB]
    assert "please delete that yourself" in question.followups[-1].content


async def test_a_message_that_somebody_deleted_meanwhile_is_no_trouble(
    simcord_env, channel, alice, service
):
    result = await post_result(simcord_env, channel)
    question = await alice.click(result, label="Delete")
    await result.delete()

    await confirm(alice, question)

    assert question.followups[-1].content == "It is deleted."


async def test_prompts_are_animated_as_they_stand_in_the_message_after_a_restart(
    simcord_env, channel, alice, service, restart
):
    card = await post_prompts(simcord_env, channel, f"{PROMPTS} --zoom 1.02")
    await restart()

    await alice.click(card, label="Animate")

    assert service.commands[0].command == Animate({"prompts": PROMPTS, "zoom": "1.02"})


async def test_prompts_of_an_attached_song_are_animated_with_the_song(
    simcord_env, channel, alice, service
):
    card = await post(simcord_env, channel, {Action.ANIMATE: JOB}, f"\n```\n{PROMPTS}\n```")

    await alice.click(card, label="Animate")

    assert service.commands[0].command == Animate({"prompts": PROMPTS}, inputs_of=JOB)


async def test_prompts_are_changed_in_a_form_first(simcord_env, channel, alice, service):
    card = await post_prompts(simcord_env, channel, f"{PROMPTS} --zoom 1.02")

    answer = await alice.click(card, label="Edit")

    assert filled(answer.modal)["prompts"] == ON_LINES
    assert filled(answer.modal)["settings"] == "--zoom 1.02"


async def test_other_prompts_are_drawn_on_the_same_topics(simcord_env, channel, alice, service):
    card = await post_prompts(simcord_env, channel, PROMPTS, topics="two\nlines")

    await alice.click(card, label="Again")

    assert service.commands[0].command == Inspire("two\nlines")


async def test_a_message_without_its_prompts_is_answered_privately(
    simcord_env, channel, alice, service
):
    card = await post(simcord_env, channel, {Action.ANIMATE: ""}, "edited away")

    answer = await alice.click(card, label="Animate")

    assert answer.ephemeral
    assert answer.response.content == "There are no prompts in this message any more."


async def test_a_fault_of_ours_is_answered_privately_and_the_bot_goes_on(
    simcord_env, channel, alice, service, monkeypatch, caplog
):
    async def break_down(job: str) -> Recalled:
        raise OSError("the disk is gone")

    result = await post_result(simcord_env, channel)
    with monkeypatch.context() as patch:
        patch.setattr(service, "recall", break_down)
        answer = await alice.click(result, label="Edit")

    assert "Something went wrong on the bot's side" in answer.response.content
    assert "the disk is gone" in caplog.text
    assert (await alice.click(result, label="Edit")).modal


async def test_buttons_work_in_direct_messages(simcord_env, service):
    service.cards = [(0, TextCard("Done."))]
    dave = simcord_env.create_user("dave")
    result = await post_result(simcord_env, dave.dm_channel)

    await dave.click(result, label="Again")

    assert service.commands[0].user == f"discord:dm:{dave.id}"
    assert dave.dm_channel.last_message.embeds[0].description == "Done."
