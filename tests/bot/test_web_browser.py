"""The web chat in a real browser: what its user types, presses and sees."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from bot.cards import ProgressCard, PromptsCard, QueuedCard, TextCard, WaitingCard
from tests.support.browser import ChatPage, needs_browser, open_browser
from tests.support.pictures import wave_png
from tests.support.web_chat import WebChat, picture_bytes, web_chat

pytestmark = needs_browser

COMMAND = "/giffusion 0: a red circle on a white background | 24: a blue star on a night sky"
JOB = "ab" * 12
HOSTILE = "<img src=x onerror=\"document.title='taken'\"><b>bold</b>"

# Selenium waits; the chat's event loop must go on meanwhile.
in_thread = asyncio.to_thread


@pytest.fixture
async def page(web, tmp_path) -> AsyncIterator[ChatPage]:
    """The chat in a window of a desktop's size; its console must stay silent."""
    async with opened(web, tmp_path / "profile") as page:
        yield page


@asynccontextmanager
async def opened(web: WebChat, profile, **window) -> AsyncIterator[ChatPage]:
    browser = open_browser(profile, **window)
    page = ChatPage(await in_thread(browser.__enter__), web.adapter.address)
    try:
        await in_thread(page.open)
        yield page
        assert await in_thread(page.complaints) == []
    finally:
        await in_thread(browser.__exit__, None, None, None)


async def ask(web: WebChat, page: ChatPage, text: str) -> dict:
    """Send a message by keyboard; returns the conversation it began."""
    before = len(web.service.incoming)
    await in_thread(page.send, text)
    return dict((await web.asked(before)).conversation)


async def test_a_command_becomes_an_animation_before_ones_eyes(web, page):
    conversation = await ask(web, page, COMMAND)
    assert web.service.incoming[0].command == COMMAND
    show = web.adapter.show
    await show(conversation, QueuedCard(JOB, "a circle", 3, ("a remark",)))
    await in_thread(page.wait_for_text, "place 3")
    await show(conversation, QueuedCard(JOB, "a circle", 1, seconds=170))
    await in_thread(page.wait_for_text, "Next in the queue, starts in about 3 minutes.")

    await show(conversation, ProgressCard(JOB, "a circle", 5, 25, 65.0, picture_bytes(5)))
    await in_thread(page.wait_for_text, "Frame 5 of 25")
    assert "about 1 min 5 s left" in page.card_text()
    first = await in_thread(page.wait_until_picture_shows, ".stage img")
    await show(conversation, ProgressCard(JOB, "a circle", 20, 25, 2.0, picture_bytes(20)))
    await in_thread(page.wait_for_text, "Frame 20 of 25")
    await in_thread(page.wait_until, lambda: page.address_of(".stage img") != first)
    bar = page.driver.find_element(By.TAG_NAME, "progress")
    assert (bar.get_property("value"), bar.get_property("max")) == (20, 25)

    card = web.finish(COMMAND, "mp4")
    await show(conversation, card)
    played = await in_thread(page.wait_until_video_plays)
    assert (played["width"], played["height"]) == (64, 64)
    assert played["duration"] == pytest.approx(25 / 12, abs=0.05)
    assert "seed\n1234567" in page.card_text()
    assert "a remark" in page.card_text()
    assert "Copy local link" in page.card_text()


async def test_the_session_page_shows_all_and_leads_back_to_the_command(web, page):
    conversation = await ask(web, page, COMMAND)
    await web.adapter.show(conversation, web.finish(COMMAND, "mp4"))
    await in_thread(page.wait_for_text, "Download")
    await in_thread(page.press, "Session")
    await in_thread(page.wait_for, ".keyframes")
    await in_thread(page.wait_until_video_plays)
    text = page.driver.find_element(By.TAG_NAME, "main").text
    for expected in ("Frame 24", "a blue star on a night sky", "guidance_scale", "1234567"):
        assert expected in text
    await in_thread(page.driver.find_element(By.LINK_TEXT, "Edit in the chat").click)
    await in_thread(page.wait_for, "#text")
    await in_thread(page.wait_until, lambda: page.typed().endswith("--seed 1234567"))
    assert "0: a red circle on a white background" in page.typed()


@pytest.mark.parametrize("suffix", ["gif", "webp"])
async def test_gif_and_webp_show_as_moving_pictures(web, page, suffix):
    conversation = await ask(web, page, COMMAND)
    await web.adapter.show(conversation, web.finish(COMMAND, suffix))
    address = await in_thread(page.wait_until_picture_shows, ".stage img")
    assert address.endswith("/animation")
    assert page.address_of("a[download]").endswith("/animation")
    name = page.driver.find_element(By.CSS_SELECTOR, "a[download]").get_attribute("download")
    assert name.endswith(f".{suffix}")


async def test_a_render_is_cancelled_with_the_keyboard_alone(web, page):
    conversation = await ask(web, page, COMMAND)
    await web.adapter.show(conversation, ProgressCard(JOB, "a circle", 5, 25, 3.0, None))
    await in_thread(page.wait_for_text, "Frame 5")
    await in_thread(page.text_box.send_keys, Keys.SHIFT + Keys.TAB + Keys.TAB + Keys.NULL)
    assert page.driver.switch_to.active_element.text == "Cancel"
    await in_thread(page.driver.switch_to.active_element.send_keys, Keys.ENTER)
    await in_thread(page.wait_for_text, "Cancelling")
    await web.adapter.show(conversation, TextCard("Cancelled."))
    await in_thread(page.wait_for_text, "Cancelled.")
    assert web.service.cancelled == [JOB]


async def test_frames_that_are_finished_can_be_kept(web, page):
    conversation = await ask(web, page, COMMAND)
    await web.adapter.show(conversation, ProgressCard(JOB, "a circle", 0, 25, None, None))
    await in_thread(page.wait_for_text, "Frame 0")
    keep = page.driver.find_element(By.XPATH, "//button[text()='Stop and keep']")
    assert not keep.is_displayed()
    await web.adapter.show(conversation, ProgressCard(JOB, "a circle", 5, 25, 3.0, None))
    await in_thread(page.wait_for_text, "Frame 5")
    await in_thread(keep.click)
    await in_thread(page.wait_for_text, "Stopping")
    assert web.service.kept == [JOB]


async def test_a_preview_that_comes_too_late_is_no_fault(web, page):
    conversation = await ask(web, page, COMMAND)
    for done in range(20):
        await web.adapter.show(conversation, ProgressCard(JOB, "a", done, 25, None, b"%d" % done))
        await asyncio.sleep(0.005)
    await web.adapter.show(conversation, TextCard("Cancelled."))
    await in_thread(page.wait_for_text, "Cancelled.")
    assert await in_thread(page.complaints) == []


async def test_lines_earlier_commands_and_edit_work_from_the_keyboard(web, page):
    conversation = await ask(web, page, "0: a corgi\n24: a lion")
    assert web.service.incoming[0].command == "0: a corgi\n24: a lion"
    await web.adapter.show(conversation, TextCard("prompts: no", error=True))
    await ask(web, page, "0: a second one")
    await in_thread(page.text_box.send_keys, Keys.UP)
    assert page.typed() == "0: a second one"
    await in_thread(page.text_box.send_keys, Keys.UP)
    assert page.typed() == "0: a corgi\n24: a lion"
    await in_thread(page.text_box.send_keys, Keys.DOWN, Keys.DOWN)
    assert page.typed() == ""


async def test_an_empty_chat_offers_prompts_to_start_from(web, page):
    await in_thread(page.wait_until, lambda: "Two keyframes" in page.text_of("#welcome"))
    await in_thread(page.wait_for("#suggestions button").click)
    assert page.typed().startswith("0")
    await in_thread(page.text_box.send_keys, Keys.ENTER)
    await in_thread(page.wait_for, ".said")
    assert page.text_of("#welcome") == ""


async def test_what_users_write_is_text_and_never_a_page(web, page):
    conversation = await ask(web, page, HOSTILE)
    await web.adapter.show(conversation, TextCard(f"prompts: {HOSTILE}", error=True))
    await in_thread(page.wait_for_text, f"prompts: {HOSTILE}")
    assert HOSTILE in page.text_of("#log")
    await web.adapter.show(conversation, web.finish(f"0: {HOSTILE} | 24: b", "gif"))
    await in_thread(page.wait_for_text, "Download")
    await in_thread(page.press, "Session")
    await in_thread(page.wait_for, ".keyframes")
    assert HOSTILE in page.text_of(".keyframes")
    assert page.driver.title != "taken"


async def test_files_are_attached_shown_and_sent(web, page, tmp_path):
    (tmp_path / "corgi.webp").write_bytes(picture_bytes(0))
    (tmp_path / "notes.txt").write_text("no media")
    chooser = page.driver.find_element(By.ID, "file-input")
    await in_thread(chooser.send_keys, str(tmp_path / "notes.txt"))
    assert "not an image" in page.text_of("#composer-error")
    await in_thread(chooser.send_keys, str(tmp_path / "corgi.webp"))
    assert "corgi.webp" in page.text_of("#files")
    await ask(web, page, "0: a corgi")
    [attachment] = web.service.incoming[0].attachments
    assert (attachment.name, attachment.size) == ("corgi.webp", len(picture_bytes(0)))
    await in_thread(page.wait_until, lambda: "corgi.webp" in page.text_of(".said"))
    assert page.text_of("#files") == ""


async def test_keyframes_are_waited_for_seen_and_filled_in(web, page):
    conversation = await ask(web, page, "keyframes --beats")
    await web.adapter.show(conversation, WaitingCard("Listening…"))
    await in_thread(page.wait_for_text, "Listening…")
    assert page.driver.find_element(By.CSS_SELECTOR, ".card progress").is_displayed()
    words, to_copy = "3 keyframes <b>&amp;</b>", "0: … | 12: … --fps 12"
    await web.adapter.show(conversation, PromptsCard(words, to_copy, wave_png(), "a song's wave"))
    await in_thread(page.wait_until_picture_shows, ".card img")
    picture = page.driver.find_element(By.CSS_SELECTOR, ".card img")
    assert picture.get_attribute("alt") == "a song's wave"
    assert words in page.card_text()
    await in_thread(page.press, "Fill in")
    assert page.typed() == to_copy
    assert page.driver.switch_to.active_element == page.text_box
    await in_thread(page.open)
    await in_thread(page.wait_until_picture_shows, ".card img")
    assert to_copy in page.card_text()


async def test_the_conversation_is_there_again_after_a_reload(web, page):
    conversation = await ask(web, page, "0: a corgi")
    await web.adapter.show(conversation, TextCard("An answer."))
    await in_thread(page.wait_for_text, "An answer.")
    await in_thread(page.open)
    await in_thread(page.wait_for_text, "An answer.")
    assert "0: a corgi" in page.text_of("#log")


async def test_of_a_long_conversation_only_what_is_in_sight_plays(web, page):
    for _ in range(4):
        conversation = await ask(web, page, COMMAND)
        await web.adapter.show(conversation, web.finish(COMMAND, "mp4"))
    await in_thread(page.open)
    await in_thread(page.wait_until_video_plays)
    videos = page.driver.find_elements(By.TAG_NAME, "video")
    assert [video.get_property("paused") for video in videos] == [True, True, True, False]
    assert videos[0].get_property("readyState") == 0
    await in_thread(page.driver.execute_script, "document.getElementById('scroller').scrollTop = 0")
    await in_thread(page.wait_until, lambda: not videos[0].get_property("paused"))


@pytest.mark.parametrize("dark", [False, True])
async def test_a_phone_shows_everything_without_scrolling_sideways(web, tmp_path, dark):
    window = {"width": 360, "height": 700, "dark": dark}
    async with opened(web, tmp_path / "profile", **window) as page:
        conversation = await ask(web, page, "0: " + "incomprehensibilities" * 12)
        await web.adapter.show(conversation, TextCard("steps: " + "x" * 300, error=True))
        await in_thread(page.wait_for_text, "steps:")
        assert not page.scrolls_sideways()
        keyframes = " | ".join(f"{number}: …" for number in range(0, 4_000, 7))
        card = PromptsCard(keyframes, keyframes, wave_png(1200, 300), "a wave")
        await web.adapter.show(conversation, card)
        await in_thread(page.wait_until_picture_shows, ".card img")
        assert not page.scrolls_sideways()
        assert page.card().size["height"] < 700
        await web.adapter.show(conversation, web.finish(COMMAND, "mp4", width=64))
        await in_thread(page.wait_until_video_plays)
        assert not page.scrolls_sideways()
        assert page.text_box.is_displayed()
        await in_thread(page.press, "Session")
        await in_thread(page.wait_for, ".keyframes")
        assert not page.scrolls_sideways()


async def test_nothing_plays_by_itself_for_those_who_asked_for_less_motion(web, tmp_path):
    async with opened(web, tmp_path / "profile", reduced_motion=True) as page:
        conversation = await ask(web, page, COMMAND)
        await web.adapter.show(conversation, web.finish(COMMAND, "mp4"))
        video = await in_thread(page.wait_for, "video")
        await asyncio.sleep(0.3)
        assert video.get_property("paused") is True
        conversation = await ask(web, page, COMMAND)
        await web.adapter.show(conversation, web.finish(COMMAND, "gif"))
        await in_thread(page.wait_for_text, "Download")
        assert page.address_of(".stage img").endswith("/poster")
        await in_thread(page.press, "Play")
        assert page.address_of(".stage img").endswith("/animation")


async def test_a_page_that_lost_the_service_says_so_and_catches_up(tmp_path):
    async with web_chat(tmp_path) as web:
        port = int(web.adapter.address.rpartition(":")[2])
        async with opened(web, tmp_path / "profile") as page:
            conversation = await ask(web, page, "0: a corgi")
            await web.adapter.show(conversation, QueuedCard(JOB, "a corgi", 2))
            await in_thread(page.wait_for_text, "place 2")
            await web.adapter.stop()
            await in_thread(
                page.wait_until, lambda: "Connection lost" in page.text_of("#connection")
            )
            async with web_chat(tmp_path, port=port) as again:
                await again.adapter.show(conversation, TextCard("Here it is."))
                await in_thread(page.wait_for_text, "Here it is.")
                assert page.text_of("#connection") == ""
            page.complaints()  # the failed tries to reconnect are in the console, as they should
