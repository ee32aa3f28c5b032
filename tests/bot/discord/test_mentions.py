"""Messages that mention the bot, and replies to what it made."""

import pytest
from simcord.backend import serializers

from bot.cards import TextCard
from bot.commands import Animate, Help, Inspire
from bot.discord.rules import RuleBook, ServerRules
from engine.errors import JobError
from tests.support.discord_posts import post, post_prompts, post_result
from tests.support.discord_service import JOB

PROMPTS = "0: a red circle | 24: a blue star"
SONG = ("song.mp3", b"la la la")
MISSING_PERMISSIONS = 50013

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
def rules(adapter) -> RuleBook:
    return adapter._desk.rules


@pytest.fixture
def me(simcord_env) -> str:
    return f"<@{simcord_env.bot.user.id}>"


async def reply(actor, channel, to, content="", **files):
    """Reply with the ping on, as Discord's clients do by themselves."""
    return await actor.send(channel, content, reply_to=to, **files)


async def test_a_reply_with_a_song_makes_the_animation_again_with_it(
    simcord_env, channel, alice, service
):
    service.cards = [(0, TextCard("Done."))]
    result = await post_result(simcord_env, channel)

    sent = await reply(alice, channel, result, attachments=[SONG])

    (command,) = service.commands
    assert command.command == Animate({}, like=JOB)
    assert [(file.name, file.size) for file in command.attachments] == [("song.mp3", 8)]
    assert command.user == f"discord:{channel.guild.id}:{alice.id}"
    answer = channel.last_message
    assert answer.embeds[0].description == "Done."
    assert answer.reference.message_id == sent.id
    assert answer.mentions == []


async def test_a_reply_changes_prompts_and_settings(simcord_env, channel, alice, service, me):
    result = await post_result(simcord_env, channel)

    await reply(alice, channel, result, f"{me} 0: a dog --seed 7", attachments=[SONG])

    assert service.commands[0].command == Animate({"prompts": "0: a dog", "seed": "7"}, like=JOB)
    assert len(service.commands[0].attachments) == 1


async def test_a_covered_animation_is_made_again_covered(simcord_env, channel, alice, service):
    result = await post_result(simcord_env, channel, "SPOILER_animation.mp4")

    await reply(alice, channel, result, attachments=[SONG])

    assert service.commands[0].conversation["spoiler"] is True


async def test_a_reply_works_after_a_restart(simcord_env, channel, alice, service, restart):
    result = await post_result(simcord_env, channel)
    await restart()

    await reply(alice, channel, result, attachments=[SONG])

    assert service.commands[0].command == Animate({}, like=JOB)


async def test_a_reply_that_says_nothing_is_told_what_it_could(
    simcord_env, channel, alice, service, me
):
    result = await post_result(simcord_env, channel)

    await reply(alice, channel, result, me)

    assert service.commands == []
    assert "Reply with a song" in channel.last_message.embeds[0].description


async def test_a_reply_to_prompts_animates_them_with_what_it_brings(
    simcord_env, channel, alice, service, me
):
    card = await post_prompts(simcord_env, channel, f"{PROMPTS} --zoom 1.02 --seed 1")

    await reply(alice, channel, card, f"{me} --seed 7", attachments=[SONG])

    assert service.commands[0].command == Animate({"prompts": PROMPTS, "zoom": "1.02", "seed": "7"})
    assert len(service.commands[0].attachments) == 1


async def test_a_reply_to_a_message_that_is_gone_is_told_so(
    simcord_env, channel, alice, service, me
):
    result = await post_result(simcord_env, channel)
    await result.delete()

    await reply_to_deleted(simcord_env, channel, alice, result, me)

    assert service.commands == []
    assert "is deleted" in channel.last_message.embeds[0].description


async def reply_to_deleted(env, channel, actor, gone, content):
    """A reply that was sent just as its message was deleted."""
    reference = {"channel_id": str(channel.id), "message_id": str(gone.id)}
    env.backend.create_message(channel.id, actor.id, content, reference=reference)
    await env.settle()


async def test_a_mention_with_prompts_animates_them(channel, alice, service, me):
    await alice.send(channel, f"{me} {PROMPTS} --steps 20", attachments=[SONG])

    assert service.commands[0].command == Animate({"prompts": PROMPTS, "steps": "20"})
    assert len(service.commands[0].attachments) == 1


@pytest.mark.parametrize(
    ("words", "command"), [("", Help()), ("help", Help()), ("inspire cats", Inspire("cats"))]
)
async def test_a_mention_understands_what_the_command_does(
    channel, alice, service, me, words, command
):
    await alice.send(channel, f"{me} {words}")

    assert service.commands[0].command == command


async def test_a_file_alone_is_told_what_can_be_done_with_it(channel, alice, service, me):
    await alice.send(channel, me, attachments=[SONG])

    assert service.commands == []
    assert "What should I make of it?" in channel.last_message.embeds[0].description


async def test_a_wrong_setting_is_answered_in_red(simcord_env, channel, alice, service, me):
    await alice.send(channel, f"{me} a cat --stepz 20")

    (embed,) = channel.last_message.embeds
    assert "did you mean --steps?" in embed.description
    assert service.commands == []


async def test_what_the_service_refuses_is_answered_below(channel, alice, service, me):
    service.error = JobError("Your queue is full.")

    await alice.send(channel, f"{me} a cat")

    assert channel.last_message.embeds[0].description == "Your queue is full."


async def test_no_mention_is_needed_in_direct_messages(simcord_env, service):
    service.cards = [(0, TextCard("Done."))]
    dave = simcord_env.create_user("dave")

    await dave.send_dm(PROMPTS)

    assert service.commands[0].command == Animate({"prompts": PROMPTS})
    assert service.commands[0].user == f"discord:dm:{dave.id}"
    assert dave.dm_channel.last_message.embeds[0].description == "Done."


async def test_a_mention_works_in_a_thread(simcord_env, channel, alice, service, me):
    service.cards = [(0, TextCard("Done."))]
    start = await post(simcord_env, channel, {})
    await start.create_thread(name="more")
    await simcord_env.settle()
    (thread,) = channel.threads

    await alice.send(thread, f"{me} a cat")

    assert thread.last_message.embeds[0].description == "Done."


@pytest.mark.parametrize("content", ["a cat", "@everyone a cat", "@here a cat", ""])
async def test_what_is_not_for_the_bot_is_left_alone(channel, alice, service, content):
    sent = await alice.send(channel, content, attachments=[SONG])

    assert service.commands == []
    assert channel.last_message.id == sent.id


async def test_a_pinged_role_is_not_the_bot(simcord_env, channel, alice, service):
    role = simcord_env.guild.create_role("artists")

    sent = await alice.send(channel, f"{role.mention} a cat")

    assert channel.last_message.id == sent.id


async def test_a_reply_to_somebody_else_is_left_alone(channel, alice, service):
    said = await alice.send(channel, "look at this")

    sent = await reply(alice, channel, said, "nice")

    assert channel.last_message.id == sent.id


async def test_bots_and_webhooks_are_never_answered(simcord_env, channel, service, me):
    robot = simcord_env.guild.add_member(simcord_env.create_user("robot", bot=True))
    hook = simcord_env.guild.create_webhook(channel)

    await robot.send(channel, f"{me} a cat")
    last = await hook.send(f"{me} a cat")

    assert service.commands == []
    assert channel.last_message.id == last.id


async def test_what_the_bot_itself_says_in_direct_messages_is_not_answered(simcord_env, service):
    dave = simcord_env.create_user("dave")
    await dave.send_dm("help")

    assert len(service.commands) == 1


async def test_a_message_that_arrives_twice_is_answered_once(
    simcord_env, channel, alice, service, me
):
    sent = await alice.send(channel, f"{me} a cat")

    stored = simcord_env.backend.get_message(channel.id, sent.id)
    event = serializers.message_payload(simcord_env.backend, stored)
    simcord_env.backend.emit("MESSAGE_CREATE", event)
    await simcord_env.settle()

    assert len(service.commands) == 1


async def test_the_answer_is_known_by_the_message_it_answers(
    simcord_env, channel, alice, service, me
):
    sent = await alice.send(channel, f"{me} a cat")

    (posted,) = [
        request.json
        for request in simcord_env.http_requests
        if (request.method, request.path) == ("POST", f"/channels/{channel.id}/messages")
    ]
    assert posted["nonce"] == str(sent.id)
    assert posted["enforce_nonce"] is True
    assert posted["allowed_mentions"] == {"parse": [], "replied_user": False}


@pytest.mark.parametrize(("status", "code"), [(403, MISSING_PERMISSIONS), (502, 0)])
async def test_where_the_bot_can_not_write_nobody_is_disturbed(
    simcord_env, channel, alice, service, me, caplog, status, code
):
    simcord_env.inject_error("POST", "/channels/*/messages", status=status, code=code)

    await alice.send(channel, f"{me} a cat")

    assert service.commands == []
    assert "is closed to the bot" in caplog.text
    await alice.send(channel, f"{me} a dog")
    assert service.commands[0].command == Animate({"prompts": "a dog"})


async def test_the_servers_rules_hold_for_mentions(simcord_env, channel, alice, service, me, rules):
    elsewhere = simcord_env.guild.create_text_channel("elsewhere")
    rules.write(channel.guild.id, ServerRules(channels=frozenset({channel.id}), frames=48))

    await alice.send(elsewhere, f"{me} a cat")
    assert service.commands == []
    note = elsewhere.last_message
    assert note.author.id == simcord_env.bot.user.id
    await simcord_env.advance_time(30)
    assert note.id not in [message.id for message in elsewhere.history()]

    await alice.send(channel, f"{me} a cat")
    assert service.commands[0].rules.frames == 48
