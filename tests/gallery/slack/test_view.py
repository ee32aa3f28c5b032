"""Modals and App Home are drawn with all that is in them."""

import pytest

from tests.gallery.reading import HOSTILE, picture, words
from tests.gallery.slack.test_message import image, marked, plain
from tests.gallery.slack.view import drawn_home, drawn_modal

ONE = {"text": plain("one"), "value": "1"}
TWO = {"text": plain("two"), "value": "2", "description": plain("the other")}


def modal(*blocks, **more):
    view = {"type": "modal", "callback_id": "x", "title": plain("A form"), "blocks": list(blocks)}
    return drawn_modal(view | more)


def labelled(element, **particulars):
    label = {"type": "input", "label": plain("Which?"), "element": element} | particulars
    return modal(label, submit=plain("Animate"))


@pytest.mark.parametrize(
    ("element", "text"),
    [
        ({"type": "plain_text_input", "placeholder": plain("like 7")}, "like 7"),
        ({"type": "plain_text_input", "multiline": True, "initial_value": "a\nb"}, "a\nb"),
        ({"type": "number_input", "is_decimal_allowed": False, "initial_value": "24"}, "24"),
        ({"type": "static_select", "options": [ONE], "initial_option": ONE}, "one"),
        ({"type": "static_select", "options": [ONE], "placeholder": plain("any")}, "any"),
        ({"type": "static_select", "options": [ONE]}, "Choose an option"),
        ({"type": "multi_static_select", "options": [ONE, TWO],
          "initial_options": [ONE, TWO]}, "one, two"),
        ({"type": "file_input", "max_files": 3}, "Upload Files"),
        ({"type": "file_input", "max_files": 1}, "Upload File"),
        ({"type": "checkboxes", "options": [ONE, TWO]}, "onetwothe other"),
        ({"type": "radio_buttons", "options": [ONE, TWO], "initial_option": ONE}, "two"),
    ],
)  # fmt: skip
def test_every_kind_of_field_is_drawn(element, text):
    assert text in words(labelled(element))


def test_what_is_ticked_is_seen():
    boxes = {"type": "checkboxes", "options": [ONE, TWO], "initial_options": [TWO]}

    assert labelled(boxes).count('class="tick on"') == 1


def test_fields_that_may_stay_empty_say_so_and_hints_stand_below():
    page = words(labelled({"type": "number_input"}, optional=True, hint=plain("1 to 60")))

    assert "Which? (optional)1 to 60" in page
    assert "(optional)" not in words(labelled({"type": "number_input"}))


def test_a_form_has_its_buttons():
    assert "CancelAnimate" in words(labelled({"type": "number_input"}))
    assert words(modal(close=plain("Never mind"))).endswith("Never mind")
    assert words(modal()).endswith("Close")


def test_what_a_user_wrote_never_becomes_a_part_of_the_page():
    field = {"type": "plain_text_input", "multiline": True, "initial_value": HOSTILE}
    page = labelled(field, label=plain(HOSTILE), hint=plain(HOSTILE))

    assert "<script" not in page
    assert words(page).count("alert(1)") == 6


def test_app_home_is_drawn_with_its_pictures():
    section = {"type": "section", "text": marked("*My sessions*")}
    page = drawn_home({"type": "home", "blocks": [section, image()]}, {"F1": picture("red")})

    assert "My sessions" in words(page)
    assert page.count("<img") == 1


def test_what_cannot_be_drawn_is_refused_by_name():
    with pytest.raises(LookupError, match="datepicker"):
        labelled({"type": "datepicker"})
    with pytest.raises(LookupError, match="a view home is no modal"):
        modal(type="home")
    with pytest.raises(LookupError, match="colour"):
        modal(colour="red")
