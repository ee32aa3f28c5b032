"""What keeps other sites, other hosts and other users out of the web chat."""

import pytest
from yarl import URL

from tests.support.web_chat import web_chat


async def post(web, **headers):
    async with web.client.post("/api/jobs/x/cancel", headers=headers) as response:
        return response.status, await response.json()


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "[::", "127.0.0.2"]
)
async def test_a_name_that_is_not_ours_gets_nothing(web, host):
    async with web.client.get("/", headers={"Host": host}) as response:
        assert response.status in (400, 421)
        assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("host", ["localhost:1234", "127.0.0.1", "[::1]:80", "LOCALHOST"])
async def test_every_name_of_this_machine_is_answered(web, host):
    async with web.client.get("/healthz", headers={"Host": host}) as response:
        assert response.status == 200


async def test_a_host_the_operator_names_is_answered(tmp_path):
    async with web_chat(tmp_path, hosts=("animations.example.org",)) as web:
        headers = {"Host": "animations.example.org"}
        async with web.client.get("/healthz", headers=headers) as response:
            assert response.status == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", "http://127.0.0.1:1"])
async def test_a_post_from_another_site_is_refused(web, origin):
    await web.say("0: a corgi")
    status, answer = await post(web, Origin=origin)
    assert (status, answer) == (403, {"error": "That came from another site."})
    assert web.service.cancelled == []


async def test_a_post_from_our_own_page_is_taken(web):
    await web.say("0: a corgi")
    status, _ = await post(web, Origin=web.adapter.address)
    assert status == 200


@pytest.mark.parametrize("path", ["/", "/static/chat.js", "/api/events", "/s/nothing", "/nowhere"])
async def test_every_answer_forbids_foreign_content(web, path):
    async with web.client.get(path) as response:
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "Cache-Control" in response.headers


async def test_the_page_holds_nothing_that_its_policy_forbids(web):
    async with web.client.get("/") as response:
        page = await response.text()
    assert "<script>" not in page
    assert "style=" not in page
    assert "onclick" not in page


async def test_the_cookie_is_kept_from_scripts_and_other_sites(web):
    web.client.cookie_jar.clear()
    async with web.client.get("/") as response:
        cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


async def test_the_cookie_is_not_what_owners_are_called(web):
    user = (await web.say("0: a corgi")).user
    [cookie] = web.client.cookie_jar
    assert cookie.value not in user


@pytest.mark.parametrize(
    "path", ["/static/", "/static/../pages/chat.html", "/static/%2e%2e/guard.py"]
)
async def test_only_the_pages_own_files_are_served(web, path):
    address = URL(web.adapter.address + path, encoded=True)
    async with web.client.get(address) as response:
        assert response.status in (403, 404)
