"""`/giffusion` as it is typed."""

from bot.commands import COMMAND, parse_command
from bot.slack.desk import Desk, Origin, is_private
from engine.errors import InputError


async def take_command(desk: Desk, origin: Origin, text: str) -> None:
    """Have what was typed behind `/giffusion` carried out.

    What can't be read is told to its user alone.
    """
    try:
        command = parse_command(text)
    except InputError as error:
        await desk.tell(origin, str(error))
        return
    typed = f"{COMMAND} {text}".strip()
    await desk.take(origin, command, private=is_private(command), typed=typed)
