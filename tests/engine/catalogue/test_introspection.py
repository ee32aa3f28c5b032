"""What diffusers' classes accept, as their source says, against the classes themselves."""

import inspect
import subprocess
import sys

import pytest

from engine.catalogue.introspection import (
    Computed,
    call_signature,
    file_call_signature,
    file_pipeline,
    init_signature,
    pipeline_names,
    scheduler_names,
)
from engine.errors import ModelError

PIPELINES = (
    "StableDiffusionPipeline",
    "StableDiffusionImg2ImgPipeline",
    "StableDiffusionControlNetPipeline",
    "StableDiffusionControlNetImg2ImgPipeline",
    "StableDiffusionAdapterPipeline",
    "StableDiffusionInstructPix2PixPipeline",
    "StableDiffusionXLPipeline",
    "StableDiffusionXLControlNetImg2ImgPipeline",
    "StableDiffusionXLAdapterPipeline",
    "StableDiffusion3Pipeline",
    "StableDiffusion3ControlNetInpaintingPipeline",
    "FluxPipeline",
    "FluxControlNetImg2ImgPipeline",
    "LatentConsistencyModelPipeline",
    "KandinskyV22CombinedPipeline",
    "DDPMPipeline",
)


@pytest.fixture(scope="module")
def diffusers():
    import diffusers

    return diffusers


def _same(read, real):
    """Whether a signature that was read has the names, kinds and plain defaults of the real one."""
    real = [each for name, each in real.parameters.items() if name != "self"]
    read = list(read.parameters.values())
    assert [(each.name, each.kind) for each in read] == [(each.name, each.kind) for each in real]
    for ours, theirs in zip(read, real, strict=True):
        if not isinstance(ours.default, Computed):
            assert ours.default == theirs.default, ours.name


@pytest.mark.parametrize("name", PIPELINES)
def test_a_pipelines_call_and_parts_are_read_as_they_are(diffusers, name):
    kind = getattr(diffusers, name)
    _same(call_signature(name), inspect.signature(kind.__call__))
    _same(init_signature(name), inspect.signature(kind.__init__))


@pytest.mark.parametrize("name", sorted(scheduler_names()))
def test_a_schedulers_config_is_read_as_it_is(diffusers, name):
    kind = getattr(diffusers, name)
    if getattr(kind, "_backends", None):
        pytest.skip(f"{kind._backends} are not installed, so diffusers has a dummy in its place")
    _same(init_signature(name), inspect.signature(kind.__init__))


def test_every_scheduler_of_diffusers_is_known_and_no_other(diffusers):
    real = {
        name
        for name in dir(diffusers)
        if name.endswith("Scheduler") and isinstance(getattr(diffusers, name), type)
    }
    assert scheduler_names() == real


def test_a_pipeline_of_diffusers_is_known_and_nothing_else(diffusers):
    assert set(PIPELINES) <= pipeline_names() <= set(dir(diffusers))
    assert not {"DiffusionPipeline2", "AutoencoderKL", "os", "DDIMScheduler"} & pipeline_names()


def test_a_default_that_is_computed_is_told_as_it_is_written():
    lowest = init_signature("DPMSolverMultistepScheduler").parameters["lambda_min_clipped"]
    assert lowest.default == "-float('inf')"
    assert isinstance(lowest.default, Computed)


def test_an_unknown_class_is_no_class():
    with pytest.raises(KeyError):
        call_signature("NoSuchPipeline")


def test_nothing_heavy_is_imported():
    program = (
        "import sys; from engine.catalogue.choice import check_choice;"
        "from engine.catalogue.introspection import *;"
        "call_signature('FluxPipeline'); init_signature('DDIMScheduler'); scheduler_names();"
        "print(sorted({'torch', 'diffusers', 'transformers', 'cv2'} & set(sys.modules)))"
    )
    printed = subprocess.check_output([sys.executable, "-c", program], text=True)
    assert printed == "[]\n"


def test_a_file_of_the_operators_is_read_and_never_run(tmp_path):
    file = tmp_path / "own.py"
    file.write_text(
        "from diffusers import DiffusionPipeline\n"
        "raise SystemExit('it was run')\n"
        "class Helper: ...\n"
        "class Base(DiffusionPipeline):\n"
        "    def __call__(self, prompt, glow: float = 0.5): ...\n"
        "class OwnPipeline(Base): ...\n"
    )
    assert file_pipeline(file) == "OwnPipeline"
    assert str(file_call_signature(file)) == "(prompt, glow: 'float' = 0.5)"


def test_a_file_may_build_on_a_pipeline_of_diffusers(tmp_path):
    file = tmp_path / "own.py"
    file.write_text(
        "import diffusers\nclass OwnPipeline(diffusers.StableDiffusionPipeline):\n    pass\n"
    )
    assert file_call_signature(file) == call_signature("StableDiffusionPipeline")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = 1", "must have one pipeline class, and has 0"),
        ("class A(DiffusionPipeline): ...\nclass B(DiffusionPipeline): ...", "and has 2"),
        ("class A(", "is no Python file"),
        ("x = 1\0", "is no Python file"),
        ("class A(B): ...\nclass B(A): ...", "and has 0"),
    ],
)
def test_a_file_without_one_pipeline_is_told(tmp_path, text, words):
    (tmp_path / "own.py").write_text(text)
    with pytest.raises(ModelError, match=words):
        file_call_signature(tmp_path / "own.py")


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ModelError, match="can't read"):
        file_pipeline(tmp_path / "none.py")
