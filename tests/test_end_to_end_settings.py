"""What a user's settings and files make of an animation: the real service, worker and model."""

import io
import itertools
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image, ImageSequence

from tests.support.films import click_track, film
from tests.support.service import running_service, web_user


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with running_service(tmp_path_factory.mktemp("service")) as service:
        yield service


@pytest.fixture
async def user(service):
    async with web_user(service) as user:
        yield user


class Result:
    """A finished animation, looked into."""

    def __init__(self, card, content: bytes) -> None:
        self.details = dict(card["details"])
        self.size = len(content)
        self.seconds = _delays(content)
        with av.open(io.BytesIO(content)) as file:
            stream = file.streams.video[0]
            self.fps = stream.average_rate
            self.frames = [frame.to_ndarray(format="rgb24") for frame in file.decode(stream)]
        self.sound = _sound(content)

    @property
    def changes(self) -> list[float]:
        """Mean absolute difference between neighbours, of 255."""
        pairs = itertools.pairwise(self.frames)
        return [float(np.abs(a.astype(int) - b).mean()) for a, b in pairs]


def _delays(content: bytes) -> list[float]:
    """How long each picture of a GIF is shown."""
    if not content.startswith(b"GIF"):
        return []
    with Image.open(io.BytesIO(content)) as file:
        return [picture.info["duration"] / 1000 for picture in ImageSequence.Iterator(file)]


def _sound(content: bytes) -> np.ndarray | None:
    with av.open(io.BytesIO(content)) as file:
        if not file.streams.audio:
            return None
        return np.concatenate([frame.to_ndarray().mean(axis=0) for frame in file.decode(audio=0)])


async def made(user, text: str, **files: Path) -> Result:
    card = await user.answer(text, **files)
    assert card["kind"] == "result", card
    return Result(card, await user.download(card["link"]))


async def test_a_clip_is_drawn_over_at_its_own_size_rate_length_and_with_its_sound(user, tmp_path):
    clip = film(tmp_path / "clip.mp4", frames=9, fps=Fraction(30000, 1001), size=(96, 64))
    result = await made(user, "a red circle --fit video --strength 0.3 --seed 1", clip=clip)
    assert len(result.frames) == 9
    assert result.fps == Fraction(30000, 1001)
    assert result.frames[0].shape == (64, 96, 3)
    assert np.abs(result.sound).max() > 0.1


async def test_every_nth_frame_of_a_part_of_a_clip_is_taken(user, tmp_path):
    clip = film(tmp_path / "clip.mp4", frames=20, fps=Fraction(20), size=(64, 64))
    text = "a red circle --fit video --video-every-nth 3 --video-start 2 --video-end 13 --seed 1"
    result = await made(user, f"{text} --strength 0.1", clip=clip)
    assert len(result.frames) == 4  # 2, 5, 8, 11
    # The film brightens from frame to frame; the model paints it darker or brighter still.
    levels = [float(np.median(frame[:8])) for frame in result.frames]
    assert all(after > before + 10 for before, after in itertools.pairwise(levels))


async def test_a_song_sets_the_length_drives_the_change_and_is_heard(user, tmp_path):
    song = click_track(tmp_path / "song.wav", seconds=2.0, clicks=[1.0])
    result = await made(
        user, "0: a red circle | 24: a blue star --fit audio --seed 3 --use-fixed-latent", song=song
    )
    assert len(result.frames) == 25
    assert np.abs(result.sound).max() > 0.1
    # Nothing changes while it is silent; all of it happens around the click.
    assert max(result.changes[2:9]) < 1
    assert max(result.changes[10:14]) > 10


async def test_a_frame_of_a_result_and_a_whole_one_can_be_started_from(user):
    card = await user.answer("0: a red circle on a white background | 5: a blue star --seed 3")
    first = Result(card, await user.download(card["link"]))
    session = card["link"].rsplit("/", 1)[1]
    still = await made(user, f"a red circle --resample {session}@3 --strength 0.1 --seed 1")
    assert np.abs(still.frames[0].astype(int) - first.frames[3]).mean() < 12
    again = await made(
        user, f"a red circle --resample {session} --fit video --strength 0.1 --seed 1"
    )
    assert len(again.frames) == 6
    differences = [
        np.abs(a.astype(int) - b).mean() for a, b in zip(again.frames, first.frames, strict=True)
    ]
    assert max(differences) < 12


async def test_a_result_is_kept_within_a_number_of_bytes_and_says_what_that_cost(user):
    text = "0: a red boat on the sea | 12: a green tree in the meadow --seed 2 --format gif"
    large = await made(user, text)
    small = await made(user, f"{text} --max-bytes {large.size // 2}")
    assert small.size <= large.size // 2
    assert sum(small.seconds) == pytest.approx(13 / 12, abs=0.02)
    assert small.details["made to fit"]


async def test_a_loop_ends_where_it_begins(user):
    result = await made(user, "0: a red circle | 8: a blue circle --loop --seed 3")
    assert len(result.frames) == 16
    closing = np.abs(result.frames[-1].astype(int) - result.frames[0]).mean()
    assert closing < 3 * max(result.changes)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("a moon --zoom 0: (1), 5: (zoom)", "zoom: "),
        ("a moon --fit audio", "fit: there is no sound to fit to; attach one"),
        ("a moon --scheduler eulr", "scheduler: there is no scheduler 'eulr'; did you mean"),
        ("a moon --scheduler repaint", "fills holes"),
        ('a moon --scheduler-args {"speed": 3}', "no argument 'speed'"),
        ('a moon --pipeline-args {"prompt_embeds": 3}', "prompt_embeds can't be set there"),
        ("a moon --model ../../secret", "model: '../../secret' is not here"),
        ("a moon --custom-pipeline evil.py", "custom_pipeline: 'evil.py' is not here"),
        ("a moon --controlnet nobody/evil", "controlnet: "),
        (f"a moon --resample {'0' * 24}", "resample: "),
        ("0: a | 9: b --interpolation audio", "interpolation: audio needs a sound"),
    ],
)
async def test_settings_that_can_not_work_are_told_at_once(user, command, words):
    card = await user.answer(command)
    assert card["kind"] == "text", card
    assert card["error"]
    assert words in card["text"]
