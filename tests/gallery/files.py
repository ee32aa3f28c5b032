"""Pictures and clips as HTML, by one of their frames."""

import base64
import io

import av
from PIL import Image

PICTURES = (".gif", ".webp", ".png", ".jpg", ".jpeg")
_PLAY = '<svg class="play" viewBox="0 0 24 24"><path d="M8 5v14l11-7z" fill="#fff"/></svg>'


def drawn_picture(content: bytes) -> str:
    """A picture as HTML; of a moving one the frame in its middle."""
    with Image.open(io.BytesIO(content)) as picture:
        picture.seek(getattr(picture, "n_frames", 1) // 2)
        return _image(picture.convert("RGBA"))


def drawn_clip(content: bytes) -> str:
    """A clip as HTML: the frame in its middle, and its length."""
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
