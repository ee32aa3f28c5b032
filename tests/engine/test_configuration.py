"""The operator's settings.toml and environment."""

import re
from pathlib import Path

import pytest

from engine.configuration import load_configuration
from engine.errors import ConfigurationError

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
    write('[service]\ndata = "here"\n[models.mine]\npath = "weights/mine"')
    configuration = load_configuration()
    assert configuration.sessions == tmp_path / "here" / "sessions"
    assert configuration.models["mine"].path == tmp_path / "weights" / "mine"


def test_the_operator_sets_the_defaults_of_all_requests(write):
    write("[output]\nfps = 24\n[diffusion]\nguidance_scale = '0: (3), 9: (5)'")
    defaults = load_configuration().defaults
    assert defaults.output.fps == 24
    assert defaults.diffusion.guidance_scale.at(9) == 5


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
