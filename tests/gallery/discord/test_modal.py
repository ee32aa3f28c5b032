"""Forms are drawn with all that is in them."""

import pytest

from bot.discord.composer import form
from bot.gestures.forms import Composition
from bot.language import language_of
from tests.gallery.discord.modal import drawn_modal
from tests.gallery.reading import HOSTILE, words


def labelled(component, **particulars):
    label = {"type": 18, "label": "Which?", "component": component} | particulars
    return drawn_modal({"title": "A form", "custom_id": "x", "components": [label]})


def test_the_bots_own_form_is_drawn_with_what_is_filled_in():
    made = form(
        language_of("en"),
        Composition(
            "An animation",
            prompts="0: a corgi",
            settings={"loop": "on"},
            preset="slow-zoom",
            subject="0123456789abcdef01234567",
        ),
        presets=[("A calm glide", "slow-zoom")],
    )

    shown = words(drawn_modal(made.to_dict()))

    for text in ("An animation", "0: a corgi", "--loop on", "A calm glide", "up to 3 files"):
        assert text in shown
    assert "Those from before are used" in shown


@pytest.mark.parametrize(
    ("component", "text"),
    [
        ({"type": 4, "style": 1, "placeholder": "like 7"}, "like 7"),
        ({"type": 4, "style": 2, "value": "a\nb"}, "a\nb"),
        ({"type": 3, "options": [{"label": "one", "value": "1", "default": True}]}, "one"),
        ({"type": 3, "options": [], "placeholder": "any"}, "any"),
        ({"type": 5}, "Select a user"),
        ({"type": 6}, "Select a role"),
        ({"type": 7}, "Select a user or role"),
        ({"type": 8, "default_values": [{"id": "13", "type": "channel"}]}, "animations"),
        ({"type": 19}, "Upload up to 1 file"),
        ({"type": 21, "options": [{"label": "one", "value": "1"}]}, "one"),
        ({"type": 22, "options": [{"label": "one", "value": "1"}]}, "one"),
    ],
)
def test_every_kind_of_field_is_drawn(component, text):
    assert text in words(labelled(component))


def test_fields_that_must_be_filled_in_have_a_star():
    assert "Which?*" in words(labelled({"type": 5}))
    assert "Which?*" not in words(labelled({"type": 5, "required": False}))


def test_what_a_user_wrote_never_becomes_a_part_of_the_page():
    page = labelled({"type": 4, "style": 2, "value": HOSTILE}, label=HOSTILE, description=HOSTILE)

    assert "<script" not in page
    assert words(page).count("alert(1)") == 6


@pytest.mark.parametrize(("kind", "name"), [(12, "a media gallery"), (23, "type 23")])
def test_a_field_that_cannot_be_drawn_is_refused_by_name(kind, name):
    with pytest.raises(LookupError, match=name):
        labelled({"type": kind})
