"""`/giffusion` as its users type it, and as Discord is told of it."""

from typing import Any

import discord
import pytest

from bot.commands import (
    Animate,
    Cancel,
    Help,
    Inspire,
    Keyframes,
    Models,
    Presets,
    Queue,
    Save,
    Sessions,
)
from bot.discord.commands import giffusion
from bot.discord.commands.animate import command_of
from bot.discord.commands.options import LARGEST_NUMBER
from engine.errors import InputError
from engine.media.keyframes import Mark
from engine.settings import Settings
from tests.support.discord_contract import CONTRACT, DiscordContract
from tests.support.discord_service import PlayingService

PROMPTS = "0: a red circle | 24: a blue star"
_SUBCOMMAND, _GROUP = 1, 2
_STRING, _INTEGER, _BOOLEAN, _NUMBER, _ATTACHMENT = 3, 4, 5, 10, 11

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
def published(simcord_env) -> dict[str, Any]:
    """The command as Discord was told of it."""
    (request,) = [r for r in simcord_env.http_requests if r.method == "PUT"]
    (command,) = request.json
    return command


def leaves(command: dict[str, Any]) -> list[dict[str, Any]]:
    options = command.get("options", [])
    below = [o for o in options if o["type"] in (_SUBCOMMAND, _GROUP)]
    return [leaf for child in below for leaf in leaves(child)] if below else [command]


def options_of(command: dict[str, Any], name: str) -> dict[str, dict[str, Any]]:
    (leaf,) = [leaf for leaf in leaves(command) if leaf["name"] == name]
    return {option["name"]: option for option in leaf["options"]}


# What is asked for


async def test_every_option_of_an_animation_reaches_the_service(channel, alice, service):
    await alice.slash(
        channel,
        "giffusion animate",
        prompts=PROMPTS,
        negative="blur --steps 5",
        seconds=2.5,
        frames=30,
        fps=29.97,
        size="512 x 384",
        seed=7,
        format="gif",
        preset="calm",
        model="small",
        scheduler="ddim",
        settings="--zoom 1.02 --loop",
        audio=("song.mp3", b"a song"),
    )

    (incoming,) = service.commands
    assert incoming.command == Animate(
        {
            "prompts": PROMPTS,
            "negative_prompt": "blur --steps 5",
            "seconds": "2.5",
            "frames": "30",
            "fps": "29.97",
            "width": "512",
            "height": "384",
            "seed": "7",
            "format": "gif",
            "model": "small",
            "scheduler": "ddim",
            "zoom": "1.02",
            "loop": "on",
        },
        preset="calm",
    )
    assert [file.name for file in incoming.attachments] == ["song.mp3"]
    Settings().updated(incoming.command.values)


async def test_settings_may_name_a_preset_and_prompts_may_have_flags_behind_them(
    channel, alice, service
):
    await alice.slash(
        channel,
        "giffusion animate",
        prompts=f"{PROMPTS} --steps 5",
        settings="--preset calm --seed 3",
    )

    assert service.commands[0].command == Animate(
        {"prompts": PROMPTS, "steps": "5", "seed": "3"}, preset="calm"
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"seed": 1, "settings": "--seed 2"}, "seed: it is given twice, in its own option and in"),
        ({"size": "64x64", "settings": "--width 9"}, "width: it is given twice"),
        ({"preset": "a", "settings": "--preset b"}, "preset: it is given twice"),
        (
            {"negative": "fog", "settings": "--neg fog"},
            "prompt: it is given twice, in its own option and in settings",
        ),
        ({"settings": "--stepz 9"}, "did you mean --steps?"),
        ({"settings": "calm and slow"}, "settings: 'calm and slow' is no setting; write it like"),
        ({"size": "large"}, "size: 'large' won't do; write width x height, like 512x512"),
    ],
)
async def test_a_wrong_value_is_told_to_its_user_alone(channel, alice, service, options, words):
    answer = await alice.slash(channel, "giffusion animate", prompts=PROMPTS, **options)

    assert answer.ephemeral
    assert words in answer.response.content.replace("\\", "")
    assert service.commands == []


async def test_the_animation_is_covered_if_it_is_asked_for(channel, alice, service):
    await alice.slash(channel, "giffusion animate", prompts=PROMPTS, spoiler=True)
    assert service.commands[0].conversation["spoiler"] is True


@pytest.mark.parametrize(
    ("name", "options", "command"),
    [
        ("queue", {}, Queue()),
        ("cancel", {}, Cancel()),
        ("cancel", {"which": " Now "}, Cancel("now")),
        ("models", {}, Models()),
        ("presets", {}, Presets()),
        ("help", {}, Help()),
        ("help", {"topic": "zoom"}, Help("zoom")),
        ("session list", {}, Sessions()),
        ("session save", {"session": "0123", "name": "my sea"}, Save("0123", "my sea")),
    ],
)
async def test_what_concerns_its_user_alone_is_answered_to_them_alone(
    channel, alice, service, name, options, command
):
    answer = await alice.slash(channel, f"giffusion {name}", **options)

    assert service.commands[0].command == command
    assert answer.ephemeral
    assert service.commands[0].conversation["private"] is True


@pytest.mark.parametrize(
    ("options", "command"),
    [({}, Inspire()), ({"topics": "sea, neon city"}, Inspire("sea, neon city"))],
)
async def test_prompts_are_drawn_for_all_to_see(channel, alice, service, options, command):
    answer = await alice.slash(channel, "giffusion inspire", **options)

    assert service.commands[0].command == command
    assert not answer.ephemeral


async def test_keyframes_of_a_clip_are_looked_for(channel, alice, service):
    await alice.slash(
        channel,
        "giffusion keyframes",
        video=("clip.mp4", b"moving"),
        fps=24,
        component="percussive",
    )

    (incoming,) = service.commands
    assert incoming.command == Keyframes({"fps": "24", "audio_component": "percussive"})
    assert incoming.command.mark is Mark.ONSETS
    assert [file.name for file in incoming.attachments] == ["clip.mp4"]


# What Discord is told


def test_the_subcommands_are_those_that_users_look_for(published):
    groups = {option["name"]: option for option in published["options"]}
    assert {
        "animate", "inspire", "keyframes", "queue", "cancel", "session", "models", "presets", "help"
    } <= groups.keys()  # fmt: skip
    assert [o["name"] for o in groups["session"]["options"]] == ["save", "load", "list"]


def test_the_definition_keeps_discords_limits(published):
    assert len(published["options"]) <= 25
    assert weight(published) <= 8_000
    for leaf in leaves(published):
        options = leaf.get("options", [])
        assert len(options) <= 25
        for option in options:
            assert 1 <= len(option["description"]) <= 100, option
            assert len(option.get("choices", [])) <= 25
            assert option.get("max_length", 0) <= 6_000
            assert -LARGEST_NUMBER <= option.get("max_value", 0) <= LARGEST_NUMBER
        required = [option.get("required", False) for option in options]
        assert required == sorted(required, reverse=True), "required options come first"


def weight(node: dict[str, Any]) -> int:
    """The characters that Discord counts: names, descriptions and values."""
    own = sum(len(str(node.get(part, ""))) for part in ("name", "description", "value"))
    below = [*(node.get("options") or []), *(node.get("choices") or [])]
    return own + sum(weight(child) for child in below)


def test_types_bounds_and_choices_are_those_of_the_settings(published):
    options = options_of(published, "animate")

    assert (options["frames"]["type"], options["frames"]["min_value"]) == (_INTEGER, 1)
    assert options["seed"]["type"] == _INTEGER
    assert (options["seed"]["min_value"], options["seed"]["max_value"]) == (0, 2**53 - 1)
    assert (options["fps"]["type"], options["fps"]["min_value"]) == (_NUMBER, 1)
    assert options["fps"]["max_value"] == 60
    assert [c["value"] for c in options["format"]["choices"]] == ["mp4", "gif", "webp"]
    assert [options[kind]["type"] for kind in ("image", "audio", "video")] == [_ATTACHMENT] * 3
    assert options["spoiler"]["type"] == _BOOLEAN
    assert options["settings"]["type"] == _STRING
    assert list(options)[-1] == "settings"
    meanings = Settings.options()
    for name in ("seconds", "frames", "seed", "format", "model", "scheduler"):
        assert options[name]["description"] == meanings[name].description


def test_a_length_of_no_seconds_can_not_even_be_typed(published):
    seconds = options_of(published, "animate")["seconds"]

    least = seconds["min_value"]
    assert 0 < least <= 0.01
    Settings().updated({"seconds": str(least), "frames": "1"})
    with pytest.raises(InputError):
        Settings().updated({"seconds": "0"})


def test_the_command_is_there_in_servers_in_direct_messages_and_for_users_who_installed_it(
    published,
):
    assert sorted(published["contexts"]) == [0, 1, 2]
    assert sorted(published["integration_types"]) == [0, 1]


@pytest.mark.skipif(not CONTRACT.exists(), reason=f"Discord's own document is not at {CONTRACT}")
def test_the_definition_is_as_discord_documents_it(published):
    path = "/applications/11/commands"
    assert DiscordContract().problems("PUT", path, [published]) == []
    wrong = published | {"description": "x" * 101}
    assert DiscordContract().problems("PUT", path, [wrong]) != []


class Shouting(discord.app_commands.Translator):
    """A language like English, only louder."""

    async def translate(self, string, locale, context):
        return string.message.upper()


async def test_every_word_of_the_command_can_be_translated(simcord_env):
    tree = simcord_env.bot.tree

    (command,) = tree.get_commands()
    translated = await command.get_translated_payload(tree, Shouting())

    def words(node):
        yield "name", node["name"], node["name_localizations"]
        if "description" in node:
            yield "description", node["description"], node["description_localizations"]
        for child in [*(node.get("options") or []), *(node.get("choices") or [])]:
            yield from words(child)

    for part, english, others in words(translated):
        assert others["zh-CN"] == english.upper(), (part, english)


def test_what_is_written_in_one_option_is_never_read_as_another():
    given = dict.fromkeys(
        ("prompts", "negative", "seconds", "frames", "fps", "size", "seed", "format", "preset",
         "model", "scheduler", "settings")
    )  # fmt: skip
    hostile = "--steps 9 --seed 1"

    command = command_of(
        given | {"prompts": PROMPTS, "negative": hostile, "model": hostile, "scheduler": hostile}
    )

    assert command == Animate(
        {
            "prompts": PROMPTS,
            "negative_prompt": hostile,
            "model": hostile,
            "scheduler": hostile,
        }
    )


def test_all_that_is_published_can_be_made_without_a_connection():
    assert giffusion(PlayingService()).name == "giffusion"
