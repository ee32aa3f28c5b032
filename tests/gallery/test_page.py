"""Messages as pictures: what the payload says is what is drawn, and nothing that a user wrote."""

from io import BytesIO

import pytest
from PIL import Image

from tests.gallery.capture import capture
from tests.gallery.page import UnknownPartError, form_page, message_page
from tests.support.browser import needs_browser, open_browser

HOSTILE = '<script>alert(1)</script> **bold** \\*plain\\* `code` "quotes"'


def png(colour):
    target = BytesIO()
    Image.new("RGB", (64, 64), colour).save(target, "PNG")
    return target.getvalue()


def row(**button):
    return {"type": 1, "components": [{"type": 2, "style": 4, "label": "Cancel", **button}]}


def test_what_users_wrote_is_only_text():
    embed = {"title": HOSTILE, "description": HOSTILE, "footer": {"text": HOSTILE}}
    page = message_page(
        {"embeds": [embed], "components": [row(label=HOSTILE)]}, {}, f"/giffusion {HOSTILE}"
    )
    assert "<script>" not in page
    assert "<b>bold</b> *plain* <code>code</code>" in page


def test_a_form_shows_what_is_filled_in():
    prompts = {"type": 4, "style": 2, "custom_id": "prompts", "value": "0: <b>"}
    page = form_page(
        {"title": "Edit", "components": [{"type": 18, "label": "Prompts", "component": prompts}]}
    )
    assert "0: &lt;b&gt;" in page


def test_a_part_that_is_not_known_is_refused_rather_than_left_out():
    with pytest.raises(UnknownPartError, match="type 17"):
        message_page({"components": [{"type": 17}]}, {}, "")
    with pytest.raises(UnknownPartError, match="type 99"):
        label = {"type": 18, "label": "Colour", "component": {"type": 99}}
        form_page({"title": "Edit", "components": [label]})


@needs_browser
def test_a_message_becomes_a_picture_with_its_colours(tmp_path):
    embed = {"title": "a corgi", "color": 0x00FF00, "image": {"url": "attachment://preview.png"}}
    page = message_page(
        {"embeds": [embed], "components": [row()]}, {"preview.png": png((255, 0, 0))}, "/giffusion"
    )
    with open_browser(tmp_path / "profile", width=620, height=600) as driver:
        capture(driver, page, tmp_path / "shot.png")
    with Image.open(tmp_path / "shot.png") as shot:
        assert shot.width == 2 * 580
        colours = {colour: count for count, colour in shot.convert("RGB").getcolors(4096)}
    assert colours[(255, 0, 0)] > 200_000, "the picture, 512 pixels a side"
    assert (0, 255, 0) in colours, "the bar beside the embed"
    assert (218, 55, 60) in colours, "the red button"
