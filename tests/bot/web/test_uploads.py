"""Files and words that come in with a message."""

import asyncio
import gzip

import aiohttp
import pytest

from bot.web import uploads
from bot.web.uploads import MOST_FILES, MOST_TEXT_BYTES
from engine.errors import MediaError
from tests.support.web_chat import web_chat

LIMIT = 1000


@pytest.fixture
async def small(tmp_path):
    """A web chat that takes files of `LIMIT` bytes."""
    async with web_chat(tmp_path, upload_bytes=LIMIT) as chat:
        yield chat


def stored(web):
    return [path for path in (web.folder / "web" / "uploads").rglob("*") if path.is_file()]


async def test_files_reach_the_service_whole_and_leave_nothing_behind(web, tmp_path):
    web.service.open.clear()
    content = bytes(range(256)) * 3000
    incoming = await web.say("0: a corgi", ("corgi.png", content), ("beat.wav", b"beat"))
    assert [(file.name, file.size) for file in incoming.attachments] == [
        ("corgi.png", len(content)),
        ("beat.wav", 4),
    ]
    await incoming.attachments[0].save(tmp_path / "kept", len(content))
    assert (tmp_path / "kept").read_bytes() == content
    with pytest.raises(MediaError, match=r"beat\.wav"):
        await incoming.attachments[1].save(tmp_path / "refused", 3)
    web.service.open.set()
    await web.adapter.stop()
    assert stored(web) == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\win.ini", "win.ini"),
        ("<img src=x onerror=alert(1)>.png", "<img src=x onerror=alert(1)>.png"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("..", ".."),
        ("x" * 5000, "x" * 120),
        ("снег.png", "снег.png"),
    ],
)
async def test_a_hostile_name_is_shown_and_never_a_path(web, name, shown):
    web.service.open.clear()
    incoming = await web.say("", (name, b"content"))
    assert incoming.attachments[0].name == shown
    [path] = stored(web)
    assert path.name.isalnum()
    [exchange] = await web.exchanges()
    assert exchange["files"] == [shown]
    web.service.open.set()


async def test_a_file_of_the_limit_is_taken_and_one_byte_more_is_not(small):
    assert (await small.post("0: a", ("a.png", b"x" * LIMIT))).status == 202
    response = await small.post("0: a", ("big.png", b"x" * (LIMIT + 1)))
    assert response.status == 413
    assert "big.png is too large" in (await response.json())["error"]


async def test_an_endless_upload_is_cut_off_while_it_comes(small):
    sent = 0

    async def endless():
        nonlocal sent
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        while sent < 400 * 2**20:
            sent += 2**16
            yield b"x" * 2**16

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    try:
        response = await small.client.post("/api/messages", data=endless(), headers=headers)
        assert response.status == 413
    except aiohttp.ClientError:
        pass  # the service hung up, which is an answer too
    assert sent < 100 * 2**20
    assert stored(small) == []
    assert small.service.incoming == []


async def test_an_upload_that_drips_is_given_up(small, monkeypatch):
    monkeypatch.setattr(uploads, "SECONDS", 0.3)

    async def drip():
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        while True:
            await asyncio.sleep(0.02)
            yield b"x"

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    try:
        async with asyncio.timeout(10):
            response = await small.client.post("/api/messages", data=drip(), headers=headers)
        assert response.status == 408
        assert "too long" in (await response.json())["error"]
    except aiohttp.ClientError:
        pass  # the service hung up, which is an answer too
    assert stored(small) == []
    assert small.service.incoming == []


async def test_an_upload_that_was_packed_is_counted_unpacked(small):
    form = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    packed = gzip.compress(form + bytes(8 * LIMIT) + b"\r\n--b--\r\n")
    assert len(packed) < LIMIT
    headers = {"Content-Type": "multipart/form-data; boundary=b", "Content-Encoding": "gzip"}
    response = await small.client.post("/api/messages", data=packed, headers=headers)
    assert response.status == 413
    assert stored(small) == []


async def test_a_message_that_says_it_is_too_large_is_refused_unread(small):
    response = await small.post("0: a", ("a", b"x" * 3 * 2**20))
    assert response.status == 413
    assert stored(small) == []


async def test_too_many_files_and_too_many_words_are_refused(web):
    many = await web.post("0: a", *[(f"{n}.png", b"x") for n in range(MOST_FILES + 1)])
    long = await web.post("x" * (MOST_TEXT_BYTES + 1))
    assert (many.status, long.status) == (400, 400)
    assert str(MOST_FILES) in (await many.json())["error"]
    assert stored(web) == []


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain", b"0: a corgi"),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=b", b"nothing of the kind"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form"),
        (
            "multipart/form-data; boundary=b",
            b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c--\r\n--b--\r\n",
        ),
    ],
)
async def test_what_is_no_form_is_refused(web, kind, body):
    async with web.client.post(
        "/api/messages", data=body, headers={"Content-Type": kind}
    ) as response:
        assert response.status == 400
        assert (await response.json())["error"]
    assert web.service.incoming == []


async def test_what_a_crash_left_behind_is_removed_at_the_next_start(tmp_path):
    left = tmp_path / "web" / "uploads" / "old"
    left.mkdir(parents=True)
    (left / "file").write_bytes(b"x")
    async with web_chat(tmp_path) as web:
        assert stored(web) == []
