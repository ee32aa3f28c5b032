"""Reactions that do what buttons do."""

import discord
import pytest
import simcord

from bot.cards import PromptsCard, ResultCard, TextCard
from bot.commands import Animate, Inspire
from bot.discord.rules import RuleBook, ServerRules
from bot.port import Recalled
from tests.support.discord_posts import post, post_prompts, post_result
from tests.support.discord_service import JOB

PROMPTS = "0: a red circle | 24: a blue star"
LINK = "https://bot.example/s/0123456789abcdef01234567"
MISSING_ACCESS, CLOSED = 50001, 50007

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
def rules(adapter) -> RuleBook:
    return adapter._desk.rules


@pytest.fixture
def bob(simcord_env, channel) -> simcord.MemberActor:
    return simcord_env.guild.add_member(simcord_env.create_user("bob"))


@pytest.fixture
def moderator(simcord_env, channel) -> simcord.MemberActor:
    rights = discord.Permissions(manage_messages=True)
    role = simcord_env.guild.create_role("moderator", permissions=rights)
    return simcord_env.guild.add_member(simcord_env.create_user("carol"), roles=[role])


@pytest.fixture(autouse=True)
def made(service, alice, channel, tmp_path) -> None:
    service.owner = f"discord:{channel.guild.id}:{alice.id}"
    service.recalled[JOB] = Recalled(JOB, service.owner, PROMPTS, {"seed": "42"})
    file = tmp_path / "animation.mp4"
    file.write_bytes(b"an animation")
    details = (("seed", "42"),)
    service.results[JOB] = ResultCard(
        JOB, "a red circle", file, details, LINK, local_link=False, seconds=12.4
    )


def ids(channel) -> list[int]:
    return [message.id for message in channel.history()]


async def test_a_circle_of_arrows_makes_it_again_for_whoever_reacted(
    simcord_env, channel, bob, service
):
    service.cards = [(0, TextCard("Done."))]
    result = await post_result(simcord_env, channel)

    await bob.react(result, "🔁")

    (command,) = service.commands
    assert command.command == Animate({"seed": None}, like=JOB)
    assert command.user == f"discord:{channel.guild.id}:{bob.id}"
    answer = channel.last_message
    assert answer.embeds[0].description == "Done."
    assert answer.reference.message_id == result.id
    assert answer.mentions == []


async def test_reactions_work_after_a_restart(simcord_env, channel, bob, service, restart):
    result = await post_result(simcord_env, channel)
    await restart()

    await bob.react(result, "🔁")

    assert service.commands[0].command == Animate({"seed": None}, like=JOB)


async def test_sparkles_draw_from_the_animations_prompts(simcord_env, channel, bob, service):
    await bob.react(await post_result(simcord_env, channel), "✨")

    assert service.commands[0].command == Inspire(PROMPTS)


@pytest.mark.parametrize("emoji", ["✨", "🔁"])
async def test_a_card_of_prompts_is_followed_by_others_on_its_topics(
    simcord_env, channel, bob, service, emoji
):
    card = await post_prompts(simcord_env, channel, PROMPTS, topics="animals")

    await bob.react(card, emoji)

    assert service.commands[0].command == Inspire("animals")


async def test_a_card_of_prompts_without_topics_is_taken_for_the_topic(
    simcord_env, channel, bob, service
):
    card = await post(simcord_env, channel, {}, f"Yours:\n```\n{PROMPTS} --zoom 1.1\n```")

    await bob.react(card, "✨")

    assert service.commands[0].command == Inspire(PROMPTS)


async def test_sparkles_on_somebodys_prompts_that_the_bot_may_read(
    simcord_env, channel, alice, bob, service
):
    asked = await alice.send(channel, f"<@{simcord_env.bot.user.id}> a cat --steps 20")
    service.commands.clear()

    await bob.react(asked, "✨")

    assert [command.command for command in service.commands] == [Inspire("a cat")]


async def test_a_message_that_the_bot_may_not_read_stays_unanswered(
    simcord_env, channel, alice, bob, service
):
    chat = await alice.send(channel, "a cat sat on my keyboard today")

    await bob.react(chat, "✨")
    await bob.react(chat, "❌")

    assert service.commands == []
    assert channel.last_message.id == chat.id


async def test_a_letter_sends_the_animation_to_whoever_asked(simcord_env, channel, bob, service):
    result = await post_result(simcord_env, channel)

    await bob.react(result, "✉️")

    sent = bob.user.dm_channel.last_message
    assert [file.filename for file in sent.attachments] == ["animation.mp4"]
    assert channel.last_message.id == result.id


async def test_an_animation_too_large_for_a_direct_message_is_sent_as_its_link(
    simcord_env, channel, bob, service
):
    result = await post_result(simcord_env, channel)
    dm = bob.user.dm_channel
    simcord_env.inject_error("POST", f"/channels/{dm.id}/messages", status=413)

    await bob.react(result, "✉️")

    assert dm.last_message.attachments == []
    assert "can't be uploaded here" in dm.last_message.embeds[0].description


async def test_closed_direct_messages_are_told_in_a_note_that_vanishes(
    simcord_env, channel, bob, service
):
    result = await post_result(simcord_env, channel)
    dm = bob.user.dm_channel
    simcord_env.inject_error("POST", f"/channels/{dm.id}/messages", status=403, code=CLOSED)

    await bob.react(result, "✉️")

    assert "Your direct messages are closed to me" in channel.last_message.content
    await simcord_env.advance_time(30)
    assert ids(channel) == [result.id]


async def test_a_cross_deletes_its_owners_animation(simcord_env, channel, alice, service):
    result = await post_result(simcord_env, channel)

    await alice.react(result, "❌")

    assert service.deleted == [JOB]
    assert ids(channel) == []


async def test_a_cross_of_a_moderator_deletes(simcord_env, channel, moderator, service):
    result = await post_result(simcord_env, channel)

    await moderator.react(result, "❌")

    assert service.deleted == [JOB]
    assert ids(channel) == []


async def test_a_strangers_cross_is_answered_with_a_note_that_vanishes(
    simcord_env, channel, bob, service
):
    result = await post_result(simcord_env, channel)

    await bob.react(result, "❌")

    assert service.deleted == []
    assert "only they can do that" in channel.last_message.content
    await simcord_env.advance_time(30)
    assert ids(channel) == [result.id]


async def test_prompts_are_deleted_by_whoever_asked_for_them_or_a_moderator(
    simcord_env, channel, alice, bob, moderator, service
):
    service.cards = [(0, PromptsCard("How about this?", PROMPTS, topics=""))]
    for _ in range(2):
        await alice.slash(channel, "giffusion inspire")
    first, second = channel.history()

    await bob.react(first, "❌")
    assert first.id in ids(channel)
    await alice.react(first, "❌")
    assert first.id not in ids(channel)
    await moderator.react(second, "❌")
    assert second.id not in ids(channel)


async def test_a_reaction_put_twice_at_once_counts_once_and_later_again(
    simcord_env, channel, bob, service
):
    result = await post_result(simcord_env, channel)

    for _ in range(2):
        await bob.react(result, "🔁")
        await bob.unreact(result, "🔁")
    assert len(service.commands) == 1

    await simcord_env.advance_time(120)
    await bob.react(result, "🔁")
    assert len(service.commands) == 2


async def test_taking_a_reaction_away_does_nothing(simcord_env, channel, bob, service):
    result = await post_result(simcord_env, channel)
    await bob.react(result, "👍")
    await bob.unreact(result, "👍")

    assert service.commands == []
    assert ids(channel) == [result.id]


async def test_reactions_of_bots_and_the_bots_own_do_nothing(simcord_env, channel, service):
    other = simcord_env.guild.add_member(simcord_env.create_user("robot", bot=True))
    result = await post_result(simcord_env, channel)

    await other.react(result, "🔁")
    await result.add_reaction("🔁")
    await simcord_env.settle()

    assert service.commands == []


async def test_reactions_to_other_bots_do_nothing(simcord_env, channel, bob, service):
    other = simcord_env.guild.add_member(simcord_env.create_user("robot", bot=True))
    said = await other.send(channel, f"<@{simcord_env.bot.user.id}> a cat")

    await bob.react(said, "✨")

    assert service.commands == []


async def test_a_channel_that_can_not_be_read_is_logged_once(
    simcord_env, channel, bob, service, caplog
):
    first, second = [await post_result(simcord_env, channel) for _ in range(2)]
    simcord_env.inject_error(
        "GET", "/channels/*/messages/*", status=403, code=MISSING_ACCESS, times=2
    )

    await bob.react(first, "🔁")
    await bob.react(second, "🔁")

    assert caplog.text.count("is closed to the bot") == 1
    await bob.react(second, "✨")
    assert service.commands[0].command == Inspire(PROMPTS)


async def test_a_channel_that_can_not_be_written_to_disturbs_nobody(
    simcord_env, channel, bob, service, caplog
):
    result = await post_result(simcord_env, channel)
    simcord_env.inject_error("POST", "/channels/*/messages", status=403, code=MISSING_ACCESS)

    await bob.react(result, "🔁")

    assert service.commands == []
    assert "is closed to the bot" in caplog.text
    await bob.react(result, "✨")
    assert len(service.commands) == 1


async def test_an_animation_that_is_gone_is_told_in_a_note_that_vanishes(
    simcord_env, channel, bob, service
):
    service.recalled.clear()
    result = await post_result(simcord_env, channel)

    await bob.react(result, "✨")

    assert channel.last_message.content == "There is no such session."
    await simcord_env.advance_time(30)
    assert ids(channel) == [result.id]


async def test_reactions_work_in_direct_messages(simcord_env, service):
    dave = simcord_env.create_user("dave")
    result = await post_result(simcord_env, dave.dm_channel)

    await dave.set_reaction(result, "🔁", reacted=True)

    assert service.commands[0].user == f"discord:dm:{dave.id}"
    assert dave.dm_channel.last_message.reference.message_id == result.id


async def test_reactions_work_in_threads(simcord_env, channel, bob, service):
    service.cards = [(0, TextCard("Done."))]
    start = await post(simcord_env, channel, {})
    await start.create_thread(name="more")
    await simcord_env.settle()
    (thread,) = channel.threads
    result = await post_result(simcord_env, thread)

    await bob.react(result, "🔁")

    assert thread.last_message.embeds[0].description == "Done."


async def test_the_servers_rules_hold_for_whoever_reacts(simcord_env, channel, bob, service, rules):
    role = simcord_env.guild.create_role("artists")
    artist = simcord_env.guild.add_member(simcord_env.create_user("erin"), roles=[role])
    rules.write(channel.guild.id, ServerRules(roles=frozenset({role.id}), frames=48))
    result = await post_result(simcord_env, channel)

    await bob.react(result, "🔁")
    assert service.commands == []
    assert channel.last_message.id != result.id
    await artist.react(result, "🔁")
    assert service.commands[0].rules.frames == 48


async def test_a_reaction_in_a_thread_of_a_channel_that_is_let_in(
    simcord_env, channel, bob, service, rules
):
    rules.write(channel.guild.id, ServerRules(channels=frozenset({channel.id})))
    start = await post(simcord_env, channel, {})
    await start.create_thread(name="more")
    await simcord_env.settle()
    (thread,) = channel.threads

    await bob.react(await post_result(simcord_env, thread), "🔁")

    assert len(service.commands) == 1
