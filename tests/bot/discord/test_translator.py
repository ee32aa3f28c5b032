"""The commands as they are published for those who read another language than English."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import discord
import pytest
from discord.app_commands import TranslationContext, TranslationContextLocation, locale_str

from bot.discord import translator
from bot.discord.translator import CommandTranslator, is_command_name
from bot.discord_adapter import DiscordAdapter
from bot.language import Languages
from tests.support.discord_contract import CONTRACT, DiscordContract
from tests.support.discord_server import APPLICATION, TOKEN, LoopbackDiscord
from tests.support.discord_service import PlayingService

COMMANDS = f"/applications/{APPLICATION}/commands"
LONGEST_COMMAND = 8_000  # characters, of the longest language
HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
Payload = dict[str, Any]


@pytest.fixture
async def server(monkeypatch) -> AsyncIterator[LoopbackDiscord]:
    monkeypatch.setattr(discord.http.Route, "BASE", discord.http.Route.BASE)
    websocket = discord.gateway.DiscordWebSocket
    monkeypatch.setattr(websocket, "DEFAULT_GATEWAY", websocket.DEFAULT_GATEWAY)
    server = LoopbackDiscord()
    await server.start()
    yield server
    await server.stop()


async def start_and_stop(server: LoopbackDiscord, folder: Path) -> None:
    adapter = DiscordAdapter(
        PlayingService(), TOKEN, folder, api_url=server.api_url, gateway_url=server.gateway_url
    )
    await adapter.start()
    await server.wait_for_gateway()
    await adapter.stop()


def publications(server: LoopbackDiscord) -> list[list[Payload]]:
    return [request.payload for request in server.requests if request.path == COMMANDS]


@pytest.fixture
async def published(server, tmp_path) -> Payload:
    await start_and_stop(server, tmp_path)
    ((giffusion,),) = publications(server)
    return giffusion


def levels(command: Payload) -> Iterator[list[Payload]]:
    """The options that stand beside one another, level by level."""
    options = command.get("options", [])
    yield options
    for option in options:
        yield from levels(option)


def parts(command: Payload) -> list[Payload]:
    return [command, *(option for level in levels(command) for option in level)]


def name_in(part: Payload, locale: str) -> str:
    return part.get("name_localizations", {}).get(locale, part["name"])


def about_in(part: Payload, locale: str) -> str:
    return part.get("description_localizations", {}).get(locale, part["description"])


def locales(command: Payload) -> set[str]:
    return {
        locale
        for part in parts(command)
        for kind in ("name_localizations", "description_localizations")
        for locale in part.get(kind, {})
    }


async def test_a_chinese_user_finds_every_option_under_a_chinese_name(published):
    assert published["name"] == name_in(published, "zh-CN") == "giffusion"
    assert about_in(published, "zh-CN") == "用提示词生成动画"
    for option in parts(published)[1:]:
        assert not name_in(option, "zh-CN").isascii(), option["name"]
        assert not about_in(option, "zh-CN").isascii(), option["name"]


async def test_only_those_who_read_chinese_are_sent_another_language(published):
    assert locales(published) == {"zh-CN", "zh-TW"}


async def test_names_and_descriptions_are_such_as_discord_takes(published):
    for locale in locales(published):
        for level in levels(published):
            names = [name_in(option, locale) for option in level]
            assert len(set(names)) == len(names), f"two have one name: {names}"
        for part in parts(published):
            assert is_command_name(name_in(part, locale))
            assert 1 <= len(about_in(part, locale)) <= 100
            for choice in part.get("choices", []):
                assert 1 <= len(name_in(choice, locale)) <= 100


async def test_the_command_is_no_longer_than_discord_takes_in_any_language(published):
    languages = ["en-US", *locales(published)]
    length = 0
    for part in parts(published):
        length += max(len(name_in(part, locale)) for locale in languages)
        length += max(len(about_in(part, locale)) for locale in languages)
        for choice in part.get("choices", []):
            length += len(str(choice["value"]))
            length += max(len(name_in(choice, locale)) for locale in languages)
    assert length <= LONGEST_COMMAND


@pytest.mark.skipif(not CONTRACT.exists(), reason=f"Discord's own document is not at {CONTRACT}")
async def test_the_command_is_as_discord_documents_it(published):
    assert DiscordContract().problems("PUT", COMMANDS, [published]) == []


async def test_commands_are_published_again_only_when_words_have_changed(
    server, tmp_path, monkeypatch
):
    await start_and_stop(server, tmp_path)
    await start_and_stop(server, tmp_path)
    assert len(publications(server)) == 1

    words = 'msgid "Turn prompts into an animation"\nmsgstr "提示词变动画"'
    speak(monkeypatch, tmp_path, words)
    await start_and_stop(server, tmp_path)

    _, (again,) = publications(server)
    assert about_in(again, "zh-CN") == "提示词变动画"


def speak(monkeypatch: pytest.MonkeyPatch, folder: Path, words: str) -> None:
    """Have commands translated by another catalogue."""
    (folder / "zh_CN.po").write_text(HEADER + words)
    monkeypatch.setattr(translator, "language_of", Languages(folder).of)


@pytest.mark.parametrize("name", ["两个 词", "Frames", "帧!", "帧" * 33])
async def test_a_name_that_discord_would_refuse_is_left_in_english(
    monkeypatch, tmp_path, caplog, name
):
    speak(monkeypatch, tmp_path, f'msgctxt "name"\nmsgid "frames"\nmsgstr "{name}"')

    assert await translated("frames", TranslationContextLocation.parameter_name) is None
    assert "Discord doesn't take" in caplog.text


async def test_a_description_that_discord_would_refuse_is_left_in_english(
    monkeypatch, tmp_path, caplog
):
    speak(monkeypatch, tmp_path, f'msgid "Short"\nmsgstr "{"长" * 101}"')

    assert await translated("Short", TranslationContextLocation.command_description) is None
    assert "Discord doesn't take" in caplog.text


async def test_a_choice_may_have_a_name_of_several_words(monkeypatch, tmp_path):
    speak(monkeypatch, tmp_path, 'msgctxt "name"\nmsgid "both"\nmsgstr "A 和 B"')

    assert await translated("both", TranslationContextLocation.choice_name) == "A 和 B"


async def translated(text: str, location: TranslationContextLocation) -> str | None:
    context = TranslationContext(location, None)
    return await CommandTranslator().translate(locale_str(text), discord.Locale.chinese, context)
