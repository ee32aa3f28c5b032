"""The command line, as a user runs it: in a process of its own."""

import json
import subprocess
import sys

import av
import numpy as np
import pytest
from PIL import Image

PROMPTS = "0: a red circle on a white background | 24: a blue star on a night sky"


def test_plan_shows_every_frame_as_json(giffusion):
    done = giffusion("plan", PROMPTS, "--guidance-scale", "0: (3), 24: (6)", "--json")
    assert done.returncode == 0, done.stderr
    plan = json.loads(done.stdout)
    assert plan["fps"] == 12
    assert len(plan["frames"]) == 25
    assert plan["frames"][0] == {
        "index": 0,
        "time": 0.0,
        "from": "a red circle on a white background",
        "to": "a blue star on a night sky",
        "weight": 0.0,
        "guidance_scale": 3.0,
        "strength": 0.6,
        "controlnet_scale": 1.0,
        "coherence_scale": 0.0,
        "noise": 0.0,
        "zoom": 1.0,
        "angle": 0.0,
        "translation_x": 0.0,
        "translation_y": 0.0,
        "transform_center_x": 0.5,
        "transform_center_y": 0.5,
    }
    assert plan["frames"][12]["weight"] == 0.5
    assert plan["frames"][12]["guidance_scale"] == 4.5
    assert plan["frames"][24]["weight"] == 1.0


def test_plan_shows_a_table_to_people(giffusion):
    lines = giffusion("plan", "0: a | 2: b").stdout.splitlines()
    assert lines[0].split("\t")[:5] == ["index", "time", "from", "to", "weight"]
    assert lines[2].split("\t")[:5] == ["1", "0.08333", "a", "b", "0.5"]


def test_plan_is_drawn_as_a_picture(giffusion, tmp_path):
    file = tmp_path / "plan.png"
    done = giffusion("plan", f"{PROMPTS} --zoom 0: (1), 24: (1.1)", "--plot", str(file))
    assert done.returncode == 0, done.stderr
    with Image.open(file) as picture:
        assert picture.width > 800
    assert giffusion("plan", "0: 漢字 | 9: $a", "--plot", str(file)).stderr == ""
    refused = giffusion("plan", PROMPTS, "--plot", str(tmp_path / "plan.doc"))
    assert refused.returncode == 2
    assert refused.stderr.startswith("error: plot: ")


def test_the_motion_alone_is_seen_without_a_model_s_weights(giffusion, tmp_path):
    # A white square moves to the right; the model has no weights that could draw.
    picture = np.zeros((64, 64, 3), np.uint8)
    picture[24:40, 14:30] = 255
    Image.fromarray(picture).save(tmp_path / "square.png")
    done = giffusion(
        "render", "a square --frames 5 --translation-x 4", "--motion-preview",
        "--image", str(tmp_path / "square.png"), "-o", str(tmp_path / "moved.mp4"),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    with av.open(str(tmp_path / "moved.mp4")) as file:
        frames = [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]
    columns = [np.flatnonzero(frame[32, :, 0] > 128).mean() for frame in frames]
    assert columns == pytest.approx([21.5 + 4 * index for index in range(5)], abs=0.5)


def test_flags_may_stand_in_the_text_and_after_it(giffusion):
    done = giffusion("plan", "0: a | 9: b --fps 10", "--fps", "20", "--json")
    assert json.loads(done.stdout)["fps"] == 20


@pytest.mark.parametrize(
    ("flag", "value", "name", "at_frame_1"),
    [
        ("--translation-x", "-3", "translation_x", -3),
        ("--angle", "-t", "angle", -1),
        ("--angle=-t", None, "angle", -1),
        ("--Translation_Y", "-4 + t", "translation_y", -3),
        ("--guidance_scale", "5", "guidance_scale", 5),
    ],
)
def test_flags_are_spelled_as_in_a_chat_and_take_a_minus(giffusion, flag, value, name, at_frame_1):
    done = giffusion("plan", "0: a | 2: b", *filter(None, (flag, value)), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["frames"][1][name] == at_frame_1


def test_what_not_to_show_has_its_short_flag(giffusion):
    assert giffusion("plan", "0: a | 2: b", "--neg", "dogs").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["plan", ""], "error: prompts: there is no prompt before the flags"),
        (["plan", "0: a | 0: b"], "error: prompts: keyframes 1 and 2 are both at frame 0"),
        (["plan", "1000000000: a"], "error: prompts: that makes 1000000001 frames"),
        (["plan", "0: a", "--frames", "1000000000"], "error: frames: that makes 1000000000"),
        (["plan", "0: a", "--steps", "many"], "error: steps: 'many' won't do; write a whole"),
        (["plan", "0: a", "--stesp", "9"], "error: --stesp: there is no such setting; did you"),
        (["plan", "0: a", "--stesp=9"], "error: --stesp: there is no such setting; did you"),
        (["plan", "0: a", "b"], "error: command: 'b' is one word too many"),
        (
            ["plan", "0: a", "--zoom"],
            "error: zoom: it has no value; write --zoom and a number or a",
        ),
        (
            ["plan", "0: a", "--seconds", "1e308"],
            "error: seconds: '1e308' won't do; write a number",
        ),
        (["plan"], "error: command: the following arguments are required: TEXT"),
        (["dance"], "error: command: "),
        (["render", "0: a"], "error: command: the following arguments are required: -o"),
        (["render", "0: a", "-o", "a.avi"], "error: output: 'a.avi'; end it in .mp4, .gif, .webp"),
        (["render", "0: a", "-o", "no/where/a.gif"], "error: output: there is no folder"),
        (
            ["render", "0: a", "--image", "no.png", "-o", "a.gif"],
            "error: image: no.png: it can't be opened: No such file or directory",
        ),
        (
            ["render", "0: a", "--audio", "settings.toml", "-o", "a.mp4"],
            "error: audio: settings.toml: ",
        ),
        (["render", "0: a", "--format", "mp4", "-o", "a.gif"], "error: format: mp4 does not fit"),
    ],
)
def test_bad_input_is_one_clear_line_and_exit_code_2(giffusion, arguments, line):
    done = giffusion(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(line)
    assert done.stderr.count("\n") == 1


def test_a_wrong_configuration_is_told_the_same_way(giffusion):
    done = giffusion("plan", "0: a", GIFFUSION_WEB__PORT="many")
    assert done.returncode == 2
    assert done.stderr.startswith("error: settings.toml or GIFFUSION_WEB__PORT: web.port: ")


def test_a_worker_alone_must_know_its_device(giffusion):
    done = giffusion("worker", GIFFUSION_WORKER__DEVICES='["cuda:0", "cuda:1"]')
    assert done.returncode == 2
    assert done.stderr == "error: device: a worker has one; choose of cuda:0, cuda:1\n"


def test_help_lists_every_setting_with_its_flag(giffusion):
    done = giffusion("render", "--help")
    assert done.returncode == 0
    assert "--guidance-scale" in done.stdout
    assert "--no-use-prompt-embeds" in done.stdout


def test_neither_a_plan_nor_the_chats_load_torch():
    code = (
        "import sys, bot.cli, bot.app, bot.web_adapter, bot.discord_adapter, bot.slack_adapter;"
        "bot.cli.main(['plan', '0: a']);"
        "sys.exit(bool({'torch', 'diffusers', 'transformers', 'compel'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_doctor_tells_what_is_missing_and_never_a_secret(giffusion):
    done = giffusion("doctor", DISCORD_TOKEN="s3cret-token")
    assert done.returncode == 2  # the model of this test has no weights
    assert "ok   model small: 512 by 512 pixels" in done.stdout
    assert "bad  pipeline: " in done.stdout
    assert "ok   codec libx264" in done.stdout
    assert "ok   DISCORD_TOKEN: set" in done.stdout
    assert "off  SLACK_BOT_TOKEN: not set" in done.stdout
    assert "s3cret" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
