"""The built-in model in motion: what holds frames together, and what sixty of them in a row do."""

import itertools
import threading
from pathlib import Path

import cv2
import numpy as np
import pytest

from bot.commands import parse_settings
from engine.catalogue import Catalogue
from engine.catalogue.models import ModelEntry
from engine.configuration import Limits
from engine.media.inspection import inspect_inputs
from engine.media.limits import CEILING
from engine.planning.plans import plan_frames
from engine.planning.resolve import resolve
from engine.render.renderer import Renderer
from engine.request import Inputs
from engine.settings import Settings

FOLDER = Path(__file__).parents[2] / "models" / "picturebook"
CATALOGUE = Catalogue(
    models={"picturebook": ModelEntry(path=FOLDER, steps=12, guidance_scale=3)},
    controlnets={
        "edges": {"path": FOLDER.with_name("picturebook-edges"), "preprocess": "canny"},
    },
)


@pytest.fixture(scope="module")
def renderer():
    return Renderer(CATALOGUE)


@pytest.fixture
def render(renderer):
    def run(command, **inputs):
        attached = Inputs(**inputs)
        settings = parse_settings(command, Settings())
        resolved = resolve(
            settings, CATALOGUE, Limits(), inspect_inputs(attached, CEILING)
        ).settings
        plan = plan_frames(resolved, attached)
        return np.stack(list(renderer.frames(plan, attached, threading.Event())))

    return run


def change(frames):
    """Mean absolute difference between neighbours, of 255."""
    return float(np.abs(np.diff(frames.astype(float), axis=0)).mean())


def detail(frame):
    """Variance of the Laplacian: falls when a picture blurs (Pech-Pacheco et al., ICPR 2000)."""
    return cv2.Laplacian(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), cv2.CV_64F).var()


def test_frames_change_steadily_less_the_higher_the_coherence(render):
    # One prompt, another noise at every keyframe: all change is flicker.
    command = "0: a red boat on the sea | 3: a red boat on the sea | 6: a red boat on the sea"
    changes = [
        change(render(f"{command} --seed 3 --coherence-scale {scale}"))
        for scale in (0, 250, 500, 1000, 2000, 4000)
    ]
    assert all(after < 0.97 * before for before, after in itertools.pairwise(changes))
    assert changes[-1] < changes[0] / 3


def test_a_longer_memory_is_calmer_still(render):
    command = "0: a red boat on the sea | 3: a red boat on the sea | 6: a red boat on the sea"
    last = render(f"{command} --seed 3 --coherence-scale 1000")
    older = render(f"{command} --seed 3 --coherence-scale 1000 --coherence-alpha 0.5")
    assert change(older) < change(last)


def test_sixty_frames_drawn_over_each_other_neither_darken_nor_blur(render):
    frames = render(
        "a yellow house in the snow --frames 60 --zoom 1.005 --angle 0.3 --seed 5 --color-match"
    )
    brightness = frames.mean(axis=(1, 2, 3))
    assert np.abs(brightness / brightness[0] - 1).max() < 0.01
    assert min(detail(frame) for frame in frames) > 0.8 * detail(frames[0])


def test_even_without_matched_colours_sixty_frames_settle(render):
    frames = render("a yellow house in the snow --frames 60 --zoom 1.005 --angle 0.3 --seed 5")
    brightness = frames.mean(axis=(1, 2, 3))
    assert np.abs(brightness / brightness[0] - 1).max() < 0.05
    assert np.abs(brightness[30:] / brightness[30] - 1).max() < 0.01
    assert min(detail(frame) for frame in frames) > 0.8 * detail(frames[0])


def middle_of_red(frame):
    """The centre of what is red, (x, y) in pixels."""
    red = frame[..., 0].astype(float) - frame[..., 1:].max(axis=-1)
    points = np.argwhere(red > 60)[:, ::-1].astype(np.float32)
    middle, _, _ = cv2.minAreaRect(points)
    return middle


def test_the_camera_moves_over_an_outline_that_steers(render, tmp_path):
    picture = np.full((128, 128, 3), 255, np.uint8)
    cv2.rectangle(picture, (30, 40), (66, 76), (0, 0, 0), -1)
    cv2.imwrite(str(tmp_path / "square.png"), picture)
    frames = render(
        "a red square on a white background --frames 7 --translation-x 6 --translation-y 3"
        " --controlnet edges --seed 3",
        image=tmp_path / "square.png",
    )
    assert middle_of_red(frames[0]) == pytest.approx((48, 58), abs=4)
    assert middle_of_red(frames[6]) == pytest.approx((48 + 36, 58 + 18), abs=5)
