"""A render that is cut, each part drawn by a renderer of its own, has the frames of the whole."""

import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.catalogue import Catalogue
from engine.dependence import cuts
from engine.errors import RenderCancelled, StateError
from engine.media import Picture
from engine.plan import Coherence, FramePlan, Move, PipelineSpec
from engine.render.renderer import Renderer
from engine.request import Inputs
from engine.values import Weighted
from tests.support.films import film
from tests.support.plans import plan_of, with_frames

MOVE = Move(zoom=1.05, angle=4.0, translation_x=3.0)
CONTROLLED = {
    "pipeline": PipelineSpec("sd", controlnets=(Weighted("edges", 1.0),)),
    "preprocess": ("canny",),
}
OVER_AND_CONTROLLED = CONTROLLED | {
    "pipeline": replace(CONTROLLED["pipeline"], pipeline="StableDiffusionControlNetImg2ImgPipeline")
}
HELD = Coherence(alpha=0.6, every=2, color_match=True)


def varied(plan: FramePlan) -> FramePlan:
    """With a noise, a pull and a strength of each frame's own."""
    frames = [
        replace(
            frame,
            noise=0.05 * (frame.index % 3),
            coherence_scale=300.0 * (frame.index % 4),
            strength=(0.5, 0.9, 0.7)[frame.index % 3],
        )
        for frame in plan.frames
    ]
    return replace(plan, frames=tuple(frames))


RENDERS: dict[str, tuple[FramePlan, str]] = {
    "text in batches": (plan_of(7, batch_size=2), ""),
    "text of changing guidance": (plan_of(7, batch_size=2, guidance_scale=(3.0, 3.0, 5.0)), ""),
    "over a picture": (plan_of(5, batch_size=2), "photo"),
    "motion": (with_frames(plan_of(6, batch_size=1), move=MOVE), ""),
    "motion over a picture": (with_frames(plan_of(6, batch_size=1), move=MOVE), "photo"),
    "motion that rests": (
        replace(
            plan_of(6, batch_size=1),
            frames=tuple(
                replace(frame, move=MOVE if frame.index == 3 else Move())
                for frame in plan_of(6).frames
            ),
        ),
        "",
    ),
    "coherence": (
        with_frames(
            plan_of(6, coherence=Coherence(alpha=0.4, every=2), steps=5), coherence_scale=900.0
        ),
        "",
    ),
    "noise": (with_frames(plan_of(5), noise=0.2), ""),
    "colours": (plan_of(6, batch_size=2, coherence=Coherence(color_match=True)), ""),
    "colours over a clip": (
        plan_of(6, batch_size=2, coherence=Coherence(color_match=True)),
        "clip",
    ),
    "cadence of 2": (plan_of(9, batch_size=1, cadence=2), ""),
    "cadence of 3, flowing": (plan_of(9, batch_size=2, cadence=3, optical_flow=True), ""),
    "cadence of 3, moving and flowing": (
        with_frames(plan_of(9, batch_size=1, cadence=3, optical_flow=True), move=MOVE),
        "photo",
    ),
    "over a clip": (plan_of(6, batch_size=2), "clip"),
    "over a clip, moving": (with_frames(plan_of(6, batch_size=2), move=MOVE), "clip"),
    "a clip shown to a ControlNet": (plan_of(5, batch_size=2, **CONTROLLED), "clip"),
    "a clip drawn over and shown": (plan_of(5, batch_size=2, **OVER_AND_CONTROLLED), "clip"),
    "a clip shown while it moves": (
        with_frames(plan_of(5, batch_size=1, **CONTROLLED), move=MOVE),
        "clip",
    ),
    "all together": (
        varied(
            with_frames(
                plan_of(10, cadence=2, optical_flow=True, coherence=HELD, **CONTROLLED), move=MOVE
            )
        ),
        "clip",
    ),
    "all together over a clip": (
        varied(
            with_frames(
                plan_of(7, cadence=2, coherence=HELD, **OVER_AND_CONTROLLED),
                move=MOVE,
            )
        ),
        "clip",
    ),
    "noise that a scheduler adds": (
        with_frames(
            plan_of(5, batch_size=1, pipeline=PipelineSpec("sd", scheduler="euler_ads")), move=MOVE
        ),
        "",
    ),
    "Stable Diffusion XL": (
        varied(plan_of(4, pipeline=PipelineSpec("xl"), coherence=Coherence(alpha=0.5))),
        "",
    ),
    "Flux": (
        varied(
            with_frames(
                plan_of(
                    4,
                    pipeline=PipelineSpec("flux", scheduler="FlowMatchLCMScheduler"),
                    latent_channels=4,
                    coherence=Coherence(alpha=0.5),
                ),
                move=MOVE,
            )
        ),
        "",
    ),
}
"""Plans, and what is attached, by what hangs together in them."""


@pytest.fixture(scope="module")
def attached(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Inputs]:
    folder = tmp_path_factory.mktemp("attached")
    noise = np.random.default_rng(1).integers(0, 256, (12, 8, 8, 3), np.uint8)
    photo, *others = (Image.fromarray(each).resize((80, 72)) for each in noise)
    photo.save(folder / "photo.png")
    photo.save(folder / "clip.gif", save_all=True, append_images=others, duration=80)
    return {
        "": Inputs(),
        "photo": Inputs(image=folder / "photo.png"),
        "clip": Inputs(video=folder / "clip.gif"),
    }


@pytest.fixture(scope="module")
def renderer(catalogue: Catalogue) -> Renderer:
    return Renderer(catalogue)


Whole = Callable[[str], tuple[FramePlan, Inputs, list[Picture]]]


@pytest.fixture(scope="module")
def whole(renderer: Renderer, attached: dict[str, Inputs]) -> Whole:
    """A render by its name: plan, inputs, and all its frames, drawn without a cut."""
    drawn: dict[str, list[Picture]] = {}

    def render(name: str) -> tuple[FramePlan, Inputs, list[Picture]]:
        plan, inputs = RENDERS[name][0], attached[RENDERS[name][1]]
        if name not in drawn:
            drawn[name] = list(renderer.frames(plan, inputs, threading.Event()))
        return plan, inputs, drawn[name]

    return render


def drawn_apart(
    catalogue: Catalogue, plan: FramePlan, inputs: Inputs, spans: Sequence[range]
) -> list[Picture]:
    """Frames of all the spans, each drawn by a renderer that knows only the state before it."""
    frames: list[Picture] = []
    before: bytes | None = None
    for span in spans:
        apart = Renderer(catalogue)
        with apart.segment(plan, inputs, span, before, threading.Event()) as segment:
            frames += segment
            before = segment.state()
    return frames


def spans_between(places: Sequence[int]) -> list[range]:
    return [range(*ends) for ends in pairwise([0, *places])]


def same(first: Sequence[Picture], second: Sequence[Picture]) -> bool:
    return len(first) == len(second) and all(map(np.array_equal, first, second))


@pytest.mark.parametrize("name", RENDERS)
def test_cut_wherever_it_can_be_at_once_a_render_has_the_very_same_frames(
    catalogue: Catalogue, whole: Whole, name: str
) -> None:
    plan, inputs, frames = whole(name)
    spans = spans_between(cuts(plan))
    assert len(spans) > 1
    assert same(drawn_apart(catalogue, plan, inputs, spans), frames)


@pytest.mark.parametrize("name", RENDERS)
def test_the_frames_of_a_render_differ_so_that_a_wrong_one_would_be_seen(
    whole: Whole, name: str
) -> None:
    _, _, frames = whole(name)
    assert not any(np.array_equal(*pair) for pair in pairwise(frames))


@pytest.mark.parametrize("name", ["text in batches", "motion that rests", "colours"])
def test_frames_lie_in_memory_as_those_that_are_read_back_do(whole: Whole, name: str) -> None:
    # A network's results differ in their lowest bits between one layout and another.
    _, _, frames = whole(name)
    assert all(frame.flags.c_contiguous for frame in frames)


@pytest.mark.parametrize("name", ["text in batches", "all together", "all together over a clip"])
def test_cut_once_at_every_place_a_render_has_the_very_same_frames(
    renderer: Renderer, whole: Whole, name: str
) -> None:
    plan, inputs, frames = whole(name)
    total = len(frames)
    for place in cuts(plan)[:-1]:
        with renderer.segment(plan, inputs, range(place), None, threading.Event()) as first:
            head, state = list(first), first.state()
        rest = range(place, total)
        with renderer.segment(plan, inputs, rest, state, threading.Event()) as second:
            assert same([*head, *second], frames)


@pytest.mark.parametrize("seed", range(3))
def test_cut_at_random_a_render_has_the_very_same_frames(
    catalogue: Catalogue, whole: Whole, seed: int
) -> None:
    chance = random.Random(seed)
    for name in chance.sample(list(RENDERS), 3):
        plan, inputs, frames = whole(name)
        *places, last = cuts(plan)
        chosen = sorted(chance.sample(places, chance.randint(1, len(places))))
        spans = spans_between([*chosen, last])
        assert same(drawn_apart(catalogue, plan, inputs, spans), frames), (name, chosen)


def test_states_can_be_had_on_the_way_and_all_of_them_can_be_gone_on_from(
    catalogue: Catalogue, renderer: Renderer, whole: Whole
) -> None:
    plan, inputs, frames = whole("all together")
    states = {}
    with renderer.segment(plan, inputs, range(len(frames)), None, threading.Event()) as segment:
        for index, _ in enumerate(segment):
            if index + 1 in cuts(plan):
                states[index + 1] = segment.state()
    for place in cuts(plan)[:-1]:
        rest = range(place, len(frames))
        after = Renderer(catalogue)
        with after.segment(plan, inputs, rest, states[place], threading.Event()) as segment:
            assert same(list(segment), frames[place:])


def spans(plan: FramePlan) -> list[range]:
    """The smallest segments that a render can be cut into."""
    return [range(*ends) for ends in pairwise((0, *cuts(plan)))]


def test_independent_segments_come_without_a_state_and_in_any_order(
    renderer: Renderer, whole: Whole
) -> None:
    plan, inputs, frames = whole("over a clip, moving")
    for span in reversed(spans(plan)):
        with renderer.segment(plan, inputs, span, None, threading.Event()) as segment:
            assert same(list(segment), frames[span.start : span.stop])
            assert len(segment.state()) < 1000


def test_the_first_frames_colours_serve_every_later_segment(
    renderer: Renderer, whole: Whole
) -> None:
    plan, inputs, frames = whole("colours over a clip")
    first, *others = spans(plan)
    with renderer.segment(plan, inputs, first, None, threading.Event()) as segment:
        assert list(segment)
        state = segment.state()
    for span in reversed(others):
        with renderer.segment(plan, inputs, span, state, threading.Event()) as segment:
            assert same(list(segment), frames[span.start : span.stop])


def test_a_clip_is_skipped_to_where_a_late_segment_begins(
    renderer: Renderer, tmp_path: Path
) -> None:
    clip = Inputs(video=film(tmp_path / "long.mp4", 80, Fraction(12), (64, 64)))
    plan = plan_of(80, batch_size=4, steps=1, strength=(1.0,))
    frames = list(renderer.frames(plan, clip, threading.Event()))
    with renderer.segment(plan, clip, range(72, 80), None, threading.Event()) as segment:
        assert same(list(segment), frames[72:])


def test_a_stop_ends_a_segment(renderer: Renderer, whole: Whole) -> None:
    plan, inputs, _ = whole("text in batches")
    stop = threading.Event()
    with renderer.segment(plan, inputs, range(2, 7), None, stop) as segment:
        stop.set()
        with pytest.raises(RenderCancelled):
            list(segment)


def a_state(renderer: Renderer, plan: FramePlan, inputs: Inputs, frames: int) -> bytes:
    with renderer.segment(plan, inputs, range(frames), None, threading.Event()) as segment:
        assert list(segment)
        return segment.state()


def go_on(
    renderer: Renderer, plan: FramePlan, inputs: Inputs, span: range, before: bytes | None
) -> None:
    with renderer.segment(plan, inputs, span, before, threading.Event()) as segment:
        assert list(segment)


def test_a_segment_that_needs_a_state_is_not_drawn_without_one(
    renderer: Renderer, whole: Whole
) -> None:
    plan, inputs, _ = whole("motion")
    with pytest.raises(StateError, match="frame 3 can't be drawn without the state saved before"):
        go_on(renderer, plan, inputs, range(3, 6), None)


@pytest.mark.parametrize("start", [0, 2, 4])
def test_a_state_of_another_frame_is_refused(renderer: Renderer, whole: Whole, start: int) -> None:
    plan, inputs, _ = whole("motion")
    state = a_state(renderer, plan, inputs, 3)
    with pytest.raises(StateError, match=f"after frame 2, and frame {start} can't be drawn"):
        go_on(renderer, plan, inputs, range(start, 6), state)


def test_a_state_of_another_plan_model_or_file_is_refused(
    renderer: Renderer, whole: Whole, attached: dict[str, Inputs], catalogue: Catalogue
) -> None:
    plan, inputs, _ = whole("motion over a picture")
    state = a_state(renderer, plan, inputs, 3)
    others = [
        (replace(plan, steps=5), inputs, renderer),
        (with_frames(plan, move=Move(zoom=1.06)), inputs, renderer),
        (plan, attached[""], renderer),
        (plan, inputs, Renderer(revised(catalogue))),
    ]
    for another_plan, another_inputs, another in others:
        with pytest.raises(StateError, match="another plan, model or attachment"):
            go_on(another, another_plan, another_inputs, range(3, 6), state)


def revised(catalogue: Catalogue) -> Catalogue:
    model = catalogue.models["sd"].model_copy(update={"revision": "another"})
    return catalogue.model_copy(update={"models": catalogue.models | {"sd": model}})


@pytest.mark.parametrize(
    "damaged",
    [
        lambda state: b"",
        lambda state: state[:100],
        lambda state: state[:-1],
        lambda state: state + b"\0",
        lambda state: b"\xff" * len(state),
        lambda state: state.replace(b'"picture"', b'"pictura"'),
        lambda state: state.replace(b'"U8"', b'"I8"'),
        lambda state: state.replace(b"giffusion", b"giffusiox"),
    ],
)
def test_a_damaged_state_is_refused(
    renderer: Renderer, whole: Whole, damaged: Callable[[bytes], bytes]
) -> None:
    plan, inputs, _ = whole("motion")
    state = damaged(a_state(renderer, plan, inputs, 3))
    with pytest.raises(StateError, match="the saved state is damaged"):
        go_on(renderer, plan, inputs, range(3, 6), state)


def test_a_state_of_a_newer_format_is_refused(renderer: Renderer, whole: Whole) -> None:
    plan, inputs, _ = whole("motion")
    state = a_state(renderer, plan, inputs, 3)
    newer = state.replace(b'\\"version\\": 1', b'\\"version\\": 7')
    assert newer != state
    with pytest.raises(StateError, match="has format 7, and this program reads 1"):
        go_on(renderer, plan, inputs, range(3, 6), newer)


@pytest.mark.parametrize("span", [range(1, 7), range(2, 3), range(0), range(0, 8, 2), range(9)])
def test_a_span_that_cuts_a_batch_or_leaves_the_plan_is_refused(
    renderer: Renderer, whole: Whole, span: range
) -> None:
    plan, inputs, _ = whole("text in batches")
    with pytest.raises(ValueError, match="is no segment"):
        go_on(renderer, plan, inputs, span, None)


def test_there_is_no_state_within_a_batch(renderer: Renderer, whole: Whole) -> None:
    plan, inputs, _ = whole("text in batches")
    with renderer.segment(plan, inputs, range(7), None, threading.Event()) as segment:
        with pytest.raises(ValueError, match="after the last frame of a batch"):
            segment.state()
        next(iter(segment))
        with pytest.raises(ValueError, match="after the last frame of a batch"):
            segment.state()
