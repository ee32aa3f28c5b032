"""Files that came with a message, as Discord shows them: pictures, clips, boxes for others."""

from pathlib import PurePath

from tests.gallery.files import PICTURES, drawn_clip, drawn_picture
from tests.gallery.writing import written

_SPOILER = "SPOILER_"


def drawn_file(name: str, content: bytes) -> str:
    """A file as HTML, covered where its name says so."""
    suffix = PurePath(name).suffix.lower()
    if suffix == ".mp4":
        shown = drawn_clip(content)
    elif suffix in PICTURES:
        shown = f'<div class="media">{drawn_picture(content)}</div>'
    else:
        return _box(name.removeprefix(_SPOILER), len(content))
    if name.startswith(_SPOILER):
        return f'<div class="covered">{shown}<span class="cover">Spoiler</span></div>'
    return shown


def _box(name: str, size: int) -> str:
    told = f"{size / 1024:.2f} KB" if size >= 1024 else f"{size} bytes"
    return (
        '<div class="file"><div class="sheet"></div>'
        f'<div><div class="link">{written(name)}</div><div class="size">{told}</div></div></div>'
    )
