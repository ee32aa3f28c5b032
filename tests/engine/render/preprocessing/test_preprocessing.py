"""Processors by their names."""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.catalogue import Catalogue
from engine.catalogue.preprocessors import BUILT_IN, extra_names, processor_names
from engine.errors import InputError, ModelError
from engine.render.preprocessing import edges, open_processor

PICTURE = np.random.default_rng(0).integers(0, 256, (40, 72, 3), dtype=np.uint8)
FAKE = """
from PIL import Image

def _upside_down(image): return image.transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((64, 64))

MODELS = {"softedge_hed": {"checkpoint": True}, "mlsd": {"checkpoint": True}, "canny": {}}

class _Detector:
    device = "cpu"
    def to(self, device): self.device = device

class Processor:
    def __init__(self, processor_id):
        if processor_id == "mlsd":
            raise OSError("no weights of lllyasviel/Annotators on this machine")
        self.processor = _Detector()
    def __call__(self, image, to_pil=True): return _upside_down(image)
"""


@pytest.fixture
def controlnet_aux(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A stand-in for the extra, whose one working processor turns pictures upside down."""
    package = tmp_path / "controlnet_aux"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "processor.py").write_text(FAKE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    extra_names.cache_clear()
    yield
    extra_names.cache_clear()
    for module in ("controlnet_aux", "controlnet_aux.processor"):
        sys.modules.pop(module, None)


def test_none_shows_the_picture_as_it_is() -> None:
    assert (open_processor("none", Catalogue())(PICTURE) == PICTURE).all()


@pytest.mark.holds("preprocess")
def test_every_built_in_processor_works_without_any_weights() -> None:
    for name in BUILT_IN:
        assert open_processor(name, Catalogue())(PICTURE).shape == PICTURE.shape


@pytest.mark.holds("preprocess")
def test_several_processors_give_a_picture_each_in_their_order() -> None:
    names = ("lineart", "none", "canny")
    shown = [open_processor(name, Catalogue())(PICTURE) for name in names]
    expected = [edges.lineart(PICTURE), PICTURE, edges.canny(PICTURE)]
    assert all((a == b).all() for a, b in zip(shown, expected, strict=True))


def test_an_unknown_name_is_answered_with_those_there_are() -> None:
    with pytest.raises(
        InputError, match="preprocess: there is no 'openpose'; choose none or canny"
    ):
        open_processor("openpose", Catalogue())


def test_depth_is_only_there_where_the_operator_has_an_estimator() -> None:
    with pytest.raises(InputError, match="there is no 'depth'"):
        open_processor("depth", Catalogue())


@pytest.mark.usefixtures("controlnet_aux")
def test_the_extras_processors_are_there_under_its_names() -> None:
    assert {"softedge_hed", "mlsd"} <= set(processor_names(()))
    shown = open_processor("softedge_hed", Catalogue())(PICTURE)
    assert shown.shape == PICTURE.shape
    upside_down = PICTURE[::-1].astype(float)
    assert np.abs(shown - upside_down).mean() < np.abs(shown - PICTURE.astype(float)).mean()


@pytest.mark.usefixtures("controlnet_aux")
def test_canny_is_our_own_also_where_the_extra_has_one() -> None:
    assert (open_processor("canny", Catalogue())(PICTURE) == edges.canny(PICTURE)).all()


@pytest.mark.usefixtures("controlnet_aux")
def test_an_extra_processor_without_its_weights_says_so() -> None:
    with pytest.raises(ModelError, match="controlnet_aux's mlsd can't be loaded: no weights of"):
        open_processor("mlsd", Catalogue())
