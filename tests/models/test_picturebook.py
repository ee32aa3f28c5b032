"""The built-in model as it is shipped: what it is made of, and whether it draws what is asked.

Shapes are judged by geometry alone: the thing's pixels are the ones unlike the plain background,
moved and scaled to a standard size and laid over each outline that the training's renderer has.
"""

import itertools
import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from compel import CompelForSD
from diffusers import AutoPipelineForImage2Image, DiffusionPipeline
from PIL import Image

from training.canvas import COLOURS
from training.captions import plain_caption, vocabulary, words
from training.judge import pictures_of
from training.pictures import Picture, combinations, render, silhouette
from training.samples import between
from training.things import THINGS

FOLDER = Path(__file__).parents[2] / "models" / "picturebook"
SIDE = 48
PLAIN = [names for names in combinations(kept_for_judging=True) if names[2] in COLOURS][::3]


@pytest.fixture(scope="module")
def pipeline() -> DiffusionPipeline:
    torch.set_num_threads(1)
    return DiffusionPipeline.from_pretrained(FOLDER)


@pytest.fixture(scope="module")
def drawn(pipeline: DiffusionPipeline) -> np.ndarray:
    """A picture of every held-out combination in PLAIN."""
    return pictures_of(pipeline, [plain_caption(*names) for names in PLAIN], 12, 5.0)


def border_colour(picture: np.ndarray) -> np.ndarray:
    edge = np.concatenate([picture[:4].reshape(-1, 3), picture[:, :4].reshape(-1, 3)])
    return np.median(edge, axis=0)


def thing_mask(picture: np.ndarray) -> np.ndarray:
    """The largest connected patch that is unlike the background."""
    unlike = np.abs(picture.astype(float) - border_colour(picture)).max(axis=2) > 60
    _, labels, stats, _ = cv2.connectedComponentsWithStats(unlike.astype(np.uint8))
    areas = stats[1:, cv2.CC_STAT_AREA]
    return labels == 1 + int(areas.argmax()) if len(areas) else unlike


def nearest_colour(colour: np.ndarray) -> str:
    return min(COLOURS, key=lambda name: np.abs(np.array(COLOURS[name]) - colour).sum())


def standard(mask: np.ndarray) -> np.ndarray:
    """The mask moved to the middle of a square as wide as its longer side, SIDE pixels across."""
    if not mask.any():
        return np.zeros((SIDE, SIDE), bool)
    y, x = np.nonzero(mask)
    crop = mask[y.min() : y.max() + 1, x.min() : x.max() + 1]
    size = max(crop.shape)
    top, left = ((size - length) // 2 for length in crop.shape)
    square = np.zeros((size, size), np.uint8)
    square[top : top + crop.shape[0], left : left + crop.shape[1]] = crop * 255
    return np.asarray(Image.fromarray(square).resize((SIDE, SIDE))) > 127


OUTLINES = {thing: standard(silhouette(thing)) for thing in THINGS}


def likest_thing(picture: np.ndarray) -> str:
    mask = standard(thing_mask(picture))

    def overlap(thing: str) -> float:
        return float((mask & OUTLINES[thing]).sum() / (mask | OUTLINES[thing]).sum())

    return max(THINGS, key=overlap)


def thing_colour(picture: np.ndarray) -> str:
    """The most frequent of the nearest named colours among the thing's pixels."""
    pixels = picture[thing_mask(picture)][::7]
    names = [nearest_colour(pixel) for pixel in pixels.astype(float)]
    return max(set(names), key=names.count, default="")


def share(answers: list[bool]) -> float:
    return sum(answers) / len(answers)


def test_the_geometric_check_knows_the_renderers_own_pictures() -> None:
    answers = [likest_thing(render(Picture(*names, seed=5))) == names[1] for names in PLAIN]
    assert share(answers) >= 0.95


def test_held_out_things_have_the_shape_that_was_asked_for(drawn: np.ndarray) -> None:
    assert len(PLAIN) >= 20
    pairs = zip(drawn, PLAIN, strict=True)
    assert share([likest_thing(picture) == names[1] for picture, names in pairs]) >= 0.85


def test_held_out_things_have_the_colour_that_was_asked_for(drawn: np.ndarray) -> None:
    one_tone = {"circle", "square", "triangle", "star", "heart", "moon"}
    answers = [
        thing_colour(picture) == names[0]
        for picture, names in zip(drawn, PLAIN, strict=True)
        if names[1] in one_tone
    ]
    assert len(answers) >= 12
    assert share(answers) >= 0.9


def test_backgrounds_have_the_colour_that_was_asked_for(drawn: np.ndarray) -> None:
    pairs = zip(drawn, PLAIN, strict=True)
    answers = [nearest_colour(border_colour(picture)) == names[2] for picture, names in pairs]
    assert share(answers) >= 0.95


def test_the_first_example_shows_a_red_circle_on_white_and_a_blue_star_at_night(
    pipeline: DiffusionPipeline,
) -> None:
    prompts = ["a red circle on a white background", "a blue star on a night sky"]
    circle, star = pictures_of(pipeline, prompts, 12, 5.0)
    assert (likest_thing(circle), thing_colour(circle)) == ("circle", "red")
    assert (likest_thing(star), thing_colour(star)) == ("star", "blue")
    assert nearest_colour(border_colour(circle)) == "white"
    assert border_colour(star).max() < 100


def test_the_way_between_two_prompts_has_no_sudden_jump(pipeline: DiffusionPipeline) -> None:
    prompts = ("a red circle on a white background", "a blue star on a night sky")
    frames = between(pipeline, *prompts, count=13).astype(float)
    steps = [np.abs(a - b).mean() for a, b in itertools.pairwise(frames)]
    assert max(steps) < 0.3 * np.abs(frames[0] - frames[-1]).mean()


def test_the_same_seed_gives_the_same_picture(pipeline: DiffusionPipeline) -> None:
    one, other = (pictures_of(pipeline, ["a green tree in the snow"], 4, 5.0) for _ in range(2))
    assert np.array_equal(one, other)


def test_weighted_words_reach_it_through_compel(pipeline: DiffusionPipeline) -> None:
    compel = CompelForSD(pipeline)
    plain, weighted = (
        compel(prompt, negative_prompt="blurry").embeds
        for prompt in ("a red star by the sea", "a red++ star by the sea")
    )
    assert plain.shape == weighted.shape == (1, 77, pipeline.unet.config.cross_attention_dim)
    assert not torch.allclose(plain, weighted)


def test_it_can_start_from_a_picture(pipeline: DiffusionPipeline) -> None:
    start = Image.new("RGB", (128, 128), COLOURS["green"])
    again = AutoPipelineForImage2Image.from_pipe(pipeline)
    kept = again("a green background", image=start, strength=0.25, num_inference_steps=12)
    assert nearest_colour(border_colour(np.asarray(kept.images[0]))) == "green"


def test_a_strange_prompt_still_gives_a_picture(pipeline: DiffusionPipeline) -> None:
    picture = pictures_of(pipeline, ["Ünïcödé 🚀 " + "火" * 200], 2, 5.0)[0]
    assert picture.shape == (128, 128, 3)
    assert picture.std() > 0


def test_it_is_small_and_says_what_it_is() -> None:
    files = [path for path in FOLDER.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= 12_000_000
    assert "license: apache-2.0" in (FOLDER / "README.md").read_text(encoding="utf-8")


def test_every_word_of_its_captions_is_one_token_and_its_vocabulary_is_written_down(
    pipeline: DiffusionPipeline,
) -> None:
    assert all(len(pipeline.tokenizer(word)["input_ids"]) == 3 for word in words())
    written = json.loads((FOLDER / "vocabulary.json").read_text(encoding="utf-8"))
    assert written == vocabulary()
