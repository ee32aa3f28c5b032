"""Lists of names, JSON objects and sizes, as users write them."""

import pytest

from engine.values import NameList, Weighted, bytes_of, json_object


def test_names_come_in_their_order_each_with_its_weight():
    assert NameList("canny, depth:0.5,ink: -1").entries == (
        Weighted("canny", 1.0),
        Weighted("depth", 0.5),
        Weighted("ink", -1.0),
    )


def test_an_empty_list_has_no_names():
    assert not NameList("  ")


@pytest.mark.parametrize("text", ["a,,b", "../weights", "a:b", "a:1e99", "x" * 81, "a/b", ","])
def test_what_is_no_name_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match=r"write names like canny, depth:0\.5"):
        NameList(text)


def test_a_list_without_end_is_refused():
    with pytest.raises(ValueError, match="17 names"):
        NameList(",".join("abcdefghijklmnopq"))


def test_json_is_read_and_nothing_means_nothing():
    assert json_object('{"use_karras_sigmas": true}') == {"use_karras_sigmas": True}
    assert json_object("") == {}


@pytest.mark.parametrize(
    "text", ["[1]", "{", "3", '{"a": NaN}', "[" * 9000, '{"a": Infinity}', '{"a": 1e999}']
)
def test_what_is_no_json_object_is_refused(text):
    with pytest.raises(ValueError, match="it is no JSON"):
        json_object(text)


@pytest.mark.parametrize(
    ("text", "size"),
    [("8MB", 8_000_000), ("500 kB", 500_000), ("2MiB", 2**21), ("1.5mb", 1_500_000), ("900", 900)],
)
def test_sizes_are_written_with_or_without_a_unit(text, size):
    assert bytes_of(text) == size


@pytest.mark.parametrize("text", ["big", "8GB", "-1", "1e9", "8 M B"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(ValueError, match="not a size"):
        bytes_of(text)
