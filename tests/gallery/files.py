"""Files that came with a message, as Discord shows them: pictures, clips, boxes for others."""

import base64
import io
from pathlib import PurePath

import av
from PIL import Image

from tests.gallery.writing import written

_PICTURES = (".gif", ".webp", ".png", ".jpg", ".jpeg")
_SPOILER = "SPOILER_"
_PLAY = '<svg class="play" viewBox="0 0 24 24"><path d="M8 5v14l11-7z" fill="#fff"/></svg>'


def drawn_file(name: str, content: bytes) -> str:
    """A file as HTML, covered where its name says so."""
    suffix = PurePath(name).suffix.lower()
    if suffix == ".mp4":
        shown = _clip(content)
    elif suffix in _PICTURES:
        shown = f'<div class="media">{drawn_picture(content)}</div>'
    else:
        return _box(name.removeprefix(_SPOILER), len(content))
    if name.startswith(_SPOILER):
        return f'<div class="covered">{shown}<span class="cover">Spoiler</span></div>'
    return shown


def drawn_picture(content: bytes) -> str:
    """A picture as HTML; of a moving one the frame in its middle."""
    with Image.open(io.BytesIO(content)) as picture:
        picture.seek(getattr(picture, "n_frames", 1) // 2)
        return _image(picture.convert("RGBA"))


def _clip(content: bytes) -> str:
    with av.open(io.BytesIO(content)) as file:
        stream = file.streams.video[0]
        frames = [frame.to_image() for frame in file.decode(stream)]
        seconds = len(frames) / float(stream.average_rate)
    minutes, rest = divmod(round(seconds), 60)
    length = f'<span class="length">{minutes}:{rest:02}</span>'
    return f'<div class="media clip">{_image(frames[len(frames) // 2])}{_PLAY}{length}</div>'


def _image(picture: Image.Image) -> str:
    written_to = io.BytesIO()
    picture.save(written_to, "png")
    data = base64.b64encode(written_to.getvalue()).decode()
    return f'<img src="data:image/png;base64,{data}">'


def _box(name: str, size: int) -> str:
    told = f"{size / 1024:.2f} KB" if size >= 1024 else f"{size} bytes"
    return (
        '<div class="file"><div class="sheet"></div>'
        f'<div><div class="link">{written(name)}</div><div class="size">{told}</div></div></div>'
    )
