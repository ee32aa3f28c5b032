"""What ControlNets are shown, and how strongly they steer."""

from dataclasses import replace

import numpy as np
import pytest

from engine.plan import PipelineSpec
from engine.render.control import Control
from engine.values import Weighted

SPEC = PipelineSpec("sd", controlnets=(Weighted("edges", 0.5), Weighted("depth", 1.0)))


@pytest.mark.holds("preprocess")
def test_each_net_is_shown_the_picture_through_its_own_processor_in_order(make_plan) -> None:
    frames = make_plan(frames=3).frames
    processors = [lambda picture: picture + 1, lambda picture: picture + 100]
    control = Control(
        SPEC, processors, lambda frame: np.full((8, 8, 3), 10 * frame.index, np.uint8)
    )
    shown = control.pictures(frames)
    assert [[int(picture[0, 0, 0]) for picture in of_one] for of_one in shown] == [
        [1, 11, 21],
        [100, 110, 120],
    ]


def test_a_still_picture_is_processed_once(make_plan) -> None:
    calls = []
    picture = np.zeros((8, 8, 3), np.uint8)
    control = Control(SPEC, [lambda shown: calls.append(shown) or shown] * 2, lambda frame: picture)
    control.pictures(make_plan(frames=5).frames)
    assert len(calls) == 2


@pytest.mark.holds("controlnet_scale")
def test_the_schedule_scales_every_weight(make_plan) -> None:
    frame = replace(make_plan().frames[0], controlnet_scale=0.8)
    assert Control(SPEC, [], None).scales(frame) == pytest.approx([0.4, 0.8])


def test_without_a_picture_nothing_is_shown(make_plan) -> None:
    assert Control(PipelineSpec("sd"), [], None).pictures(make_plan().frames) == []
