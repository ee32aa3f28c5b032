"""What the model, a draw and the limits make of a user's settings."""

import pytest

from engine.configuration import Limits
from engine.errors import InputError
from engine.media.facts import MediaFacts, SoundFacts, VideoFacts
from engine.planning.compilation import timeline_of
from engine.planning.resolve import resolve
from engine.schedule import Schedule
from engine.settings import Settings


@pytest.fixture
def resolved(catalogue):
    def run(prompts="0: a | 24: b", limits=None, media=None, **settings):
        asked = Settings().updated({"prompts": prompts} | settings)
        return resolve(asked, catalogue, limits or Limits(), media)

    return run


@pytest.mark.holds("steps", "guidance_scale", "num_latent_channels")
def test_the_model_decides_what_the_user_left_open(resolved):
    settings = resolved().settings
    left_open = {name for name, value in settings.flat().items() if value is None}
    assert left_open == {
        "seconds", "fit", "pipeline", "custom_pipeline", "video_every_nth", "video_end", "max_bytes"
    }  # fmt: skip
    assert (settings.diffusion.width, settings.diffusion.height) == (512, 512)
    assert settings.diffusion.steps == 12
    assert settings.diffusion.guidance_scale == Schedule(5.0)
    assert settings.animation.frames == 25


def test_what_the_user_chose_stays(resolved):
    settings = resolved(steps="30", seed="9", guidance_scale="3", width="64").settings
    assert settings.diffusion.steps == 30
    assert settings.diffusion.seed == 9
    assert settings.diffusion.guidance_scale == Schedule("3")
    assert settings.diffusion.width == 64


@pytest.mark.holds("seed")
def test_an_empty_seed_is_drawn_anew_each_time(resolved):
    assert len({resolved().settings.diffusion.seed for _ in range(5)}) == 5


def test_resolving_twice_changes_nothing(resolved, catalogue):
    settings = resolved().settings
    assert resolve(settings, catalogue, Limits()).settings == settings


def test_sizes_are_rounded_to_what_the_model_can_draw_and_the_user_is_told(resolved):
    settings, notes = resolved(width="130")
    assert settings.diffusion.width == 128
    assert notes == ("width 130 became 128: small draws in steps of 8",)


def test_weights_of_another_program_are_translated_and_the_user_is_told(resolved):
    settings, notes = resolved("0: a (cat:1.3) | 9: b", negative_prompt="(dogs:2)")
    assert settings.prompts.prompts == "0: a (cat)1.3 | 9: b"
    assert settings.prompts.negative_prompt == "(dogs)2"
    assert notes[0].startswith("(cat:1.3) was read as (cat)1.3")
    assert notes[1].startswith("(dogs:2) was read as (dogs)2")


def test_a_single_picture_is_pointed_out(resolved):
    assert "still picture" in resolved("a moon").notes[0]


@pytest.mark.holds("frames", "seconds")
@pytest.mark.parametrize(
    ("settings", "frames"),
    [({}, 25), ({"frames": "10"}, 25), ({"frames": "40"}, 40), ({"seconds": "4"}, 48)],
)
def test_the_longest_of_prompts_frames_and_seconds_counts(resolved, settings, frames):
    assert resolved(**settings).settings.animation.frames == frames


@pytest.mark.holds("num_latent_channels")
@pytest.mark.parametrize(
    ("prompts", "settings", "words"),
    [
        ("1000000000: a", {}, "prompts: that makes 1000000001 frames; the most here is 2400"),
        ("0: a", {"frames": "1000000000"}, "frames: that makes 1000000000 frames"),
        ("0: a", {"seconds": "1e5"}, "seconds: that makes"),
        ("999999999s: a", {}, "prompts: that makes"),
        ("0: a", {"width": "2048", "height": "2048"}, "width: 2048 by 2048 is 4,194,304 pixels"),
        ("0: a", {"num_latent_channels": "8"}, "8 channels of noise don't fit small; it takes 4"),
        ("0: a | 0: b", {}, "keyframes 1 and 2 are both at frame 0"),
        ("12: a | 1s: b", {}, "both at frame 12"),
        ("0: a", {"interpolation": "sine", "interpolation_args": "x"}, "interpolation_args"),
    ],
)
def test_what_is_too_much_or_makes_no_sense_is_refused_before_any_work(
    resolved, prompts, settings, words
):
    with pytest.raises(InputError) as caught:
        resolved(prompts, **settings)
    assert words in str(caught.value)


@pytest.mark.holds("interpolation")
def test_attaching_a_sound_makes_audio_the_way_between_keyframes_but_overrides_no_choice(resolved):
    sound = MediaFacts(audio=SoundFacts(seconds=2))
    assert resolved().settings.animation.interpolation == "linear"
    assert resolved(media=sound).settings.animation.interpolation == "audio"
    chosen = resolved(media=sound, interpolation="sine")
    assert chosen.settings.animation.interpolation == "sine"


def test_audio_interpolation_without_a_sound_is_refused(resolved):
    with pytest.raises(InputError, match="interpolation: audio needs a sound; attach one"):
        resolved(interpolation="audio")


def test_a_videos_own_sound_can_drive_it_where_it_is_heard(resolved):
    video = VideoFacts(width=64, height=48, frames=30, fps=30, has_sound=True)
    film, silent = (
        MediaFacts(video=video),
        MediaFacts(video=video.model_copy(update={"has_sound": False})),
    )
    assert resolved(media=film, interpolation="audio").settings.animation.interpolation == "audio"
    assert resolved(media=film).settings.animation.interpolation == "linear"  # unless asked
    with pytest.raises(InputError, match="audio needs a sound"):
        resolved(media=silent, interpolation="audio")
    with pytest.raises(InputError, match="audio needs a sound"):  # seen five times as fast
        resolved(media=film, interpolation="audio", video_every_nth=5, fps=30)


@pytest.mark.holds("strength")
def test_frames_that_start_as_the_one_before_keep_more_of_it(resolved):
    assert resolved().settings.diffusion.strength == Schedule(0.6)
    assert resolved(zoom="1.02").settings.diffusion.strength == Schedule(0.4)
    assert resolved(zoom="1.02", strength="0.9").settings.diffusion.strength == Schedule("0.9")


@pytest.mark.parametrize(
    ("setting", "schedule", "words"),
    [
        ("zoom", "0: (1), 10: (1/(t-12))", "at frame 12"),
        ("strength", "0: (t/20)", "1.05 at frame 21 is outside 0 to 1"),
        ("angle", "0: (1e300*t)", "outside -360 to 360"),
        ("coherence_scale", "9000", "9000 is outside 0 to 8192"),
    ],
)
def test_a_schedule_that_fails_names_the_setting_and_where(resolved, setting, schedule, words):
    with pytest.raises(InputError) as caught:
        resolved(**{setting: schedule})
    assert caught.value.setting == setting
    assert words in str(caught.value)


def test_a_frame_may_be_counted_from_the_end_of_the_animation(resolved):
    settings = resolved(zoom="0: (1), max_f-1: (1.1)").settings
    assert settings.motion.zoom.over(timeline_of(settings))[23:] == pytest.approx([1.1, 1.1])


def test_a_loop_with_motion_says_what_it_closes(resolved):
    assert "closes in the prompts" in resolved(loop="on", zoom="1.02").notes[0]
