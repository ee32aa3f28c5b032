"""A message is drawn as it was written, whole or not at all."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from bot.discord.message import plain
from bot.gestures.actions import LOOKS
from bot.gestures.reactions import Reaction
from tests.gallery.discord.markdown import formatted
from tests.gallery.discord.message import Message, drawn_message
from tests.gallery.emoji import drawn_emoji
from tests.gallery.reading import HOSTILE, picture, words
from tests.support.films import film


def button(**particulars):
    row = {"type": 1, "components": [{"type": 2, "style": 2, "label": "Go"} | particulars]}
    return Message({"components": [row]})


@pytest.mark.parametrize(
    "message",
    [
        Message({"content": HOSTILE}),
        Message({"content": f"```\n{HOSTILE}\n```"}),
        Message({"content": f"[{HOSTILE}](https://example.org/{HOSTILE})"}),
        Message({"embeds": [{"title": HOSTILE, "description": HOSTILE}]}),
        Message({"embeds": [{"fields": [{"name": HOSTILE, "value": HOSTILE}]}]}),
        Message({"embeds": [{"footer": {"text": HOSTILE}}]}),
        Message({}, files={f"{HOSTILE}.txt": b"words"}),
        Message({}, command=HOSTILE),
        Message({}, said=HOSTILE),
        button(label=HOSTILE),
    ],
)
def test_what_a_user_wrote_never_becomes_a_part_of_the_page(message):
    page = drawn_message(message)

    assert "<script" not in page and "onerror=alert(1)>" not in page
    assert "alert(1)" in words(page), "it is there to be read"


@pytest.mark.parametrize(
    "text", [HOSTILE, "a *b* _c_ ~~d~~ ||e|| [f](http://g)", "# 1\n> 2\n- 3", "\\`"]
)
def test_text_that_the_bot_made_plain_reads_as_it_was_typed(text):
    read = words(formatted(plain(text, 1_000)).replace("</div><div>", "\n"))

    assert read == text


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("**a** b", "<div><strong>a</strong> b</div>"),
        ("*a* _b_ __c__ ~~d~~", "<div><em>a</em> <em>b</em> <u>c</u> <s>d</s></div>"),
        ("`**a**`", "<div><code>**a**</code></div>"),
        (r"**a\*\*b** \|", "<div><strong>a**b</strong> |</div>"),
        ("||a||", '<div><span class="spoiler">a</span></div>'),
        ("[a](https://b.example)", '<div><span class="link">a</span></div>'),
        ("</giffusion animate:20>", '<div><span class="mention">/giffusion animate</span></div>'),
        ("<@12>", '<div><span class="mention">@alice</span></div>'),
        ("- a", '<div class="bullet" style="margin-left:0ch">a</div>'),
        ("-# a", '<div class="small">a</div>'),
        ("a\n```\n0: b\n24: c\n```", "<div>a</div><pre>0: b\n24: c</pre>"),
        ("snake_case_name", "<div>snake_case_name</div>"),
    ],
)
def test_text_is_formatted_as_discord_does(text, markup):
    assert formatted(text) == markup


def test_every_emoji_of_the_bot_has_a_drawing():
    emoji = {look.emoji for look in LOOKS.values() if look.emoji} | set(Reaction)

    assert all("<svg" in drawn_emoji(one) for one in emoji)


def test_chinese_is_drawn_where_no_font_has_it():
    page = formatted("取消 1")

    assert page.count('class="glyph"') == 2
    assert "取" not in page


def test_an_embeds_picture_is_shown_in_it_and_not_beside_it():
    shown = {"image": {"url": "attachment://preview.webp"}}
    message = Message({"embeds": [shown]}, {"preview.webp": picture("red")})

    page = drawn_message(message)

    assert page.count("<img") == 1
    assert page.index('class="embed"') < page.index("<img")


def test_a_clip_is_shown_by_a_frame_and_its_length(tmp_path):
    clip = film(tmp_path / "animation.mp4", frames=24, fps=12, size=(64, 48)).read_bytes()

    page = drawn_message(Message({}, {"animation.mp4": clip}))

    assert "0:02" in words(page)
    assert 'class="play"' in page


def test_a_spoiler_is_covered_and_other_files_are_boxes():
    page = drawn_message(
        Message({}, {"SPOILER_a.webp": picture("red"), "prompts.txt": bytes(2_048)})
    )

    assert 'class="cover"' in page
    assert "prompts.txt2.00 KB" in words(page)


def test_only_private_messages_say_so():
    assert "Only you can see this" in drawn_message(Message({"content": "a", "flags": 64}))
    assert "Only you can see this" in drawn_message(Message({"content": "a"}, private=True))
    assert "Only you can see this" not in drawn_message(Message({"content": "a"}))


@pytest.mark.parametrize("style", range(1, 6))
def test_buttons_of_every_style_are_drawn(style):
    assert "Go" in words(drawn_message(button(style=style)))


def test_a_disabled_button_is_paler_and_one_with_a_link_points_out():
    assert "disabled" in drawn_message(button(disabled=True)).partition("<body>")[2]
    assert 'class="out"' in drawn_message(button(style=5, url="https://example.org"))


@pytest.mark.parametrize(
    ("message", "what"),
    [
        (Message({"poll": {"question": "?"}}), "poll"),
        (Message({"embeds": [{"thumbnail": {"url": "attachment://a.png"}}]}), "thumbnail"),
        (
            Message({"embeds": [{"image": {"url": "https://a.example/b.png"}}]}),
            "nothing is fetched",
        ),
        (Message({"components": [{"type": 17, "components": []}]}), "a container"),
        (Message({"components": [{"type": 99}]}), "type 99"),
        (button(style=6), "style 6"),
        (button(emoji={"name": "🦄"}), "🦄"),
        (Message({"content": "<t:1:R>"}), "timestamp"),
        (Message({"content": "<@999>"}), "999"),
    ],
)
def test_what_cannot_be_drawn_is_refused_by_name(message, what):
    with pytest.raises(LookupError, match=re.escape(what)):
        drawn_message(message)


def test_pictures_keep_their_colours():
    page = drawn_message(Message({}, {"a.webp": picture("red")}))
    data = re.search(r"base64,([^\"]+)", page)[1]
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB"))
    assert pixels.shape == (30, 40, 3)
    assert np.abs(pixels.astype(int) - (255, 0, 0)).max() < 12
