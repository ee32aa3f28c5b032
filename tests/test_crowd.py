"""Many people at once: a crowd on Discord while the worker is busy."""

import time
from statistics import quantiles

from tests.test_end_to_end_chats import connected, discord, until  # noqa: F401 - a fixture

CROWD = 200
TOO_LATE = 3.0  # seconds, after which Discord tells users that "the application did not respond"


async def test_two_hundred_commands_at_once_during_a_render_are_all_acknowledged(
    tmp_path,
    discord,  # noqa: F811
    figures,
):
    arrived: dict[str, float] = {}

    def note(request):
        if request.path.endswith("/callback"):
            arrived[request.path] = time.monotonic()

    async with connected(tmp_path, discord) as service:
        await until(lambda: discord.connections)
        await discord.command("0: a red circle | 240: a blue star", user="1")
        await until(lambda: "of 241 frames" in str([r.payload for r in discord.requests]))
        discord.before = note

        began = time.monotonic()
        for place in range(CROWD):
            await discord.command(
                f"0: a red circle | {place % 20 + 1}: a blue star", str(100 + place)
            )
        await until(lambda: len(arrived) == CROWD)

        delays = sorted(at - began for at in arrived.values())
        figures.append(
            f"{CROWD} commands at once during a render: acknowledged after "
            f"{quantiles(delays, n=100)[49]:.2f} s (median), {delays[-1]:.2f} s (the last)"
        )
        assert delays[-1] < TOO_LATE
        await until(lambda: len(answered(discord)) >= CROWD)
        assert service.process.poll() is None


def answered(server):
    """The commands whose message shows a place in the queue."""
    return {
        request.path
        for request in server.requests
        if request.method == "PATCH" and "in the queue" in str(request.payload)
    }
