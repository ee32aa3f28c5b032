"""What attached files are, found out by reading them.

Files are hostile until they are read, so this runs in a process of its own, started by
`engine.media.inspection_process`: `python -m engine.media.inspection INPUTS`, with the inputs as
JSON, prints an `Answer` as one line.
"""

import sys
from array import array
from fractions import Fraction
from pathlib import Path

from av.container import InputContainer
from av.video.stream import VideoStream
from PIL import ExifTags

from engine.errors import MediaError
from engine.media.clip import has_no_times, open_clip, picture_stream, rate_of
from engine.media.containers import can_decode, open_media, packets
from engine.media.facts import MediaFacts, PictureFacts, SoundFacts, VideoFacts
from engine.media.images import open_image
from engine.media.inspection_process import Answer
from engine.media.sound import sound_seconds
from engine.media.timing import frame_rate
from engine.media.webp import frame_times, is_webp
from engine.request import Inputs

MOST_FRAMES = 1_000_000
"""Frames of a clip; nobody's has more, and a list of their times stays small."""
_QUARTER_TURNS = (5, 6, 7, 8)
_MILLISECOND = Fraction(1, 1000)


def inspect_inputs(inputs: Inputs) -> MediaFacts:
    """The facts of every input there is. MediaError names the file that can't be read."""
    return MediaFacts(
        image=inspect_image(inputs.image) if inputs.image else None,
        audio=SoundFacts(seconds=sound_seconds(inputs.audio)) if inputs.audio else None,
        video=inspect_video(inputs.video) if inputs.video else None,
    )


def inspect_image(path: Path) -> PictureFacts:
    """A picture's facts, from its header. MediaError if it can't be read."""
    with open_image(path) as image:
        size = image.size
        if image.getexif().get(ExifTags.Base.Orientation) in _QUARTER_TURNS:
            size = (image.height, image.width)
    return PictureFacts(width=size[0], height=size[1])


def inspect_video(path: Path) -> VideoFacts:
    """A clip's facts; its frames are counted, but only the first is decoded.

    MediaError if it can't be read, or is none.
    """
    width, height = _size(path)
    if is_webp(path):
        *begins, end = frame_times(path)
        fps = frame_rate(begins, end, _MILLISECOND, ())
        return VideoFacts(width=width, height=height, frames=len(begins), fps=fps, has_sound=False)
    with open_media(path) as container:
        sound = any(map(can_decode, container.streams.audio))
        frames, fps = _count(container, picture_stream(container, path.name), path.name)
    return VideoFacts(width=width, height=height, frames=frames, fps=fps, has_sound=sound)


def _size(path: Path) -> tuple[int, int]:
    """The first frame's size: what a container's header says of it may be wrong."""
    with open_clip(path) as clip:
        first = next(clip.frames, None)
        if first is None:
            raise MediaError(f"{path.name} has no pictures that can be read")
        return first.image().size


def _count(container: InputContainer, stream: VideoStream, name: str) -> tuple[int, Fraction]:
    """Number and rate of a film's frames, each of which is a packet."""
    ticks, end, rate = array("q"), 0, rate_of(stream)
    untimed = has_no_times(container) or not stream.time_base
    for packet in packets(container, stream):
        if not packet.size or packet.is_discard:  # cut off at the beginning, as phones do
            continue
        if len(ticks) == MOST_FRAMES:
            raise MediaError(f"{name} has more than {MOST_FRAMES:,} frames")
        time = packet.dts if packet.pts is None else packet.pts
        untimed = untimed or time is None
        ticks.append(time or 0)
        end = max(end, (time or 0) + (packet.duration or 0))
    if not ticks:
        raise MediaError(f"{name} has no pictures")
    if untimed or not stream.time_base:
        return len(ticks), rate

    return len(ticks), frame_rate(sorted(ticks), end, stream.time_base, (rate,))


def main() -> None:
    """Answer for the inputs that the command line holds as JSON."""
    try:
        answer = Answer(facts=inspect_inputs(Inputs.model_validate_json(sys.argv[1])))
    except MediaError as error:
        answer = Answer(error=str(error))
    print(answer.model_dump_json())


if __name__ == "__main__":
    main()
