"""The operator's settings.toml and environment."""

import re
from pathlib import Path

import pytest

from engine.catalogue.lists import PIPELINES, ControlEntry
from engine.configuration import load_configuration
from engine.errors import ConfigurationError
from engine.schedule import Schedule

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def write(tmp_path, monkeypatch):
    def write(text):
        (tmp_path / "settings.toml").write_text(text)
        monkeypatch.setenv("GIFFUSION_SETTINGS", str(tmp_path / "settings.toml"))

    return write


def test_without_any_model_the_built_in_one_is_used(write):
    write("")
    configuration = load_configuration()
    assert list(configuration.models) == ["picturebook"]
    assert configuration.models["picturebook"].path == ROOT / "models" / "picturebook"


def test_paths_are_relative_to_the_file(write, tmp_path):
    tables = ["models", "controlnets", "adapters", "loras", "custom_pipelines", "preprocessors"]
    lists = "\n".join(f'[{table}.mine]\npath = "weights/{table}"' for table in tables)
    write(f'[service]\ndata = "here"\n{lists}')
    configuration = load_configuration()
    assert configuration.sessions == tmp_path / "here" / "sessions"
    for table in tables:
        assert getattr(configuration, table)["mine"].path == tmp_path / "weights" / table


def test_the_catalogue_is_what_the_operator_has_listed(write, tmp_path):
    write(
        '[controlnets.lines]\npath = "a"\npreprocess = "lineart"\nrevision = "v1"\n'
        '[loras.ink]\npath = "/b/ink.safetensors"\n'
        '[limits]\npipelines = ["StableDiffusionPipeline"]'
    )
    catalogue = load_configuration().catalogue
    assert list(catalogue.models) == ["picturebook"]
    assert catalogue.controlnets["lines"].preprocess == "lineart"
    assert catalogue.controlnets["lines"].revision == "v1"
    assert catalogue.loras["ink"].path == Path("/b/ink.safetensors")
    assert catalogue.pipelines == ("StableDiffusionPipeline",)
    assert not catalogue.adapters


class TestTheBuiltInControlNet:
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path, monkeypatch):
        """A folder in the built-in ControlNet's place."""
        entry = ControlEntry(path=tmp_path / "picturebook-edges", preprocess="canny")
        monkeypatch.setattr("engine.configuration.BUILT_IN_CONTROLNET", entry)
        entry.path.mkdir()
        return entry.path

    def test_it_comes_with_the_built_in_model(self, write, folder):
        write("")
        edges = load_configuration().catalogue.controlnets["edges"]
        assert (edges.path, edges.preprocess) == (folder, "canny")

    def test_it_comes_where_the_built_in_model_is_listed(self, write):
        write(f'[models.a]\npath = "{ROOT / "models" / "picturebook"}"')
        assert list(load_configuration().catalogue.controlnets) == ["edges"]

    def test_it_is_no_use_to_other_models(self, write):
        write('[models.mine]\npath = "mine"')
        assert not load_configuration().catalogue.controlnets

    def test_an_operators_own_list_takes_its_place(self, write):
        write('[controlnets.mine]\npath = "mine"')
        assert list(load_configuration().catalogue.controlnets) == ["mine"]

    def test_without_its_folder_there_is_none(self, write, folder):
        folder.rmdir()
        write("")
        assert not load_configuration().catalogue.controlnets


def test_the_operator_sets_the_defaults_of_all_requests(write):
    write("[output]\nfps = 24\n[diffusion]\nguidance_scale = '0: (3), 9: (5)'")
    defaults = load_configuration().defaults
    assert defaults.output.fps == 24
    assert defaults.diffusion.guidance_scale == Schedule("0: (3), 9: (5)")


def test_the_environment_overrides_the_file(write, monkeypatch):
    write("[web]\nport = 9000")
    monkeypatch.setenv("GIFFUSION_WEB__PORT", "9001")
    assert load_configuration().web.port == 9001


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[web]\nport = 'x'", "settings.toml or GIFFUSION_WEB__PORT: web.port"),
        ("[web]\nprot = 1", "web.prot"),
        ("[output]\nfps = 1000", "output.fps"),
        ("discord_token = 'secret'", "discord_token"),
        ("not toml", "settings.toml: "),
        ("[controlnets.edges]\nsteps = 1", "controlnets.edges"),
        ("[loras.'my ink']\npath = 'a'", "loras.my ink"),
        ("[worker]\ndevices = ['cpu', 'cpu']", "worker.devices: a device is named twice"),
        ("[worker]\ndevices = ['cuda:0', 'auto']", "it goes alone"),
        ("[worker]\ndevices = []", "worker.devices"),
        ("[queue]\nweights = { 'web:*' = 0 }", "queue.weights.web:*"),
    ],
)
def test_a_wrong_file_is_told_by_its_key(write, text, words):
    write(text)
    with pytest.raises(ConfigurationError) as caught:
        load_configuration()
    assert words in str(caught.value)


def test_a_named_file_must_exist(monkeypatch, tmp_path):
    monkeypatch.setenv("GIFFUSION_SETTINGS", str(tmp_path / "none.toml"))
    with pytest.raises(ConfigurationError, match="there is no file"):
        load_configuration()


def test_a_link_works_here_alone_unless_the_operator_names_an_address(write):
    write("")
    assert load_configuration().links_are_local
    write("[service]\npublic_url = 'https://a.example/'")
    configuration = load_configuration()
    assert configuration.public_url == "https://a.example"
    assert not configuration.links_are_local


def test_every_commented_line_of_our_own_file_is_the_default(write):
    shipped = (ROOT / "settings.toml").read_text()
    uncommented = re.sub(r"^# (\[[a-z]+\]|[a-z_]+ = )", r"\1", shipped, flags=re.MULTILINE)
    write(shipped)
    as_shipped = load_configuration()
    write(uncommented)
    assert load_configuration() == as_shipped


def test_the_examples_in_our_own_file_are_right(write):
    shipped = (ROOT / "settings.toml").read_text()
    write(re.sub(r"^#   ", "", shipped, flags=re.MULTILINE))
    catalogue = load_configuration().catalogue
    assert catalogue.controlnets["depth"].preprocess == "depth"
    assert set(catalogue.pipelines) < set(PIPELINES)
    assert all((catalogue.adapters, catalogue.loras, catalogue.custom_pipelines))
    assert "depth" in catalogue.preprocessors


def test_the_operator_gives_some_users_more(write):
    write("[queue]\nweights = { 'discord:*:123' = 4, 'web:*' = 0.5 }")
    assert load_configuration().queue.weights == {"discord:*:123": 4, "web:*": 0.5}
