"""The files that go with cards into their thread, and what the message says of them."""

from bot.cards import PromptsCard, ResultCard
from bot.language import language_of
from bot.slack.message import Surface
from bot.slack.place import Place
from bot.slack.upload import SharedFile, Thread, Uploads
from bot.slack.workspaces import Workspace
from engine.errors import MediaError

_INLINE_BYTES = 5_000_000  # a larger GIF stands in the thread alone


class Sharing:
    """Shares files, each exactly once; to be created when the bot starts."""

    def __init__(self) -> None:
        self._uploads = Uploads()

    async def result(self, workspace: Workspace, place: Place, card: ResultCard) -> Surface:
        """Share an animation; what its card is drawn on. A GIF is shown in the message as well."""
        file = SharedFile(f"giffusion-{card.job}{card.file.suffix}", card.file)
        inline = card.file.suffix == ".gif" and file.size() <= _INLINE_BYTES
        return await self._share(workspace, place, file, inline=inline)

    async def picture(self, workspace: Workspace, place: Place, card: PromptsCard) -> Surface:
        """Share a picture of prompts, which is shown in the message as well."""
        file = SharedFile(f"giffusion-{place.ts}.png", card.picture or b"", card.alt)
        return await self._share(workspace, place, file, inline=True)

    async def prompts(self, workspace: Workspace, place: Place, prompts: str) -> None:
        """Share prompts that no message holds."""
        file = SharedFile(f"prompts-{place.ts}.txt", prompts.encode())
        await self._share(workspace, place, file)

    async def _share(
        self, workspace: Workspace, place: Place, file: SharedFile, *, inline: bool = False
    ) -> Surface:
        language = language_of(place.locale)
        thread = Thread(place.channel, place.thread, place.ts)
        try:
            shared = await self._uploads.share(workspace.client, thread, file)
        except MediaError as error:
            return Surface(language, problem=language.say(error.args[0]))
        return Surface(language, file_in_thread=True, picture=shared if inline else None)
