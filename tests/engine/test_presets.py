"""Settings with a name: those that come along, and an operator's own."""

import wave

import pytest

from engine.configuration import load_configuration
from engine.errors import ConfigurationError, InputError
from engine.media.facts import MediaFacts, SoundFacts
from engine.planning.advice import idle_settings
from engine.planning.plans import plan_frames
from engine.planning.resolve import resolve
from engine.presets import preset_of, shipped_presets
from engine.request import Inputs
from tests.support.songs import RATE, Song

PROMPTS = "0: a red circle on a white background | 23: a blue star at night"
NO_MEDIA = MediaFacts()
SONG = MediaFacts(audio=SoundFacts(seconds=4.0))


@pytest.fixture
def configure(tmp_path, monkeypatch):
    def configure(text):
        (tmp_path / "settings.toml").write_text(text)
        monkeypatch.setenv("GIFFUSION_SETTINGS", str(tmp_path / "settings.toml"))
        return load_configuration()

    return configure


@pytest.fixture(scope="module")
def song(tmp_path_factory):
    """Four seconds of drums, a bass and chords."""
    file = tmp_path_factory.mktemp("song") / "audio.wav"
    samples = (Song(bpm=120, bars=2).sound[: 4 * RATE] * 32_000).astype("<i2")
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())
    return file


@pytest.mark.parametrize("name", shipped_presets())
def test_what_comes_along_can_be_rendered_by_the_built_in_model(configure, song, name):
    configuration = configure("")
    settings = configuration.defaults.updated(configuration.presets[name].settings)
    inputs, media = (Inputs(audio=song), SONG) if settings.animation.fit else (Inputs(), NO_MEDIA)

    asked = settings.updated({"prompts": PROMPTS})
    complete, _ = resolve(asked, configuration.catalogue, configuration.limits, media)
    plan = plan_frames(complete, inputs)

    assert len(plan.frames) == complete.animation.frames
    assert len(plan.frames) == (48 if media is SONG else 46 if settings.output.loop else 24)
    assert not idle_settings(asked, configuration.defaults, complete, media)


def test_what_comes_along_is_told_in_a_line():
    for name, preset in shipped_presets().items():
        assert len(preset.description) <= 100 and "\n" not in preset.description
        assert preset.settings, f"{name} does nothing"


def test_an_operator_adds_presets_and_replaces_those_that_come_along(configure):
    configuration = configure(
        '[presets.postcard]\ndescription = "Small"\nsettings = { width = 128, format = "gif" }\n'
        '[presets.calm]\ndescription = "Ours"\nsettings = { steps = 8 }\n'
    )
    assert list(configuration.presets) == [*shipped_presets(), "postcard"]
    assert preset_of(configuration.presets, "calm").settings == {"steps": 8}


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("{ stesp = 3 }", "presets.postcard.settings: stesp is no setting of a preset"),
        ("{ steps = 0 }", "presets.postcard.settings: steps: '0' won't do; write a whole number"),
        ('{ prompts = "0: a" }', "presets.postcard.settings: prompts is no setting of a preset"),
        ('{ zoom = "0: (x)" }', "presets.postcard.settings: zoom"),
    ],
)
def test_a_preset_that_can_not_be_is_told_by_its_place(configure, settings, words):
    with pytest.raises(ConfigurationError) as caught:
        configure(f'[presets.postcard]\ndescription = "Small"\nsettings = {settings}\n')
    assert words in str(caught.value)


def test_an_unknown_name_is_told_what_comes_near_or_which_there_are():
    with pytest.raises(InputError, match="did you mean slow-zoom"):
        preset_of(shipped_presets(), "slowzoom")
    with pytest.raises(InputError, match="there are slow-zoom, breathing-loop"):
        preset_of(shipped_presets(), "?!")
