"""How much work a request is, and what is said of one that is too much."""

import re
from pathlib import Path

import pytest

from engine.catalogue import Catalogue, ControlEntry
from engine.catalogue.models import Family, ModelEntry
from engine.configuration import Limits
from engine.errors import InputError
from engine.media.facts import MediaFacts, PictureFacts
from engine.planning.cost import Cost, check_length, cost_of
from engine.planning.resolve import resolve
from engine.request import Inputs
from engine.settings import Settings
from tests.support.models import write_controlnet, write_model_folder

NOTHING, PICTURE = Inputs(), Inputs(image=Path("picture.png"))
LARGE = Limits(pixels=2048 * 2048, frames=100_000)


@pytest.fixture
def cost(catalogue: Catalogue, tmp_path: Path):
    controls = {"edges": ControlEntry(path=write_controlnet(tmp_path / "edges"))}
    catalogue = Catalogue(models=catalogue.models, controlnets=controls)

    def run(prompts="0: a | 99: b", inputs=NOTHING, catalogue=catalogue, **settings) -> Cost:
        asked = Settings().updated({"prompts": prompts} | settings)
        size = {"width": 512, "height": 512}
        media = MediaFacts(image=PictureFacts(**size) if inputs.image else None)
        complete = resolve(asked, catalogue, LARGE, media).settings
        return cost_of(complete, inputs, catalogue)

    return run


def test_work_grows_with_frames_and_with_pixels(cost):
    small = cost()
    assert cost("0: a | 199: b").work == pytest.approx(2 * small.work)
    assert cost(width="1024", height="1024").work == pytest.approx(4 * small.work)


def test_twice_the_steps_are_somewhat_less_than_twice_the_work(cost):
    assert 1.5 < cost(steps="24").work / cost(steps="12").work < 2


def test_guidance_doubles_the_work_of_a_step(cost):
    assert cost(guidance_scale="5").step_work == 2 * cost(guidance_scale="1").step_work


def test_guidance_that_is_learned_costs_nothing(cost, tmp_path):
    folder = write_model_folder(tmp_path / "flux", Family.FLUX)
    flux = Catalogue(models={"flux": ModelEntry(path=folder)})
    guided, unguided = (
        cost(catalogue=flux, guidance_scale="5"),
        cost(catalogue=flux, guidance_scale="1"),
    )
    assert guided.work == unguided.work


def test_a_picture_half_kept_halves_the_steps(cost):
    whole = cost(inputs=PICTURE, strength="1")
    assert cost(inputs=PICTURE, strength="0.5").step_work == whole.step_work / 2


def test_motion_draws_over_every_frame_but_the_first(cost):
    still, moving = cost(steps="10"), cost(steps="10", zoom="1.01", strength="0.4")
    assert moving.step_work == pytest.approx(still.step_work * (1 * 10 + 99 * 4) / 1000)


def test_frames_that_are_not_drawn_cost_little(cost):
    assert cost(diffusion_cadence="4").work < cost().work / 3


def test_a_controlnet_costs_more(cost):
    assert cost(inputs=PICTURE, controlnet="edges").step_work > cost().step_work


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        ({"steps": "200"}, "steps"),
        ({"width": "2048", "height": "1024"}, "width"),
        ({"prompts": "0: a | 9999: b"}, "frames"),
        ({"prompts": "0: a | 20: b"}, "frames"),  # nothing is unusual: only less will do
        ({"steps": "13", "prompts": "0: a | 99999: b"}, "frames"),
    ],
)
def test_a_job_that_is_too_long_is_told_what_to_reduce_and_to_what(cost, settings, names):
    too_long = cost(**settings)
    speed = 2.0
    most = max(10, too_long.seconds(speed) / 3)
    with pytest.raises(InputError) as refused:
        check_length(too_long, speed, most, measured=True)
    assert refused.value.setting == names
    assert "estimate" not in str(refused.value)
    numbers = [int(n) for n in re.findall(r"\d+", refused.value.remedy.partition(": ")[2])]
    match names:
        case "steps":
            advice = {"steps": str(numbers[0])}
        case "width":
            advice = {"width": str(numbers[0]), "height": str(numbers[1])}
        case _:
            advice = {"prompts": f"0: a | {numbers[0] - 1}: b"}
    followed = cost(**settings | advice)
    check_length(followed, speed, most, measured=True)
    assert followed.seconds(speed) > 0.7 * most


def test_without_a_measurement_the_length_is_called_an_estimate(cost):
    with pytest.raises(InputError, match="a first estimate"):
        check_length(cost(), 100.0, 60, measured=False)


def test_a_job_within_the_limit_passes(cost):
    check_length(cost(), 0.1, cost().seconds(0.1), measured=False)
