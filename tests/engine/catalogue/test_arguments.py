"""Arguments that users write as JSON."""

import inspect
import json

import pytest

from engine.catalogue.arguments import check_arguments, nearest
from engine.errors import InputError


def _accepted(text):
    """The parameters of a function written as diffusers writes its own, annotations as texts."""
    names: dict = {}
    exec(f"from __future__ import annotations\ndef call({text}): ...", names)
    return inspect.signature(names["call"]).parameters


def _refused(text, given):
    with pytest.raises(InputError) as caught:
        check_arguments("pipeline_args", given, _accepted(text), "APipeline")
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x: float = 0.5", 1),
        ("x: float = 0.5", 0.25),
        ("x: int = None", None),
        ("x: int | None = 3", None),
        ("x: bool = False", True),
        ("x: str = 'a'", "b"),
        ("x: list[float] | float = 1.0", [0.5, 1]),
        ("x: tuple[int, int] = (0, 0)", [1, 2]),
        ("x: Literal['a', 'b'] = 'a'", "b"),
        ("x: Optional[Dict[str, Any]] = None", {"scale": 0.5}),
        ("x: Union[int, List[int]] = 1", [1]),
        ("x: np.ndarray | list[float] | None = None", [0.1]),
        ("x=0.5", 1),
        ("x", "anything"),
    ],
)
def test_a_value_of_the_right_kind_is_accepted(text, value):
    check_arguments("pipeline_args", {"x": value}, _accepted(text), "APipeline")


@pytest.mark.parametrize(
    ("text", "value", "words"),
    [
        ("x: float = 0.5", "half", "x is 'half'; it takes a number"),
        ("x: int = 1", 1.5, "it takes a whole number"),
        ("x: int = 1", True, "it takes a whole number"),
        ("x: bool = True", 1, "it takes true or false"),
        ("x: Literal['a', 'b'] = 'a'", "c", "it takes 'a' or 'b'"),
        ("x: str = 'a'", ["a"], "it takes a text"),
        ("x: float = 0.5", None, "it takes a number"),
        ("x: PIL.Image.Image = None", "a.png", "x can't be written as JSON"),
        ("x: list[torch.Tensor] | None = None", [[1]], "x can't be written as JSON"),
        ("x: Callable = None", None, "x can't be written as JSON"),
    ],
)
def test_a_value_of_another_kind_is_refused_with_the_kinds_that_are_right(text, value, words):
    assert words in _refused(text, {"x": value})


def test_an_unknown_argument_is_told_with_the_ones_that_are_like_it():
    refused = _refused("guidance_rescale: float = 0, clip_skip: int = 1", {"guidance_rescal": 1})
    assert refused == (
        "pipeline_args: APipeline has no argument 'guidance_rescal'; did you mean guidance_rescale?"
    )


def test_an_argument_like_no_other_is_told_with_all_there_are():
    assert "choose clip_skip, eta" in _refused("eta=0, clip_skip=1", {"zzz": 1})
    assert "it takes none" in _refused("", {"zzz": 1})


@pytest.mark.parametrize(
    "text",
    [
        '{"x": 1e999}',
        '{"x": -1e999}',
        '{"x": 1' + "0" * 400 + "}",
        '{"x": 1000000000}',
        '{"x": [' + "0," * 2000 + "0]}",
        '{"x": ' + "[" * 900 + "]" * 900 + "}",
        '{"x": "' + "a" * 5000 + '"}',
        '{"x": {"scale": 1e300}}',
    ],
)
def test_values_that_are_too_large_are_refused(text):
    assert "at most" in _refused("x", json.loads(text))


def test_a_long_wrong_name_is_told_in_short():
    assert len(_refused("eta=0", {"e" * 9000: 1})) < 200


def test_capitals_dont_matter_to_what_is_like_a_name():
    assert nearest("eulerscheduler", ["EulerScheduler"]) == "did you mean EulerScheduler?"
