"""Session pages and their files."""

import time
from html import unescape
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.commands import parse_settings
from bot.web.sessions import command_text
from engine.groups.output import Format
from engine.options import text_of
from engine.sessions.expiry import expire_sessions
from engine.sessions.local import LocalSessions
from engine.settings import Settings
from engine.storage import open_storage, shared
from tests.support.web_chat import finished_request

COMMAND = "0: a red circle | 12: nothing at all --neg a square | 24: a blue star"
HOSTILE = """0: </h1><script>alert("1")</script> & ' | 24: b"""


async def page_of(web, card):
    async with web.client.get(f"/s/{card.job}") as response:
        assert (response.status, response.content_type) == (200, "text/html")
        return await response.text()


async def test_the_page_lays_out_the_prompts_and_tells_every_setting(web):
    text = unescape(await page_of(web, web.finish(COMMAND, "mp4", negative_prompt="blur")))
    for expected in ("Frame 0", "0 s", "Frame 12", "1 s", "Frame 24", "2 s", "a blue star"):
        assert expected in text
    assert "without a square" in text
    assert text.count("without blur") == 2
    for name in Settings.options():
        assert name == "prompts" or f"<dt>{name}</dt>" in text
    assert "<dd>1234567</dd>" in text
    assert "<dd>12 frames a second</dd>" in text


async def test_what_a_user_wrote_is_text(web):
    page = await page_of(web, web.finish(HOSTILE, "gif", negative_prompt='"><script>'))
    assert "<script>" not in page.replace('<script type="module"', "")
    assert 'alert("1")' in unescape(page)


async def test_the_way_back_to_the_chat_makes_the_same_request_again(web):
    card = web.finish(COMMAND, "mp4")
    page = await page_of(web, card)
    link = unescape(page.partition('href="/#')[2].partition('"')[0])
    again = parse_settings(unquote(link), Settings())
    made = web.sessions.load(card.job).request.settings
    assert again.prompts == made.prompts
    assert again.diffusion.seed == made.diffusion.seed


_VALUES = st.fixed_dictionaries(
    {},
    optional={
        "steps": st.integers(1, 200),
        "guidance_scale": st.sampled_from(["5", "0: (5), 24: (9)"]),
        "use_fixed_latent": st.booleans(),
        "format": st.sampled_from(["mp4", "gif", "webp"]),
        "fps": st.sampled_from(["12", "30000/1001"]),
        "interpolation_args": st.sampled_from(["", "0.5", "0: (0.0), 50: (1.0)"]),
        "negative_prompt": st.sampled_from(["", "blur", "-1 and - dashes"]),
    },
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(_VALUES)
def test_a_command_made_of_settings_reads_as_those_settings(values):
    made = parse_settings(COMMAND, Settings()).updated(values)
    usual = Settings().flat()
    details = [
        (name, text_of(value))
        for name, value in made.flat().items()
        if name != "prompts" and value != usual[name]
    ]
    assert parse_settings(command_text(made.prompts.prompts, details), Settings()) == made


@pytest.mark.parametrize(
    ("suffix", "kind"), [("mp4", "video/mp4"), ("gif", "image/gif"), ("webp", "image/webp")]
)
async def test_the_animation_comes_whole_with_its_exact_type(web, suffix, kind):
    card = web.finish(COMMAND, suffix)
    async with web.client.get(f"/s/{card.job}/animation") as response:
        assert response.headers["Content-Type"] == kind
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert await response.read() == card.file.read_bytes()


async def test_a_player_gets_the_part_it_asks_for(web):
    card = web.finish(COMMAND, "mp4")
    content = card.file.read_bytes()
    address = f"/s/{card.job}/animation"
    async with web.client.get(address, headers={"Range": "bytes=100-299"}) as response:
        assert response.status == 206
        assert response.headers["Content-Range"] == f"bytes 100-299/{len(content)}"
        assert response.headers["Content-Type"] == "video/mp4"
        assert await response.read() == content[100:300]
    async with web.client.get(address, headers={"Range": "bytes=-50"}) as response:
        assert await response.read() == content[-50:]
    beyond = {"Range": f"bytes={len(content)}-"}
    async with web.client.get(address, headers=beyond) as response:
        assert response.status == 416


async def test_the_poster_is_a_picture(web):
    card = web.finish(COMMAND, "mp4")
    async with web.client.get(f"/s/{card.job}/poster") as response:
        assert response.content_type == "image/webp"
        assert (await response.read())[8:12] == b"WEBP"


@pytest.mark.parametrize("id", ["ab" * 12, "x", "%2e%2e%2fsessions", "AB" * 12, "ab" * 13])
@pytest.mark.parametrize("part", ["", "/animation", "/poster"])
async def test_an_unknown_session_is_not_found(web, id, part):
    async with web.client.get(f"/s/{id}{part}") as response:
        assert response.status == 404


async def test_a_session_that_is_gone_says_so_and_the_chat_that_links_to_it_still_opens(web):
    web.service.cards = [card := web.finish(COMMAND, "mp4")]
    await web.say(COMMAND)
    expire_sessions(web.folder / "sessions", before=time.time() + 1, needed=())
    async with web.client.get(f"/s/{card.job}") as response:
        assert (response.status, response.content_type) == (410, "text/html")
        assert "This animation is no longer kept" in await response.text()
    for part in ("animation", "poster"):
        async with web.client.get(f"/s/{card.job}/{part}") as response:
            assert response.status == 410
            assert "no longer kept" in (await response.json())["error"]
    [exchange] = await web.exchanges()
    assert exchange["card"]["kind"] == "result"


async def test_sessions_are_listed_nowhere(web):
    web.finish(COMMAND, "gif")
    for path in ("/s", "/s/"):
        async with web.client.get(path) as response:
            assert response.status == 404


async def test_a_link_is_all_that_is_needed(web):
    card = web.finish(COMMAND, "gif")
    web.client.cookie_jar.clear()
    page = await page_of(web, card)
    assert web.sessions.load(card.job).request.owner not in page


async def test_a_session_of_another_host_is_shown_and_not_called_missing_in_an_outage(
    web, tmp_path, monkeypatch
):
    monkeypatch.setattr(shared, "_PATIENCE_SECONDS", 0.0)
    store = tmp_path / "store"
    elsewhere = LocalSessions(
        tmp_path / "b" / "sessions", open_storage(f"file://{store}", tmp_path / "b")
    )
    web.sessions.storage = open_storage(f"file://{store}", web.folder)
    with elsewhere.create(finished_request(COMMAND, format="gif")) as draft:
        file = draft.path_for(Format.GIF)
        file.write_bytes(b"film")
        session = draft.commit(file, b"", 1.0, "")
    away = store.rename(tmp_path / "away")
    async with web.client.get(f"/s/{session.id}") as response:
        assert response.status == 503
        assert "try again in a while" in (await response.json())["error"]
    away.rename(store)
    async with web.client.get(f"/s/{session.id}/animation") as response:
        assert await response.read() == b"film"
