"""What a server's admins set: where it holds, and that it is kept."""

from pathlib import Path

import discord
import pytest
import simcord

from bot.cards import QueuedCard
from bot.discord import rules as rules_module
from bot.discord.rules import Adults, RuleBook, ServerRules
from tests.support.discord_service import JOB

ASKED = {"prompts": "0: a red circle"}
QUEUED = QueuedCard(JOB, "a red circle", 3)

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
def book(adapter) -> RuleBook:
    return adapter._desk.rules


@pytest.fixture
def admin(simcord_env: simcord.Env, channel: simcord.ChannelHandle) -> simcord.MemberActor:
    role = simcord_env.guild.create_role(
        "admins", permissions=discord.Permissions(manage_guild=True)
    )
    return simcord_env.guild.add_member(simcord_env.create_user("admin"), roles=[role])


@pytest.fixture
def of_age(monkeypatch) -> None:
    """Make all channels age-restricted, which SimCord's can't be."""
    monkeypatch.setattr(discord.TextChannel, "is_nsfw", lambda _: True)


async def refused(answer: simcord.InteractionResult) -> str:
    """What whoever asked was told, alone and at once."""
    assert answer.ephemeral and not answer.deferred
    return answer.response.content


async def test_without_rules_everybody_is_let_in(channel, alice, service):
    service.cards = [(0, QUEUED)]

    await alice.slash(channel, "giffusion animate", **ASKED)

    (command,) = service.commands
    assert command.rules.frames is None and not command.rules.age_restricted


async def test_in_a_channel_that_was_not_chosen_nothing_is_made(
    simcord_env, channel, alice, service, book
):
    elsewhere = simcord_env.guild.create_text_channel("elsewhere")
    book.write(channel.guild.id, ServerRules(channels=frozenset({channel.id})))

    answer = await alice.slash(elsewhere, "giffusion animate", **ASKED)
    assert "this server's admins have chosen others" in await refused(answer)
    assert service.commands == []

    await alice.slash(channel, "giffusion animate", **ASKED)
    assert len(service.commands) == 1


async def test_a_chosen_category_lets_its_channels_in(simcord_env, channel, alice, service, book):
    category = simcord_env.guild.create_category("art")
    inside = simcord_env.guild.create_text_channel("gifs", category=category)
    book.write(channel.guild.id, ServerRules(channels=frozenset({category.id})))

    await alice.slash(inside, "giffusion animate", **ASKED)

    assert len(service.commands) == 1


async def test_without_a_chosen_role_nothing_is_made(simcord_env, channel, alice, service, book):
    artists = simcord_env.guild.create_role("artists")
    bob = simcord_env.guild.add_member(simcord_env.create_user("bob"), roles=[artists])
    book.write(channel.guild.id, ServerRules(roles=frozenset({artists.id})))

    answer = await alice.slash(channel, "giffusion animate", **ASKED)
    assert "some roles only" in await refused(answer)

    await bob.slash(channel, "giffusion animate", **ASKED)
    assert [command.user for command in service.commands] == [
        f"discord:{channel.guild.id}:{bob.id}"
    ]


async def test_whoever_manages_the_server_is_let_in_everywhere(channel, admin, service, book):
    book.write(channel.guild.id, ServerRules(channels=frozenset({1}), roles=frozenset({1})))

    await admin.slash(channel, "giffusion animate", **ASKED)

    assert len(service.commands) == 1


async def test_the_age_rule_binds_admins_as_well(channel, admin, service, book):
    book.write(channel.guild.id, ServerRules(adults=Adults.AGE_RESTRICTED))

    answer = await admin.slash(channel, "giffusion animate", **ASKED)

    assert "age-restricted channels only" in await refused(answer)
    assert service.commands == []


async def test_in_an_age_restricted_channel_the_age_rule_lets_everybody_in(
    channel, alice, service, book, of_age
):
    book.write(channel.guild.id, ServerRules(adults=Adults.AGE_RESTRICTED))

    await alice.slash(channel, "giffusion animate", **ASKED)

    assert service.commands[0].rules.age_restricted


async def test_outside_of_age_restricted_channels_pictures_are_covered_where_the_rule_says_so(
    channel, alice, service, book
):
    book.write(channel.guild.id, ServerRules(adults=Adults.SPOILER))

    await alice.slash(channel, "giffusion animate", **ASKED)

    assert service.commands[0].conversation["spoiler"] is True


async def test_inside_of_them_nothing_is_covered(channel, alice, service, book, of_age):
    book.write(channel.guild.id, ServerRules(adults=Adults.SPOILER))

    await alice.slash(channel, "giffusion animate", **ASKED)

    assert service.commands[0].conversation["spoiler"] is False


async def test_limits_and_the_preset_come_with_each_command(channel, alice, service, book):
    book.write(channel.guild.id, ServerRules(preset="calm", frames=48, user_jobs=2))

    await alice.slash(channel, "giffusion animate", **ASKED)

    house = service.commands[0].rules
    assert (house.preset, house.frames, house.user_jobs) == ("calm", 48, 2)


async def test_direct_messages_have_no_rules(simcord_env, channel, service, book):
    book.write(channel.guild.id, ServerRules(channels=frozenset({1})))

    await simcord_env.create_user("carol").slash("giffusion animate", **ASKED)

    assert len(service.commands) == 1


def test_rules_are_kept_for_the_next_start(tmp_path: Path):
    rules = ServerRules(channels=frozenset({7}), frames=48, adults=Adults.SPOILER)
    RuleBook(tmp_path / "servers").write(5, rules)

    assert RuleBook(tmp_path / "servers").of(5) == rules
    assert RuleBook(tmp_path / "servers").of(6) == ServerRules()


def test_rules_that_cannot_be_kept_leave_those_before_whole(tmp_path: Path, monkeypatch):
    book = RuleBook(tmp_path)
    book.write(5, ServerRules(frames=48))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(rules_module.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        book.write(5, ServerRules(frames=12))

    assert book.of(5) == RuleBook(tmp_path).of(5) == ServerRules(frames=48)
    assert [file.name for file in tmp_path.iterdir()] == ["5.json"]


async def test_rules_that_cannot_be_read_let_only_admins_in(
    channel, alice, admin, service, adapter, tmp_path, caplog
):
    file = tmp_path / "discord" / "servers" / f"{channel.guild.id}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text('{"channels": [12')

    await refused(await alice.slash(channel, "giffusion animate", **ASKED))
    await admin.slash(channel, "giffusion animate", **ASKED)

    assert [command.user for command in service.commands] == [
        f"discord:{channel.guild.id}:{admin.id}"
    ]
    assert "can't be read" in caplog.text
