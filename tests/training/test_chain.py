"""The whole chain with a moment's budget: every link fits the next."""

from pathlib import Path

import pytest
import torch
from diffusers import AutoPipelineForImage2Image, DiffusionPipeline

from training import judge
from training.__main__ import make
from training.pictures import combinations


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "new"
    torch.set_num_threads(1)
    make(folder, count=80, seconds=4)
    return folder


def test_the_chain_ends_in_a_folder_that_diffusers_loads(folder: Path) -> None:
    pipeline = DiffusionPipeline.from_pretrained(folder)
    parts = (pipeline.unet, pipeline.vae, pipeline.text_encoder)
    assert {part.dtype for part in parts} == {torch.float32}
    assert type(AutoPipelineForImage2Image.from_pipe(pipeline)).__name__.endswith("Img2ImgPipeline")
    assert {"README.md", "vocabulary.json"} < {path.name for path in folder.iterdir()}


def test_a_judge_scores_what_it_sees(folder: Path) -> None:
    asked = combinations(kept_for_judging=True)[:4]
    pipeline = DiffusionPipeline.from_pretrained(folder)
    shares = judge.verdict_on(asked, judge.train(1), pipeline, steps=2)
    assert 0 <= shares.everything <= min(shares.colour, shares.thing, shares.background) <= 1


def test_a_verdict_counts_each_part_and_all_together() -> None:
    asked = [("red", "star", "sea"), ("blue", "boat", "snow")]
    seen = [("red", "star", "sea"), ("blue", "moon", "sea")]
    assert judge.verdict(asked, seen) == judge.Verdict(1.0, 0.5, 0.5, 0.5)
