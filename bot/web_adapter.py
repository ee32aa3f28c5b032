"""The web chat: a page, its messages and their answers, for browsers on this machine."""

import asyncio
import logging
import shutil
import sys
from pathlib import Path
from string import Template

from aiohttp import web

from bot.cards import Card, TextCard
from bot.port import Capabilities, Conversation, Incoming, Service
from bot.unanswered import LOST
from bot.web.events import EventStreams
from bot.web.guard import RequestError, introduce, user_of
from bot.web.server import WebServer
from bot.web.sessions import Details, SessionPages
from bot.web.transcript import Transcript
from bot.web.uploads import MOST_FILES, Upload, receive
from engine.errors import ConfigurationError, GiffusionError, JobError
from engine.sessions.local import LocalSessions

_LOG = logging.getLogger(__name__)
_HERE = Path(__file__).parent / "web"
_PNG = b"\x89PNG\r\n\x1a\n"
_STOP_SECONDS = 2.0  # for answers that are under way when the service stops

_BROKEN = "Something went wrong on our side; the operator's log says what. Try it again."


class WebAdapter:
    """A `Chat` whose conversations are browsers, each known by its cookie.

    Its pages are added to `server`. `folder` holds the conversations and, for a moment, uploaded
    files; `upload_bytes` is the most one file may have. `details` tells what a session's page puts
    behind the prompts to make the same again.
    """

    platform = "web"
    attaching = "add one with the + beside the message box, or drop it into the page"

    def __init__(
        self,
        service: Service,
        sessions: LocalSessions,
        details: Details,
        folder: Path,
        server: WebServer,
        *,
        upload_bytes: int = 25 * 1024**2,
    ) -> None:
        self._service = service
        self._server = server
        self._upload_bytes = upload_bytes
        self._chat = Template((_HERE / "pages" / "chat.html").read_text()).substitute(
            most_files=MOST_FILES, upload_bytes=upload_bytes
        )
        self._uploads = folder / "uploads"
        shutil.rmtree(self._uploads, ignore_errors=True)  # what a crash left behind
        self._uploads.mkdir(parents=True, mode=0o700)
        self._transcript = Transcript(folder / "web.sqlite")
        self._streams = EventStreams(self._transcript)
        self._handling: set[asyncio.Task[None]] = set()
        server.add_pages(self._routes(SessionPages(sessions, details)))

    @property
    def address(self) -> str:
        """Where the started chat listens, as `http://host:port`."""
        return self._server.address

    async def start(self) -> None:
        """Listen. ConfigurationError where the address can't be had."""
        for user, exchange in self._transcript.unanswered():
            self._transcript.answer(user, exchange, LOST)
        try:
            await self._server.start()
        except ConfigurationError:
            self._transcript.close()
            raise
        _LOG.info("open %s in a browser", self.address)

    async def stop(self) -> None:
        """Finish what is being answered, end the streams and stop listening."""
        self._streams.close()
        await self._server.stop()
        if self._handling:
            await asyncio.wait(self._handling, timeout=_STOP_SECONDS)
        self._transcript.close()

    def capabilities(self, conversation: Conversation) -> Capabilities:
        """Files are linked and texts scroll, so neither has a limit here."""
        return Capabilities(upload_bytes=sys.maxsize, text_length=sys.maxsize, edit_seconds=0.25)

    async def show(self, conversation: Conversation, card: Card) -> None:
        """Make `card` the answer to the conversation's message."""
        self._transcript.answer(str(conversation["user"]), str(conversation["message"]), card)

    def _routes(self, pages: SessionPages) -> list[web.AbstractRouteDef]:
        return [
            web.get("/", self._page),
            web.get("/api/events", self._events),
            web.post("/api/messages", self._message),
            web.get("/api/messages/{message}/preview", self._preview),
            web.post("/api/jobs/{job}/{action:cancel|keep}", self._cancel),
            *pages.routes(),
            web.static("/static", _HERE / "static"),
        ]

    async def _page(self, request: web.Request) -> web.Response:
        response = web.Response(text=self._chat, content_type="text/html")
        introduce(request, response)
        return response

    async def _events(self, request: web.Request) -> web.StreamResponse:
        return await self._streams.serve(request, user_of(request))

    async def _message(self, request: web.Request) -> web.Response:
        user = user_of(request)
        upload = await receive(request, self._uploads, self._upload_bytes)
        try:
            message = self._transcript.add(user, upload.text, [file.name for file in upload.files])
        except BaseException:
            upload.remove()
            raise
        handling = asyncio.create_task(self._handle(user, message, upload))
        self._handling.add(handling)
        handling.add_done_callback(self._handling.discard)
        return web.json_response({"id": message}, status=202)

    async def _handle(self, user: str, message: str, upload: Upload) -> None:
        conversation = {"user": user, "message": message}
        incoming = Incoming(user, upload.text, conversation, upload.files)
        try:
            await self._service.handle(self, incoming)
        except Exception:
            _LOG.exception("The service failed on a message.")
            await self.show(conversation, TextCard(_BROKEN, error=True))
        finally:
            upload.remove()

    async def _preview(self, request: web.Request) -> web.Response:
        picture = self._transcript.preview(user_of(request), request.match_info["message"])
        if picture is None:  # the render was over first; a browser would log a 404 as a fault
            return web.Response(status=204)
        kind = "png" if picture.startswith(_PNG) else "webp"
        return web.Response(body=picture, content_type=f"image/{kind}")

    async def _cancel(self, request: web.Request) -> web.Response:
        job, keep = request.match_info["job"], request.match_info["action"] == "keep"
        try:
            sentence = await self._service.cancel(job, user_of(request), keep=keep)
        except JobError as error:
            raise RequestError(409, str(error)) from error
        except GiffusionError as error:
            raise RequestError(503, str(error)) from error
        return web.json_response({"text": sentence})
