"""The captions of the built-in model's pictures."""

import json
import random
import subprocess
import sys

from training.captions import caption, plain_caption, vocabulary, words
from training.pictures import Picture, sample


def test_plain_captions_read_like_the_products_first_example() -> None:
    assert plain_caption("red", "circle", "white") == "a red circle on a white background"
    assert plain_caption("blue", "star", "night") == "a blue star on a night sky"
    assert plain_caption("orange", "heart", "orange").startswith("an orange heart on an orange")


def test_captions_name_what_is_in_the_picture() -> None:
    picture = Picture("purple", "star", "green", place="left")
    captions = [caption(picture, random.Random(seed)) for seed in range(200)]
    assert len(set(captions)) > 20
    assert all("star" in text for text in captions)
    assert sum("purple star" in text for text in captions) > 180
    assert sum("green" in text for text in captions) > 170


def test_a_blurry_picture_is_called_blurry() -> None:
    for seed in range(100):
        assert "blurry" in caption(Picture("red", "star", "sea", blurry=True), random.Random(seed))
        assert "blurry" not in caption(Picture("red", "star", "sea"), random.Random(seed))


def test_captions_use_no_word_outside_the_list_but_a_few_without_meaning() -> None:
    known, rng = set(words()), random.Random(0)
    captions = [caption(sample(seed), rng).replace(",", "").split() for seed in range(1000)]
    strange = [text for text in captions if set(text) - known]
    assert len(strange) < 60


def test_the_vocabulary_is_plain_data_and_needs_no_torch() -> None:
    assert json.loads(json.dumps(vocabulary())) == vocabulary()
    script = "import sys, training.captions; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
