"""Session pages: what was made and from what, for everyone who has the link.

An id is 96 random bits and nothing lists them, so knowing a link is the permission to see it.
"""

import asyncio
from collections.abc import Callable, Collection, Iterator, Sequence
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import quote

from aiohttp import web
from pydantic import BaseModel

from bot.summary import title
from bot.web.guard import RequestError
from engine.errors import ExpiredError, GiffusionError, StorageError
from engine.options import Option, text_of
from engine.planning.compilation import known
from engine.prompts import parse_prompts
from engine.sessions.local import LocalSessions
from engine.sessions.record import Session
from engine.settings import Settings

_PAGES = Path(__file__).parent / "pages"
_CONTENT_TYPES = {".mp4": "video/mp4", ".gif": "image/gif", ".webp": "image/webp"}
# Saved once under an unguessable name and never changed.
_FOREVER = "private, max-age=31536000, immutable"

Details = Callable[[Settings], Sequence[tuple[str, str]]]
"""What of a request's settings is not what it would have been by itself: names and values."""


class SessionPages:
    """The pages and files below `/s/`."""

    def __init__(self, sessions: LocalSessions, details: Details) -> None:
        self._sessions = sessions
        self._details = details
        self._template = Template((_PAGES / "session.html").read_text())
        self._expired = (_PAGES / "expired.html").read_text()
        self._missing = (_PAGES / "missing.html").read_text()

    def routes(self) -> list[web.RouteDef]:
        """One session's page, its animation and its poster."""
        return [
            web.get("/s/{session}", self._page),
            web.get("/s/{session}/animation", self._animation),
            web.get("/s/{session}/poster", self._poster),
        ]

    async def _load(self, request: web.Request) -> Session:
        try:
            return await asyncio.to_thread(self._sessions.load, request.match_info["session"])
        except ExpiredError as error:
            raise RequestError(410, str(error)) from error
        except StorageError as error:
            raise RequestError(503, str(error)) from error
        except GiffusionError as error:
            raise RequestError(404, str(error)) from error

    async def _page(self, request: web.Request) -> web.Response:
        try:
            session = await self._load(request)
        except RequestError as error:
            if error.status == 503:
                raise
            page = self._expired if error.status == 410 else self._missing
            return web.Response(status=error.status, text=page, content_type="text/html")
        details = self._details(session.request.settings)
        page = self._template.substitute(_fields(session, details))
        return web.Response(text=page, content_type="text/html")

    async def _animation(self, request: web.Request) -> web.FileResponse:
        return _file((await self._load(request)).result)

    async def _poster(self, request: web.Request) -> web.FileResponse:
        return _file((await self._load(request)).poster)


def _file(path: Path) -> web.FileResponse:
    """A file with its exact type; browsers may ask for a part of it and keep it for ever."""
    headers = {"Content-Type": _CONTENT_TYPES[path.suffix], "Cache-Control": _FOREVER}
    return web.FileResponse(path, headers=headers)


def _fields(session: Session, details: Sequence[tuple[str, str]]) -> dict[str, str]:
    """What the template's places hold: escaped texts, and HTML made of escaped texts."""
    request = session.request
    settings = request.settings
    chosen = {name for name, _ in details}
    return {
        "title": escape(title(settings)),
        "facts": escape(_facts(session)),
        "player": _player(session),
        "edit": escape("/#" + quote(command_text(settings.prompts.prompts, details))),
        "file": f"/s/{request.id}/animation",
        "file_name": f"giffusion-{request.id[:8]}{session.result.suffix}",
        "keyframes": "\n".join(_keyframes(settings)),
        "groups": "\n".join(
            _group(getattr(settings, name), chosen) for name in Settings.model_fields
        ),
    }


def command_text(prompts: str, details: Sequence[tuple[str, str]]) -> str:
    """The command that makes the same animation again."""
    flags = (f"--{name.replace('_', '-')} {value}" for name, value in details)
    return " ".join([prompts, *flags])


def _facts(session: Session) -> str:
    settings = session.request.settings
    frames, fps = known(settings.animation.frames), known(settings.output.fps)
    size = f"{settings.diffusion.width} × {settings.diffusion.height}"
    return (
        f"{frames} frames, {float(frames / fps):.3g} s at {float(fps):.4g} frames a second, "
        f"{size} pixels, seed {settings.diffusion.seed}. "
        f"Made on {session.created:%d %B %Y} in {session.seconds:.0f} s."
    )


def _player(session: Session) -> str:
    settings, page = session.request.settings, f"/s/{session.request.id}"
    size = f'width="{settings.diffusion.width}" height="{settings.diffusion.height}"'
    name = escape(title(settings))
    if session.result.suffix == ".mp4":
        return (
            f'<video src="{page}/animation" poster="{page}/poster" {size} '
            f'loop muted playsinline controls aria-label="{name}"></video>'
        )
    return (
        f'<picture><source srcset="{page}/poster" media="(prefers-reduced-motion: reduce)">'
        f'<img src="{page}/animation" {size} alt="{name}"></picture>'
    )


def _keyframes(settings: Settings) -> Iterator[str]:
    fps = known(settings.output.fps)
    keys = parse_prompts(settings.prompts.prompts)
    for key in sorted(keys, key=lambda key: key.frame(fps)):
        frame = key.frame(fps)
        without = key.negative_prompt or settings.prompts.negative_prompt
        yield (
            f'<li><span class="when">Frame {frame} · {float(frame / fps):.3g} s</span>'
            f"<p>{escape(key.prompt)}</p>"
            + (f'<p class="without">without {escape(without)}</p>' if without else "")
            + "</li>"
        )


def _group(group: BaseModel, chosen: Collection[str]) -> str:
    """A group's settings, the chosen ones marked; the prompts are told as keyframes already."""
    options = Settings.options()
    rows = (
        f'<div title="{escape(options[name].description)}"{" class=chosen" * (name in chosen)}>'
        f"<dt>{name}</dt><dd>{escape(_value(options[name], getattr(group, name)))}</dd></div>"
        for name in type(group).model_fields
        if name != "prompts"
    )
    meaning = escape((type(group).__doc__ or "").strip().rstrip("."))
    return f'<section class="group"><h3>{meaning}</h3><dl>{"".join(rows)}</dl></section>'


def _value(option: Option, value: object) -> str:
    text = text_of(value)
    return f"{text} {option.unit}".strip() if text else "not set"
