"""A real browser makes a picture of what the bot sends."""

import io

import numpy as np
import pytest
from PIL import Image

from bot.cards import ProgressCard
from bot.discord.cards import draw
from bot.gestures.actions import Action
from bot.language import language_of
from bot.slack.buttons import button
from tests.gallery.capture import LARGEST, open_camera
from tests.gallery.discord.message import Message, drawn_message
from tests.gallery.discord.modal import drawn_modal
from tests.gallery.reading import picture as coloured
from tests.gallery.slack.message import Post, drawn_messages
from tests.support.browser import needs_browser

pytestmark = needs_browser

BACKGROUND, EMBED, BLURPLE, RED = (49, 51, 56), (43, 45, 49), (88, 101, 242), (218, 55, 60)
GREEN, CRIMSON = (0, 122, 90), (224, 30, 90)


@pytest.fixture(scope="module")
def camera(tmp_path_factory):
    with open_camera(tmp_path_factory.mktemp("camera")) as camera:
        yield camera


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def share(picture: np.ndarray, colour: tuple[int, int, int]) -> float:
    """How much of a picture has about a colour."""
    return float((np.abs(picture - colour).max(axis=2) <= 4).mean())


def test_a_progress_card_looks_as_on_discord(camera):
    file = io.BytesIO()
    Image.new("RGB", (128, 128), (0, 200, 0)).save(file, "webp", lossless=True)
    preview = file.getvalue()
    card = ProgressCard("0" * 24, "a green field", 6, 24, 75.0, preview, 25.0, 72)
    sent = draw(card, 10_000_000, language_of("zh-CN")).as_message()
    payload = {
        "embeds": [embed.to_dict() for embed in sent["embeds"]],
        "components": sent["view"].to_components(),
    }

    picture = pixels(camera.png(drawn_message(Message(payload, {"preview.webp": preview}))))

    assert picture.shape[1] == 2 * 560
    assert tuple(picture[-3, -3]) == pytest.approx(BACKGROUND, abs=2)
    left = picture[:, 2 * 72 + 3]
    assert np.abs(left - BLURPLE).max(axis=1).min() <= 4, "the bar beside the embed"
    green = np.abs(picture - (0, 200, 0)).max(axis=2) <= 4
    assert green.sum() == pytest.approx(256 * 256, rel=0.02), "twice as large in both directions"
    assert share(picture, EMBED) > 0.1
    assert share(picture, RED) > 0.004, "the button that cancels"


def test_text_of_every_script_leaves_its_mark(camera):
    empty = pixels(camera.png(drawn_message(Message({"content": "."}))))
    written = pixels(camera.png(drawn_message(Message({"content": ". 停止并保留"}))))

    assert empty.shape == written.shape
    assert (np.abs(written - empty).max(axis=2) > 60).sum() > 500


def test_buttons_have_their_colours(camera):
    buttons = [{"type": 2, "style": style, "label": "Press me"} for style in (1, 4)]
    message = Message({"components": [{"type": 1, "components": buttons}]})

    picture = pixels(camera.png(drawn_message(message)))

    assert share(picture, BLURPLE) > 0.01
    assert share(picture, RED) > 0.01


def test_a_form_is_pictured_whole_and_its_file_stays_small(camera):
    item = {"type": 4, "style": 2, "value": "0: a corgi\n" * 40}
    label = {"type": 18, "label": "Prompts", "component": item}
    png = camera.png(drawn_modal({"title": "A form", "components": [label]}))

    picture = pixels(png)

    assert len(png) <= LARGEST
    assert picture.shape[0] > 2 * 40 * 20
    assert share(picture[-2 * 80 :], BLURPLE) > 0.1, "the button at its end"


def test_a_message_looks_as_in_slack(camera):
    buttons = [
        button(action, "0" * 24, language_of("en")) for action in (Action.AGAIN, Action.CANCEL)
    ]
    blocks = [
        {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "a field"},
        {"type": "actions", "elements": [each.to_dict() for each in buttons]},
    ]
    post = Post({"text": "", "blocks": blocks}, pictures={"F1": coloured("blue")})

    picture = pixels(camera.png(drawn_messages([post])))

    assert picture.shape[1] == 2 * 560
    assert tuple(picture[-3, -3]) == (255, 255, 255)
    blue = np.abs(picture - (0, 0, 255)).max(axis=2) <= 12
    assert blue.sum() == pytest.approx(80 * 60, rel=0.1), "less its corners"
    assert share(picture, GREEN) > 0.01, "the button that is to be pressed"
    assert share(picture, CRIMSON) > 0.01, "the button that cancels"


def test_nothing_on_a_page_is_run_or_fetched(camera):
    page = drawn_message(Message({"content": "a"}))
    hostile = "<script>document.getElementById('drawn').style.height='3000px'</script>"

    harmless = camera.png(page.replace("</body>", f"{hostile}</body>"))

    assert pixels(harmless).shape == pixels(camera.png(page)).shape
