import pytest

from engine.catalogue import Catalogue
from engine.catalogue.models import ModelEntry
from tests.support.models import write_model_folder


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory) -> Catalogue:
    """One model that is all facts and no weights: 512×512, 12 steps, guidance 5."""
    folder = write_model_folder(tmp_path_factory.mktemp("models") / "small")
    return Catalogue(models={"small": ModelEntry(path=folder, steps=12, guidance_scale=5.0)})
