"""Sheets of samples."""

import numpy as np

from training.pictures import legible
from training.samples import ROWS, all_things, sheet
from training.things import THINGS


def test_a_sheet_reads_from_left_to_right_and_top_to_bottom() -> None:
    pictures = np.arange(6, dtype=np.uint8)[:, None, None, None] * np.ones((6, 2, 2, 3), np.uint8)
    assert sheet(pictures, columns=3)[::2, ::2, 0].tolist() == [[0, 1, 2], [3, 4, 5]]


def test_every_thing_is_shown_on_every_rows_background_in_a_colour_that_stands_out() -> None:
    chosen = all_things()
    assert {(thing, backdrop) for _, thing, backdrop in chosen} == {
        (thing, backdrop) for thing in THINGS for backdrop in ROWS
    }
    assert all(legible(colour, backdrop) for colour, _, backdrop in chosen)
