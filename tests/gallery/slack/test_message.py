"""A message in Slack is drawn as it was written, whole or not at all."""

import io
import re

import pytest
from PIL import Image

from bot.cards import PromptsCard, QueuedCard, TextCard
from bot.language import language_of
from bot.slack.cards import draw
from bot.slack.message import Surface
from bot.slack.text import escape
from tests.gallery.reading import HOSTILE, picture, words
from tests.gallery.slack.message import Post, drawn_messages
from tests.support.films import film


def plain(text):
    return {"type": "plain_text", "text": text}


def marked(text):
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def blocks(*parts, **more):
    return drawn_messages([Post({"text": "short", "blocks": list(parts)}, **more)])


def button(**particulars):
    element = {"type": "button", "action_id": "a", "text": plain("Go")} | particulars
    return blocks({"type": "actions", "elements": [element]})


def image(**particulars):
    return {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "a wave"} | particulars


@pytest.mark.parametrize(
    "page",
    [
        drawn_messages([Post({"text": escape(HOSTILE)})]),
        drawn_messages([Post({"text": "a"}, by=HOSTILE)]),
        drawn_messages([Post({"text": "a"}, {f"{HOSTILE}.txt": b"words"})]),
        drawn_messages([Post({"text": "a"}, {f"{HOSTILE}.webp": picture("red")})]),
        blocks({"type": "section", "text": marked(escape(HOSTILE))}),
        blocks({"type": "section", "fields": [plain(HOSTILE)]}),
        blocks({"type": "context", "elements": [plain(HOSTILE)]}),
        blocks({"type": "header", "text": plain(HOSTILE)}),
        blocks(image(title=plain(HOSTILE)), pictures={"F1": picture("red")}),
        button(text=plain(HOSTILE)),
    ],
)
def test_what_a_user_wrote_never_becomes_a_part_of_the_page(page):
    assert "<script" not in page and "onerror=alert(1)>" not in page
    assert "alert(1)" in words(page), "it is there to be read"


def test_the_bots_own_cards_are_drawn_whole():
    cards = [
        QueuedCard("0" * 24, "a fox & an owl", position=3, notes=("A remark.",)),
        PromptsCard("Two.", "0: a <b> | 24: c", b"", "a wave"),
        TextCard("There is no such preset.", error=True),
    ]
    surface = Surface(language_of("en"), picture="F1")

    drawn = [draw(card, surface) for card in cards]
    shown = [words(blocks(*card.blocks, pictures={"F1": picture("red")})) for card in drawn]

    for text in ("a fox & an owl", "Place 3 in the queue", "A remark.", "Cancel"):
        assert text in shown[0]
    assert "0: a <b> | 24: c" in shown[1]
    assert "There is no such preset." in shown[2]


def test_where_there_are_blocks_the_text_for_notifications_is_not_shown():
    page = words(blocks({"type": "divider"}))

    assert "short" not in page


def test_a_section_has_its_fields_and_what_stands_beside_it():
    choice = {"text": plain("one"), "value": "1"}
    menu = {"type": "static_select", "options": [choice], "initial_option": choice}
    page = blocks(
        {"type": "section", "text": marked("*a*"), "fields": [marked("b"), plain("c")]},
        {"type": "section", "text": marked("d"), "accessory": menu},
        {"type": "section", "text": marked("e"), "accessory": {"type": "overflow", "options": []}},
        {"type": "section", "text": marked("f"), "accessory": image()},
        pictures={"F1": picture("red")},
    )

    assert re.search("a.*b.*c.*d.*one.*e.*f", words(page))
    assert "overflow" in page and page.count("<img") == 1


@pytest.mark.parametrize("style", ["primary", "danger"])
def test_buttons_of_every_style_are_drawn(style):
    assert f'class="button {style}"' in button(style=style)
    assert "Go" in words(button(url="https://example.org"))


def test_rich_text_is_drawn_as_it_was_typed():
    style = {"bold": True, "code": True}
    parts = [
        {"type": "text", "text": HOSTILE, "style": style},
        {"type": "link", "url": "https://a.example"},
    ]
    kinds = ("section", "preformatted", "quote")
    elements = [{"type": f"rich_text_{kind}", "elements": parts} for kind in kinds]

    page = blocks({"type": "rich_text", "elements": elements})

    assert words(page).count(HOSTILE) == 3 and "<script" not in page
    assert page.count("<code><strong>") == page.count('class="link"') == 3


def test_a_picture_of_the_workspace_is_shown_with_its_title():
    page = blocks(image(title=plain("A song's wave")), pictures={"F1": picture("red")})

    assert "A song's wave" in words(page)
    assert page.count("<img") == 1


def test_the_animation_is_shown_in_the_thread_by_a_frame_and_its_length(tmp_path):
    clip = film(tmp_path / "animation.mp4", frames=24, fps=12, size=(64, 48)).read_bytes()
    moving = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(moving, "gif", save_all=True, append_images=frames[1:])

    page = drawn_messages(
        [Post({"text": "Done."})],
        replies=[
            Post({"text": ""}, {"a.mp4": clip}),
            Post({"text": ""}, {"b.gif": moving.getvalue()}),
        ],
    )

    assert re.search("Done.*2 replies.*a.mp4.*0:02.*b.gif", words(page))
    assert page.count("<img") == 2 and 'class="play"' in page


def test_other_files_are_boxes_with_their_kind():
    assert "prompts.txtTXT" in words(drawn_messages([Post({"text": ""}, {"prompts.txt": b"a"})]))


def test_only_private_messages_say_so():
    assert "Only visible to you" in drawn_messages([Post({"text": "a"}, private=True)])
    assert "Only visible to you" not in drawn_messages([Post({"text": "a"})])


def test_reactions_have_their_numbers():
    assert ">2<" in drawn_messages([Post({"text": "a"}, reactions={"✨": 2})])


@pytest.mark.parametrize(
    ("block", "what"),
    [
        ({"type": "video", "video_url": "https://a.example"}, "video"),
        ({"type": "section", "text": marked("a"), "colour": "red"}, "colour"),
        ({"type": "actions", "elements": [{"type": "datepicker"}]}, "datepicker"),
        ({"type": "section", "text": {"type": "markdown", "text": "a"}}, "markdown"),
        (
            {"type": "rich_text", "elements": [{"type": "rich_text_list", "elements": []}]},
            "rich_text_list",
        ),
        ({"type": "image", "image_url": "https://a.example/b.png"}, "nothing is fetched"),
        (image(slack_file={"id": "F9"}), "F9"),
    ],
)
def test_what_cannot_be_drawn_is_refused_by_name(block, what):
    with pytest.raises(LookupError, match=re.escape(what)):
        blocks(block, pictures={"F1": picture("red")})


def test_a_button_of_another_style_and_a_message_with_attachments_are_refused():
    with pytest.raises(LookupError, match="style green"):
        button(style="green")
    with pytest.raises(LookupError, match="attachments"):
        drawn_messages([Post({"text": "a", "attachments": [{"text": "b"}]})])
