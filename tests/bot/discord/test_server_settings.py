"""`/giffusion settings`: an admin sets what holds on a server."""

import discord
import pytest
import simcord

from bot.discord import rules as rules_module
from bot.discord.rules import Adults, RuleBook, ServerRules

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
def admin(simcord_env: simcord.Env, channel: simcord.ChannelHandle) -> simcord.MemberActor:
    role = simcord_env.guild.create_role(
        "admins", permissions=discord.Permissions(manage_guild=True)
    )
    return simcord_env.guild.add_member(simcord_env.create_user("admin"), roles=[role])


@pytest.fixture
def book(adapter) -> RuleBook:
    return adapter._desk.rules


@pytest.fixture
def settings(admin, channel):
    """What the admin sees, and nobody else, after a subcommand of the settings."""

    async def use(name: str, **options: object) -> str:
        answer = await admin.slash(channel, f"giffusion settings {name}", **options)
        assert answer.ephemeral
        return answer.response.content

    return use


async def test_a_server_without_settings_lets_everybody_do_everything(settings):
    assert (await settings("show")).splitlines() == [
        "Channels: all",
        "Roles: all",
        "Limits: the bot's own",
        "Animations are shown in all channels alike.",
    ]


async def test_channels_are_chosen_and_given_up_again(simcord_env, channel, settings, book):
    other = simcord_env.guild.create_text_channel("other")

    assert f"Channels: <#{channel.id}>" in await settings("channels", do="add", channel=channel)
    assert f"<#{other.id}>" in await settings("channels", do="add", channel=other)
    assert book.of(channel.guild.id).channels == {channel.id, other.id}
    assert f"Channels: <#{other.id}>" in await settings("channels", do="remove", channel=channel)
    assert "Channels: all" in await settings("channels", do="all")
    assert book.of(channel.guild.id) == ServerRules()


async def test_roles_are_chosen_without_pinging_them(simcord_env, channel, settings, book):
    artists = simcord_env.guild.create_role("artists")

    assert f"Roles: <@&{artists.id}>" in await settings("roles", do="add", role=artists)

    assert book.of(channel.guild.id).roles == {artists.id}
    (sent,) = [r.json["data"] for r in simcord_env.http_requests if r.path.endswith("/callback")]
    assert sent["allowed_mentions"] == {"parse": []}


async def test_a_channel_to_add_must_be_named(channel, settings, book):
    assert "choose the channel to add" in await settings("channels", do="add")
    assert book.of(channel.guild.id) == ServerRules()


async def test_limits_are_set_and_lifted(channel, settings, book):
    shown = await settings("limits", frames=48, jobs=2)
    assert (
        "Limits: at most 48 frames, at most 2 jobs a user, and never more than the bot's own"
        in shown
    )
    assert (book.of(channel.guild.id).frames, book.of(channel.guild.id).user_jobs) == (48, 2)

    assert "Limits: the bot's own" in await settings("limits")


async def test_a_default_preset_is_one_of_the_bots_own(admin, channel, settings, book, service):
    service.suggestions["preset"] = [("calm: slow and soft", "calm")]
    offered = await admin.autocomplete(channel, "giffusion settings preset", "preset", "ca")
    assert [(choice["name"], choice["value"]) for choice in offered] == [
        ("calm: slow and soft", "calm")
    ]

    assert "Preset: calm" in await settings("preset", preset="calm")
    assert "there is no clam" in await settings("preset", preset="clam")
    assert book.of(channel.guild.id).preset == "calm"
    assert "Preset" not in await settings("preset")


@pytest.mark.parametrize(
    ("rule", "adults", "words"),
    [
        ("anywhere", Adults.ANYWHERE, "in all channels alike"),
        ("spoiler", Adults.SPOILER, "covered as spoilers"),
        ("age-restricted", Adults.AGE_RESTRICTED, "in age-restricted channels only"),
    ],
)
async def test_the_age_rule_is_chosen(channel, settings, book, rule, adults, words):
    assert words in await settings("adults", rule=rule)
    assert book.of(channel.guild.id).adults is adults


async def test_settings_are_still_there_after_a_restart(channel, settings, restart):
    await settings("limits", frames=48)

    await restart()

    assert "at most 48 frames" in await settings("show")


async def test_who_does_not_manage_the_server_is_told_so(channel, alice, book):
    answer = await alice.slash(channel, "giffusion settings limits", frames=1)

    assert answer.ephemeral
    assert "Only who may manage this server" in answer.response.content
    assert book.of(channel.guild.id) == ServerRules()


async def test_in_direct_messages_there_is_nothing_to_set(simcord_env, channel):
    answer = await simcord_env.create_user("carol").slash("giffusion settings show")

    assert "These settings are a server's" in answer.response.content


async def test_channels_and_roles_that_are_gone_are_told_of(channel, settings, book):
    gone = frozenset({404})
    book.write(channel.guild.id, ServerRules(channels=gone | {channel.id}, roles=gone))

    shown = (await settings("show")).splitlines()

    assert shown[:4] == [
        f"Channels: <#{channel.id}>",
        "⚠️ One of the chosen channels is gone.",
        "Roles: –",
        "⚠️ No chosen role is left: only those who manage the server are let in.",
    ]


async def test_settings_that_cannot_be_kept_are_owned_up_to(channel, settings, book, monkeypatch):
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(rules_module.os, "fsync", full)

    assert "nothing was changed" in await settings("limits", frames=48)
    assert book.of(channel.guild.id) == ServerRules()
