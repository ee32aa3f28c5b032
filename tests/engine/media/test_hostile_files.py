"""Files made to do harm, or damaged by accident, end as one clear sentence: thousands of them."""

import logging
import time
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing
from itertools import islice
from pathlib import Path

import pytest

from engine.errors import MediaError, MediaFault
from engine.media.facts import FileFacts
from engine.media.inspection import inspect_file, inspect_files
from engine.media.limits import MediaLimits
from engine.media.pictures import open_pictures
from engine.media.sound import Sound
from engine.request import Inputs
from engine.video_part import VideoPart
from tests.support.corpus import BOMBS, Sample, samples
from tests.support.mutations import mutations
from tests.support.processes import children, measured_growth, peak_memory

LIMITS = MediaLimits()
DAMAGED_EACH = 30
"""Damaged files made of each of the hundred samples."""
MOST_GROWTH = 32
"""MiB by which the asker's memory may grow, whatever is in a file."""


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.name)
def test_every_kind_of_file_is_understood(sample: Sample, tmp_path: Path) -> None:
    path = tmp_path / "as.any"
    path.write_bytes(sample.content)
    if sample.encrypted:
        with pytest.raises(MediaError, match="encrypted") as caught:
            inspect_file(path, LIMITS)
        assert caught.value.fault is MediaFault.ENCRYPTED
        return
    facts = inspect_file(path, LIMITS)
    assert (facts.format, facts.kind) == (sample.ending, sample.kind)
    if picture := facts.video or facts.image:
        width, height = round(sample.size[0] * sample.aspect), sample.size[1]
        upright = (height, width) if sample.rotation in (90, 270) else (width, height)
        assert (picture.width, picture.height) == pytest.approx(upright, abs=1)
        if not sample.mirrored:  # whether it is turned or mirrored first is a matter of taste
            assert picture.rotation == sample.rotation
    if facts.video:
        assert (facts.video.frames, facts.video.steady) == (sample.frames, sample.steady)
        # Of uneven frames the last one's length is the container's to tell, or not.
        assert facts.video.fps == (sample.fps if sample.steady else pytest.approx(10, rel=0.5))
        assert facts.video.has_sound == bool(sample.sound)
    assert bool(facts.audio) == bool(sample.sound)
    if facts.audio:
        assert (facts.audio.rate, facts.audio.channels) == sample.sound[:2]
        assert float(facts.audio.seconds) == pytest.approx(sample.sound.seconds, abs=0.07)


def test_of_thousands_of_damaged_files_each_is_facts_or_one_sentence(
    tmp_path: Path, figures: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    files = list(damaged_files(tmp_path))
    came_of, slowest, said = Counter[str](), 0.0, set[str]()
    began = time.perf_counter()
    with ExitStack() as stack, measured_growth() as growth, caplog.at_level(logging.WARNING):
        answers = stack.enter_context(closing(look_at(files)))
        for path in files:
            asked = time.perf_counter()
            answer = next(answers)
            slowest = max(slowest, time.perf_counter() - asked)
            if isinstance(answer, FileFacts):
                came_of["understood"] += 1
                continue
            came_of[answer.fault.value] += 1
            said.add(str(answer).removeprefix(f"{path.name}: "))
    assert children() == []
    assert [record.getMessage() for record in caplog.records] == []  # nothing unforeseen
    assert all(1 < len(sentence) < 300 and "\n" not in sentence for sentence in said)
    assert growth.mib < MOST_GROWTH
    seconds = time.perf_counter() - began
    told = ", ".join(f"{count} {what}" for what, count in came_of.most_common())
    figures.append(
        f"{len(files)} damaged files in {seconds:.0f} s, {seconds / len(files) * 1000:.0f} ms "
        f"each, the slowest {slowest:.2f} s; the asker grew by {growth.mib:.1f} MiB; {told}"
    )


def test_damaged_files_that_are_let_in_can_be_rendered_from_or_end_in_one_sentence(
    tmp_path: Path, figures: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    files = list(islice(damaged_files(tmp_path), 0, None, 10))
    let_in = [
        (path, answer.kind)
        for path, answer in zip(files, look_at(files), strict=True)
        if isinstance(answer, FileFacts)
    ]
    failed = 0
    for path, kind in let_in:
        try:
            use(path, kind)
        except MediaError as error:
            failed += 1
            assert str(error).startswith(f"{path.name}: it")
    assert [record.getMessage() for record in caplog.records] == []
    assert children() == []
    figures.append(f"{len(let_in)} damaged files rendered from, {failed} of them refused then")


@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs_are_refused_before_they_cost_memory(
    bomb: str, tmp_path: Path, figures: list[str]
) -> None:
    path = tmp_path / bomb
    BOMBS[bomb](path)
    with measured_growth() as growth, closing(look_at([path])) as answers:
        began = time.perf_counter()
        answer = next(answers)
        seconds = time.perf_counter() - began
        child = max((peak_memory(process) for process in children()), default=0.0)
    assert isinstance(answer, MediaError)
    assert str(answer).startswith(f"{bomb}: it")
    assert growth.mib < MOST_GROWTH
    assert children() == []
    figures.append(
        f"{bomb}, {path.stat().st_size / 1024:.0f} KiB: refused in {seconds:.2f} s, the asker grew "
        f"by {growth.mib:.1f} MiB, its child had {child:.0f} MiB; {answer}"
    )


def look_at(files: list[Path]) -> Generator[FileFacts | MediaError]:
    """What each file is, or what is wrong with it."""
    yield from inspect_files([(path, path.name) for path in files], LIMITS)


def damaged_files(folder: Path) -> Iterator[Path]:
    """Damaged files made of every sample, under names that tell nothing."""
    for number, sample in enumerate(samples()):
        for place, (_, content) in enumerate(mutations(sample.content, DAMAGED_EACH, number)):
            path = folder / f"{number}-{place}"
            path.write_bytes(content)
            yield path


def use(path: Path, kind: str) -> None:
    """What a render does with a file: its first pictures, its first second."""
    if kind == "audio":
        with Sound(path) as sound:
            assert sound.read(48_000).shape == (2, 48_000)
        return
    with open_pictures(Inputs(**{kind: path}), 32, 24, VideoPart()) as picture_at:
        for index in range(5):
            assert picture_at(index, index / 12).shape == (24, 32, 3)
