"""The names of processors."""

import importlib
import sys

import pytest

from engine.catalogue.preprocessors import extra_names, processor_names


@pytest.fixture
def fresh_names():
    extra_names.cache_clear()
    yield
    extra_names.cache_clear()


def test_the_built_in_ones_need_nothing():
    assert {"none", "canny", "soft_edge", "lineart"} <= set(processor_names([]))


def test_depth_needs_the_operators_estimator():
    assert "depth" not in processor_names([])
    assert "depth" in processor_names(["depth"])


def test_those_of_the_extra_are_known_where_it_is_installed(tmp_path, monkeypatch, fresh_names):
    package = tmp_path / "controlnet_aux"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('it was imported')")
    (package / "processor.py").write_text(
        "MODELS = {\n    'mlsd': {'class': MLSDdetector, 'checkpoint': True},\n"
        "    'depth_leres++': {'class': LeresDetector, 'checkpoint': True},\n}\n"
        "MODEL_PARAMS = {'other': {}}\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    assert {"mlsd", "depth_leres++"} <= set(processor_names([]))
    assert "other" not in processor_names([])
    assert "controlnet_aux" not in sys.modules
