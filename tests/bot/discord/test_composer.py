"""The form in which an animation is composed, as its users fill it in."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.commands import Animate
from bot.discord.commands import session
from bot.discord.composer import form
from bot.gestures.form_answer import FormAnswer
from bot.gestures.forms import Composition
from bot.language import language_of
from bot.port import Recalled
from engine.errors import InputError
from engine.request import Inputs
from tests.support.discord_contract import CONTRACT, DiscordContract
from tests.support.discord_service import JOB

PROMPTS = "0: a red circle\n24: a blue star"
MADE_OF = Recalled(
    JOB,
    "discord:1:2",
    PROMPTS,
    {"negative_prompt": "blur --much", "zoom": "0: (1), 24: (1.05)", "loop": "on", "seed": "7"},
)

pytestmark = pytest.mark.simcord(shard_count=1)


def fields_of(answer) -> dict[str, dict[str, Any]]:
    assert answer.modal is not None, "no form has opened"
    controls = [label["component"] for label in answer.modal["components"]]
    return {control["custom_id"]: control for control in controls}


def filled_in(answer) -> dict[str, str]:
    fields = fields_of(answer)
    return {name: field["value"] for name, field in fields.items() if field.get("value")}


def about_files(answer) -> str:
    (label,) = [
        label for label in answer.modal["components"] if label["component"]["custom_id"] == "files"
    ]
    return label.get("description", "")


def chosen_preset(answer) -> list[str]:
    options = fields_of(answer)["preset"]["options"]
    return [option["value"] for option in options if option.get("default")]


def named(attachments) -> list[str]:
    return [file.name for file in attachments]


async def test_without_prompts_a_form_opens_and_what_is_written_there_is_animated(
    channel, alice, service
):
    opened = await alice.slash(channel, "giffusion animate")
    assert list(fields_of(opened)) == ["prompts", "negative", "files", "settings"]
    assert about_files(opened) == ""
    assert service.commands == []

    sent = await alice.submit_modal(
        opened,
        {
            "prompts": PROMPTS,
            "negative": "blur --steps 4",
            "settings": "--steps 20 --zoom 0: (1), 24: (1.05)",
            "files": [("start.png", b"picture"), ("song.mp3", b"a song")],
        },
    )

    (incoming,) = service.commands
    assert sent.acknowledged and not sent.ephemeral
    assert incoming.command == Animate(
        {
            "prompts": PROMPTS,
            "negative_prompt": "blur --steps 4",
            "steps": "20",
            "zoom": "0: (1), 24: (1.05)",
        }
    )
    assert incoming.user == f"discord:{channel.guild.id}:{alice.id}"
    assert [(file.name, file.size) for file in incoming.attachments] == [
        ("start.png", 7),
        ("song.mp3", 6),
    ]


async def test_what_was_given_with_the_command_stands_in_the_form(channel, alice, service):
    service.suggestions["preset"] = [("calm: slow and soft", "calm"), ("wild", "wild")]

    opened = await alice.slash(
        channel,
        "giffusion animate",
        negative="fog",
        fps=29.97,
        size="512x384",
        format="gif",
        preset="calm",
        spoiler=True,
        settings="--zoom 1.02 --loop",
    )
    written = filled_in(opened)
    assert written == {
        "negative": "fog",
        "settings": "--fps 29.97 --format gif --width 512 --height 384 --zoom 1.02 --loop on",
    }
    assert chosen_preset(opened) == ["calm"]

    await alice.submit_modal(opened, written | {"prompts": PROMPTS, "preset": ["calm"]})

    (incoming,) = service.commands
    assert incoming.command == Animate(
        {
            "prompts": PROMPTS,
            "negative_prompt": "fog",
            "fps": "29.97",
            "format": "gif",
            "width": "512",
            "height": "384",
            "zoom": "1.02",
            "loop": "on",
        },
        preset="calm",
    )
    assert incoming.conversation["spoiler"] is True


async def test_a_preset_that_is_not_in_the_list_is_kept_as_a_flag(channel, alice, service):
    opened = await alice.slash(channel, "giffusion animate", preset="calm")
    assert filled_in(opened) == {"settings": "--preset calm"}

    await alice.submit_modal(opened, {"prompts": PROMPTS} | filled_in(opened))

    assert service.commands[0].command == Animate({"prompts": PROMPTS}, preset="calm")


async def test_a_preset_may_bring_the_prompts(channel, alice, service):
    service.suggestions["preset"] = [("sea", "sea")]
    opened = await alice.slash(channel, "giffusion animate", preset="sea")

    await alice.submit_modal(opened, {"preset": ["sea"]})

    assert service.commands[0].command == Animate(preset="sea")


async def test_a_form_opens_in_time_though_the_presets_can_not_be_had(
    channel, alice, service, monkeypatch, caplog
):
    async def broken(*_: object) -> list[tuple[str, str]]:
        raise ConnectionError("no database")

    monkeypatch.setattr(service, "suggest", broken)

    opened = await alice.slash(channel, "giffusion animate")

    assert "preset" not in fields_of(opened)
    assert "no database" in caplog.text


async def test_files_given_with_the_command_go_with_the_form(channel, alice, service):
    opened = await alice.slash(channel, "giffusion animate", image=("start.png", b"picture"))

    assert about_files(opened) == "Those of your command are used as well."
    await alice.submit_modal(opened, {"prompts": PROMPTS, "files": [("song.mp3", b"a song")]})

    assert named(service.commands[0].attachments) == ["start.png", "song.mp3"]


async def test_each_form_has_its_own_files(channel, alice, service):
    first = await alice.slash(channel, "giffusion animate", image=("first.png", b"picture"))
    second = await alice.slash(channel, "giffusion animate", image=("second.png", b"picture"))

    await alice.submit_modal(second, {"prompts": PROMPTS})
    await alice.submit_modal(first, {"prompts": PROMPTS})

    assert [named(i.attachments) for i in service.commands] == [["second.png"], ["first.png"]]


async def test_a_form_that_was_open_during_a_restart_still_works(channel, alice, service, restart):
    opened = await alice.slash(channel, "giffusion animate", settings="--steps 20", spoiler=True)
    await restart()

    await alice.submit_modal(
        opened,
        filled_in(opened) | {"prompts": PROMPTS, "files": [("start.png", b"picture")]},
    )

    (incoming,) = service.commands
    assert incoming.command == Animate({"prompts": PROMPTS, "steps": "20"})
    assert named(incoming.attachments) == ["start.png"]
    assert incoming.conversation["spoiler"] is True


async def test_files_that_a_restart_has_forgotten_are_asked_for_again_and_no_word_is_lost(
    channel, alice, service, restart
):
    opened = await alice.slash(channel, "giffusion animate", image=("start.png", b"picture"))
    await restart()

    answer = await alice.submit_modal(opened, {"prompts": PROMPTS, "settings": "--steps 20"})

    assert service.commands == []
    assert answer.ephemeral
    assert "has forgotten the files that came with your command" in answer.response.content
    assert await given_back(answer) == f"prompts:\n{PROMPTS}\n\nsettings:\n--steps 20"


async def given_back(answer) -> str:
    (file,) = answer.response.attachments
    assert file.filename == "what-you-wrote.txt"
    return (await file.read()).decode()


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ({"settings": "--steps 900"}, "steps: '900' won't do; write a whole number from 1 to 200"),
        ({"settings": "slowly"}, "settings: 'slowly' is no setting; write it like --steps 20"),
        ({"settings": "--neg fog", "negative": "fog"}, "negative_prompt: it is given twice"),
        (
            {"prompts": " ", "settings": "--loop"},
            "prompts: there is no prompt; write 0: a red",
        ),
        ({"prompts": "a cat -steps 9"}, "prompts: '-steps' stands in a prompt"),
    ],
)
async def test_a_form_that_is_wrong_is_told_so_in_private_and_given_back(
    channel, alice, service, written, words
):
    opened = await alice.slash(channel, "giffusion animate")

    answer = await alice.submit_modal(opened, {"prompts": PROMPTS} | written)

    assert service.commands == []
    assert answer.ephemeral
    assert words in answer.response.content.replace("\\", "")
    for text in written.values():
        assert text.strip() in await given_back(answer)


async def test_a_fault_with_a_form_is_owned_up_to_and_kept_to_the_log(
    channel, alice, monkeypatch, caplog
):
    def broken(_answer: FormAnswer) -> Animate:
        raise RuntimeError("secret detail")

    opened = await alice.slash(channel, "giffusion animate")
    monkeypatch.setattr(FormAnswer, "command", broken)

    answer = await alice.submit_modal(opened, {"prompts": PROMPTS})

    assert answer.ephemeral
    assert answer.response.content.startswith("Something went wrong on the bot's side")
    assert "secret detail" in caplog.text


async def test_forms_of_others_are_left_alone(channel, alice, service, adapter):
    opened = await alice.slash(channel, "giffusion animate")
    opened._interaction.modal["custom_id"] = "somebody-elses:form::"

    answer = await alice.submit_modal(opened, {"prompts": PROMPTS})

    assert service.commands == []
    assert not answer.acknowledged


async def test_a_text_that_would_read_as_another_setting_is_not_put_into_the_form(
    channel, alice, service
):
    answer = await alice.slash(channel, "giffusion animate", model="small --steps 9")

    assert answer.modal is None
    assert answer.ephemeral
    assert "model: 'small --steps 9' would read as several settings" in (
        answer.response.content.replace("\\", "")
    )


@pytest.mark.parametrize(
    ("field", "filled"),
    [
        ("prompts", lambda length: Composition("Edit", prompts="x" * length)),
        (
            "negative",
            lambda length: Composition("Edit", settings={"negative_prompt": "x" * length}),
        ),
        (
            "settings",
            lambda length: Composition("Edit", settings={"model": "x" * (length - 8)}),
        ),
    ],
)
def test_no_text_is_cut_to_fit_into_a_form(field, filled):
    language = language_of("en-US")
    form(language, filled(4_000))
    with pytest.raises(InputError, match=rf"{field}: it has 4001 characters, and a form"):
        form(language, filled(4_001))


async def test_a_form_that_nobody_sends_in_is_not_remembered(channel, alice, adapter):
    for _ in range(3):
        await alice.slash(channel, "giffusion animate")
    assert adapter.client._connection._view_store._modals == {}


@pytest.mark.skipif(not CONTRACT.exists(), reason=f"Discord's own document is not at {CONTRACT}")
async def test_a_form_is_as_discord_documents_it(simcord_env, channel, alice, service):
    service.suggestions["preset"] = [(f"preset {n}", str(n)) for n in range(25)]
    await alice.slash(channel, "giffusion animate", preset="3", image=("start.png", b"picture"))

    (request,) = [r for r in simcord_env.http_requests if r.path.endswith("/callback")]
    contract = DiscordContract()

    assert request.json["type"] == 9
    assert contract.problems("POST", "/interactions/1/token/callback", request.json) == []


class TestLoading:
    async def test_an_earlier_animation_opens_with_all_it_was_made_from(
        self, channel, alice, service
    ):
        service.saved[JOB] = "my sea"
        service.recalled[JOB] = MADE_OF

        opened = await alice.slash(channel, "giffusion session load", session="my sea")
        assert filled_in(opened) == {
            "prompts": PROMPTS,
            "negative": "blur --much",
            "settings": "--zoom 0: (1), 24: (1.05) --loop on --seed 7",
        }
        await alice.submit_modal(opened, filled_in(opened))

        values = {"prompts": PROMPTS} | dict(MADE_OF.settings)
        assert service.commands[0].command == Animate(values)

    async def test_its_files_go_with_it(self, channel, alice, service, restart):
        service.saved[JOB] = "my sea"
        inputs = Inputs(image=Path("start.png"))
        service.recalled[JOB] = Recalled(JOB, "discord:1:2", PROMPTS, {}, inputs)
        opened = await alice.slash(channel, "giffusion session load", session=JOB)
        assert about_files(opened).startswith("Those from before are used")
        await restart()

        await alice.submit_modal(opened, filled_in(opened))

        assert service.commands[0].command == Animate({"prompts": PROMPTS}, inputs_of=JOB)

    async def test_files_that_are_gone_are_told_of(self, channel, alice, service):
        service.saved[JOB] = "my sea"
        gone = frozenset({"video", "audio"})
        service.recalled[JOB] = Recalled(JOB, "discord:1:2", PROMPTS, {}, lost=gone)

        opened = await alice.slash(channel, "giffusion session load", session=JOB)

        assert about_files(opened) == "No longer kept: audio, video. Attach what you still want."

    async def test_some_groups_of_settings_can_be_had_alone(self, channel, alice, service):
        service.saved[JOB] = "my sea"
        service.recalled[JOB] = MADE_OF

        opened = await alice.slash(
            channel, "giffusion session load", session="my sea", groups="motion, output"
        )

        assert filled_in(opened) == {"settings": "--zoom 0: (1), 24: (1.05) --loop on"}

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ({"session": "nothing"}, "There is no session nothing."),
            ({"session": "my sea", "groups": "moods"}, "groups: there is no group moods"),
        ],
    )
    async def test_what_is_not_there_is_told(self, channel, alice, service, options, words):
        service.saved[JOB] = "my sea"
        service.recalled[JOB] = MADE_OF

        answer = await alice.slash(channel, "giffusion session load", **options)

        assert answer.ephemeral
        assert words in answer.response.content

    async def test_prompts_too_long_for_a_form_are_not_cut(self, channel, alice, service):
        service.saved[JOB] = "my sea"
        service.recalled[JOB] = Recalled(JOB, "discord:1:2", "a sea " * 1_000, {})

        answer = await alice.slash(channel, "giffusion session load", session="my sea")

        assert answer.ephemeral
        assert "it has 6000 characters, and a form on Discord takes 4000" in answer.response.content

    async def test_a_slow_storage_is_told_of_in_time(self, channel, alice, service, monkeypatch):
        async def slow(*_: object) -> str:
            await asyncio.sleep(60)
            raise AssertionError("nobody waits for this")

        monkeypatch.setattr(session, "RECALL_SECONDS", 0.05)
        monkeypatch.setattr(service, "find", slow)

        answer = await alice.slash(channel, "giffusion session load", session="my sea")

        assert answer.ephemeral
        assert "could not be read in time" in answer.response.content

    @pytest.mark.simcord(shard_count=1, check_errors=False)
    async def test_a_fault_is_owned_up_to_and_kept_to_the_log(
        self, channel, alice, service, monkeypatch, caplog
    ):
        async def broken(*_: object) -> str:
            raise RuntimeError("secret detail")

        monkeypatch.setattr(service, "find", broken)

        answer = await alice.slash(channel, "giffusion session load", session="my sea")

        assert answer.ephemeral
        assert answer.response.content.startswith("Something went wrong on the bot's side")
        assert "secret detail" in caplog.text
