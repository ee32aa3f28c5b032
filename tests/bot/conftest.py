"""Fixtures of the chats' tests."""

from collections.abc import AsyncIterator

import pytest

from tests.support.web_chat import WebChat, web_chat


@pytest.fixture
async def web(tmp_path) -> AsyncIterator[WebChat]:
    """A started web chat and one browser's HTTP client."""
    async with web_chat(tmp_path) as chat:
        yield chat
