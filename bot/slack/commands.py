"""`/giffusion` as it is typed."""

from bot.commands import COMMAND, Keyframes, Load, parse_command
from bot.gestures.forms import Composition, from_session
from bot.language import N_
from bot.library import only
from bot.slack.desk import Desk, Origin, is_private, sentence_of
from bot.slack.forms.composer import empty, open_composer
from bot.slack.forms.keyframes import open_keyframes

_COMPOSING = ("", "animate")  # the latter is what people type who know the bot from Discord


async def take_command(desk: Desk, origin: Origin, text: str, trigger: str) -> None:
    """Have what was typed behind `/giffusion` carried out; alone it opens a form.

    So does what needs files, which a slash command can't carry. What can't be read is told to its
    user alone.
    """
    try:
        if text.strip().lower() in _COMPOSING:
            await open_composer(desk, origin, trigger, empty())
            return
        command = parse_command(text)
        match command:
            case Keyframes():
                await open_keyframes(origin, trigger, command)
            case Load():
                await open_composer(desk, origin, trigger, _loaded(desk, origin, command))
            case _:
                typed = f"{COMMAND} {text}".strip()
                await desk.take(origin, command, private=is_private(command), typed=typed)
    except Exception as error:
        await desk.tell(origin, sentence_of(error))


async def _loaded(desk: Desk, origin: Origin, command: Load) -> Composition:
    session = await desk.service.find(origin.person, command.session)
    recalled = only(await desk.service.recall(session), command.groups)
    return from_session(N_("Make it anew"), recalled)
