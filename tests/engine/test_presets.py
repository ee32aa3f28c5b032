"""Settings with a name: those that come along, and an operator's own."""

import pytest

from engine.configuration import load_configuration
from engine.errors import ConfigurationError, InputError
from engine.media.facts import MediaFacts, SoundFacts
from engine.planning.resolve import resolve
from engine.presets import preset_of, shipped_presets
from engine.settings import Settings

PROMPTS = "0: a red circle on a white background | 23: a blue star at night"
SONG = MediaFacts(audio=SoundFacts(seconds=4.0))


@pytest.fixture
def configure(tmp_path, monkeypatch):
    def configure(text):
        (tmp_path / "settings.toml").write_text(text)
        monkeypatch.setenv("GIFFUSION_SETTINGS", str(tmp_path / "settings.toml"))
        return load_configuration()

    return configure


@pytest.mark.parametrize("name", shipped_presets())
def test_what_comes_along_can_be_rendered_by_the_built_in_model(configure, name):
    configuration = configure("")
    settings = configuration.defaults.updated(configuration.presets[name].settings)
    media = SONG if settings.animation.fit else MediaFacts()

    found, _ = resolve(
        settings.updated({"prompts": PROMPTS}), configuration.catalogue, configuration.limits, media
    )

    usual = Settings().flat()
    assert {n for n, value in settings.flat().items() if value != usual[n]} <= set(
        configuration.presets[name].settings
    )
    assert found.animation.frames >= 24


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
