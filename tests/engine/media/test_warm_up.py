from pathlib import Path

import pytest

from engine.media import warm_up
from engine.media.inspection import inspect_file
from engine.media.limits import MediaLimits


def test_both_ways_of_finding_keyframes_are_tried_on_a_sound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried = []

    def find(path: Path, fps: object, component: str, mark: str, *_: object, **__: object) -> None:
        sound = inspect_file(path, MediaLimits()).audio
        tried.append((component, mark, sound and float(sound.seconds)))

    monkeypatch.setattr(warm_up, "keyframes_in_child", find)
    warm_up.main()
    assert tried == [("percussive", "onsets", 6.0), ("both", "beats", 6.0)]
