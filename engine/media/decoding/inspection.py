"""What a file is, found out by reading it."""

from array import array
from fractions import Fraction

from av.container import InputContainer
from av.video.stream import VideoStream
from PIL import ExifTags

from engine.errors import MediaError, MediaFault
from engine.media.decoding.clip import (
    gif_delay,
    has_no_times,
    is_gif,
    moves,
    open_clip,
    picture_stream,
    rate_of,
)
from engine.media.decoding.completeness import check_length, check_structure
from engine.media.decoding.containers import (
    beginning,
    can_decode,
    open_media,
    packets,
    playable,
)
from engine.media.decoding.faults import too_long
from engine.media.decoding.images import open_image
from engine.media.decoding.orientation import ROTATIONS
from engine.media.decoding.sound import sound_seconds, sound_stream
from engine.media.decoding.source import Source
from engine.media.decoding.timing import FrameRate, frame_rate
from engine.media.decoding.webp import frame_times, is_webp
from engine.media.facts import FileFacts, PictureFacts, SoundFacts, VideoFacts
from engine.media.limits import MediaLimits

_ORIENTATION = ExifTags.Base.Orientation
_MILLISECOND = Fraction(1, 1000)


def inspect(source: Source) -> FileFacts:
    """All that a file can be used as. MediaError if that is nothing, or beyond its limits."""
    form = source.format
    check_structure(source)
    image = inspect_image(source) if form.pillow else None
    video = inspect_video(source) if _may_move(source) else None
    audio = inspect_sound(source) if form.demuxer and not form.pillow else None
    if video:
        video = video.model_copy(update={"has_sound": audio is not None})
    elif audio:
        check_length(source, audio)
    if not (image or video or audio):
        raise MediaError("it has no sound", MediaFault.NO_SOUND)
    return FileFacts(format=form.ending, image=image, video=video, audio=audio)


def _may_move(source: Source) -> bool:
    return is_webp(source) or source.format.demuxer is not None


def inspect_image(source: Source) -> PictureFacts:
    """A picture's facts; an animation's are its first frame's. MediaError if it can't be read."""
    with open_image(source) as image:
        # Pillow turns a TIFF by itself when it is loaded, and forgets that it did.
        is_turned = image.format == "TIFF"
        noted = image.getexif().get(_ORIENTATION) if is_turned else None
        image.load()  # only this tells whether all of it is there
        rotation = ROTATIONS.get(noted or image.getexif().get(_ORIENTATION, 0), 0)
        upright = is_turned or rotation in (0, 180)
        width, height = image.size if upright else image.size[::-1]
    return PictureFacts(width=width, height=height, rotation=rotation)


def inspect_video(source: Source) -> VideoFacts | None:
    """A clip's facts, but for its sound; its frames are counted, but only the first is decoded.

    None where there are no moving pictures. MediaError where they can't be read.
    """
    if is_webp(source):
        return _webp_facts(source)
    with open_media(source) as container:
        if not any(map(moves, container.streams.video)):
            return None
        stream = picture_stream(container, source.limits)
        frames, rate = _count(container, stream, source.limits)
    if frames == 1 and source.format.pillow:
        return None  # a still GIF
    width, height, rotation = _shape(source)
    return VideoFacts(
        width=width,
        height=height,
        rotation=rotation,
        frames=frames,
        fps=rate.fps,
        steady=rate.is_steady,
        has_sound=False,
    )


def inspect_sound(source: Source) -> SoundFacts | None:
    """A sound's facts, all of it decoded. None if there is none; MediaError beyond the limits."""
    with open_media(source) as container:
        heard = any(map(can_decode, container.streams.audio))
        if not container.streams.audio or (any(map(moves, container.streams.video)) and not heard):
            return None
        stream = sound_stream(container)
        seconds = sound_seconds(container, stream, source.limits.sound_seconds)
        if not seconds:
            return None  # some films have a sound of no length
        return SoundFacts(seconds=seconds, rate=stream.rate, channels=stream.channels)


def _webp_facts(source: Source) -> VideoFacts | None:
    *begins, end = frame_times(source.file)
    if len(begins) == 1:
        return None
    _check_length(len(begins), end / 1000, source.limits)
    width, height, _ = _shape(source)
    rate = frame_rate(begins, end, _MILLISECOND, ())
    return VideoFacts(
        width=width,
        height=height,
        frames=len(begins),
        fps=rate.fps,
        steady=rate.is_steady,
        has_sound=False,
    )


def _shape(source: Source) -> tuple[int, int, int]:
    """The first frame's width, height and turn: what a container's header says may be wrong."""
    with open_clip(source) as clip:
        first = next(clip.frames, None)
        if first is None:
            raise MediaError("it has no moving pictures that can be read", MediaFault.NO_PICTURE)
        width, height = first.image().size
    return width, height, first.rotation


def _count(
    container: InputContainer, stream: VideoStream, limits: MediaLimits
) -> tuple[int, FrameRate]:
    """Number and rate of a film's frames, each of which is a packet."""
    ticks, end, begin, rate = array("q"), 0, beginning(container), rate_of(stream)
    tick = stream.time_base or 1 / rate
    untimed = has_no_times(container) or not stream.time_base
    for packet in playable(packets(container, stream)):
        if not packet.size or packet.is_discard:  # cut off at the beginning, as phones do
            continue
        time, duration = packet.dts if packet.pts is None else packet.pts, packet.duration or 0
        if is_gif(container):
            time, duration = end, gif_delay(duration)
        untimed = untimed or time is None
        ticks.append(time or 0)
        end = max(end, (time or 0) + duration)
        seconds = len(ticks) / rate if untimed else end * tick - begin
        _check_length(len(ticks), float(seconds), limits)
    if not ticks:
        raise MediaError("it has no moving pictures", MediaFault.NO_PICTURE)
    if untimed:
        return len(ticks), FrameRate(rate, True)
    return len(ticks), frame_rate(sorted(ticks), end, tick, (rate,))


def _check_length(frames: int, seconds: float, limits: MediaLimits) -> None:
    if frames > limits.video_frames:
        raise MediaError(
            f"it has more than {limits.video_frames} frames, the most here; send a part of it",
            MediaFault.TOO_LONG,
        )
    if seconds > limits.video_seconds:
        raise too_long("film", limits.video_seconds)
