"""What the model, a draw and the limits make of a user's settings."""

import pytest

from engine.configuration import Limits
from engine.errors import InputError
from engine.resolve import resolve
from engine.schedule import Schedule
from engine.settings import Settings
from tests.support.models import model_facts


def resolved(prompts="0: a | 24: b", limits=None, **settings):
    asked = Settings().updated({"prompts": prompts} | settings)
    return resolve(asked, model_facts(), limits or Limits())


def test_the_model_decides_what_the_user_left_open():
    settings = resolved().settings
    assert None not in (settings.flat()[name] for name in settings.flat() if name != "seconds")
    assert (settings.diffusion.width, settings.diffusion.height) == (128, 128)
    assert settings.diffusion.steps == 12
    assert settings.diffusion.guidance_scale == Schedule(5.0)
    assert settings.animation.frames == 25


def test_what_the_user_chose_stays():
    settings = resolved(steps="30", seed="9", guidance_scale="3", width="64").settings
    assert settings.diffusion.steps == 30
    assert settings.diffusion.seed == 9
    assert settings.diffusion.guidance_scale == Schedule("3")
    assert settings.diffusion.width == 64


def test_an_empty_seed_is_drawn_anew_each_time():
    assert len({resolved().settings.diffusion.seed for _ in range(5)}) == 5


def test_resolving_twice_changes_nothing():
    settings = resolved().settings
    assert resolve(settings, model_facts(), Limits()).settings == settings


def test_sizes_are_rounded_to_what_the_model_can_draw_and_the_user_is_told():
    settings, notes = resolved(width="130")
    assert settings.diffusion.width == 128
    assert notes == ("width 130 became 128: small draws in steps of 8",)


def test_weights_of_another_program_are_translated_and_the_user_is_told():
    settings, notes = resolved("0: a (cat:1.3) | 9: b", negative_prompt="(dogs:2)")
    assert settings.prompts.prompts == "0: a (cat)1.3 | 9: b"
    assert settings.prompts.negative_prompt == "(dogs)2"
    assert notes[0].startswith("(cat:1.3) was read as (cat)1.3")
    assert notes[1].startswith("(dogs:2) was read as (dogs)2")


def test_a_single_picture_is_pointed_out():
    assert "still picture" in resolved("a moon").notes[0]


@pytest.mark.parametrize(
    ("settings", "frames"),
    [({}, 25), ({"frames": "10"}, 25), ({"frames": "40"}, 40), ({"seconds": "4"}, 48)],
)
def test_the_longest_of_prompts_frames_and_seconds_counts(settings, frames):
    assert resolved(**settings).settings.animation.frames == frames


@pytest.mark.parametrize(
    ("prompts", "settings", "words"),
    [
        ("1000000000: a", {}, "prompts: that makes 1000000001 frames; the most here is 2400"),
        ("0: a", {"frames": "1000000000"}, "frames: that makes 1000000000 frames"),
        ("0: a", {"seconds": "1e300"}, "seconds: that makes"),
        ("999999999s: a", {}, "prompts: that makes"),
        ("0: a", {"width": "2048", "height": "2048"}, "width: 2048 by 2048 is 4,194,304 pixels"),
        ("0: a", {"num_latent_channels": "8"}, "8 channels of noise don't fit small; it takes 4"),
        ("0: a | 0: b", {}, "keyframes 1 and 2 are both at frame 0"),
        ("12: a | 1s: b", {}, "both at frame 12"),
        ("0: a", {"interpolation": "sine", "interpolation_args": "x"}, "interpolation_args"),
    ],
)
def test_what_is_too_much_or_makes_no_sense_is_refused_before_any_work(prompts, settings, words):
    with pytest.raises(InputError) as caught:
        resolved(prompts, **settings)
    assert words in str(caught.value)
