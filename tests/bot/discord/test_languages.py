"""Two users in one channel, of whom one reads Chinese and one English."""

from typing import Any

import discord
import pytest
import simcord

from bot.cards import QueuedCard, TextCard
from bot.discord.desk import BROKEN
from tests.support.discord_service import JOB, PlayingService

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
def service() -> PlayingService:
    return PlayingService(cards=[(0, QueuedCard(JOB, "0: a red circle", position=3))])


@pytest.fixture
def ann(simcord_env, channel) -> simcord.MemberActor:
    return simcord_env.guild.add_member(simcord_env.create_user("ann"))


@pytest.fixture
def mei(simcord_env, channel, monkeypatch) -> simcord.MemberActor:
    mei = simcord_env.guild.add_member(simcord_env.create_user("mei"))
    base_payload = simcord.interactions.base_payload

    def in_their_language(*given: Any, user_id: int, **more: Any) -> Any:
        record, payload = base_payload(*given, user_id=user_id, **more)
        return record, payload | ({"locale": "zh-CN"} if user_id == mei.id else {})

    monkeypatch.setattr(simcord.interactions, "base_payload", in_their_language)
    return mei


async def test_each_is_shown_the_queue_in_their_language(channel, ann, mei):
    await mei.slash(channel, "giffusion animate", prompts="0: a red circle")
    await ann.slash(channel, "giffusion animate", prompts="0: a red circle")

    chinese, english = channel.history()
    assert (chinese.embeds[0].description, labels(chinese)) == ("排在第 3 位。", ["取消"])
    assert (english.embeds[0].description, labels(english)) == (
        "Place 3 in the queue.",
        ["Cancel"],
    )


async def test_an_error_is_red_and_in_the_language_of_whoever_asked(
    simcord_env, channel, ann, mei, service
):
    service.cards = [*service.cards, (10, TextCard(BROKEN, error=True))]
    await mei.slash(channel, "giffusion animate", prompts="0: a red circle")
    await ann.slash(channel, "giffusion animate", prompts="0: a red circle")
    await simcord_env.advance_time(10)

    chinese, english = (message.embeds[0] for message in channel.history())
    assert chinese.description == "机器人出了点问题，请再试一次。"
    assert english.description == BROKEN
    assert chinese.colour == english.colour == discord.Colour.red()


async def test_each_is_told_in_their_language_that_something_went_wrong(channel, ann, mei, service):
    await ann.slash(channel, "giffusion animate", prompts="0: a red circle")

    async def broken(*_: Any, **__: Any) -> str:
        raise RuntimeError("secret detail")

    service.cancel = broken
    chinese = await mei.click(channel.last_message, label="Cancel")
    english = await ann.click(channel.last_message, label="Cancel")

    assert chinese.response.content == "机器人出了点问题，请再试一次。"
    assert english.response.content.startswith("Something went wrong")


async def test_the_core_learns_the_language_of_each(channel, ann, mei, service):
    await mei.slash(channel, "giffusion help")
    await ann.slash(channel, "giffusion help")

    assert [command.locale for command in service.commands] == ["zh-CN", "en-US"]


def labels(message: discord.Message) -> list[str | None]:
    return [button.label for row in message.components for button in row.children]
