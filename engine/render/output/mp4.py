"""MP4: H.264 pictures and AAC sound, which every browser and chat plays."""

from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Self

import av
import numpy as np
from av.codec.context import Flags
from av.video.codeccontext import VideoCodecContext
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, VideoReformatter

from engine.media import LAYOUT, RATE, Picture
from engine.media.sound import Sound
from engine.render.output.videofile import VideoFile, open_container, writing

PRESET = "veryfast"
"""Slower ones take 3 to 15 times as long for no smaller a file."""
CRF = 18
"""Of x264's scale from 0, lossless, to 51: looks like the original."""
SOUND_RATE = 160_000
# Without it the same frames become another file now and then, and on another processor: what x264's
# mbtree does for speed looks at more than the pictures where these are no multiple of 128 wide.
_ALWAYS_THE_SAME = "cpu-independent=1"


@dataclass(frozen=True)
class Rate:
    """How many bits are spent.

    Of the pictures by `crf`; or by `bit_rate`, a second, which is met in a second pass over the
    `statistics` that an earlier encoder of the same pictures left in that file. Of the sound by
    `sound`, a second.
    """

    crf: int = CRF
    bit_rate: int | None = None
    sound: int = SOUND_RATE
    statistics: Path | None = None

    def apply(self, codec: VideoCodecContext) -> None:
        """Set the encoder up."""
        codec.options = {"preset": PRESET, "x264-params": _ALWAYS_THE_SAME}
        if self.statistics:
            codec.options |= {"stats": str(self.statistics), "fastfirstpass": "0"}
            codec.flags |= Flags.pass1 if self.bit_rate is None else Flags.pass2
        if self.bit_rate is None:
            codec.options |= {"crf": str(self.crf)}
        else:
            codec.bit_rate = self.bit_rate


FULL = Rate()


class Mp4Encoder:
    """Writes frames at exactly `fps`, with the sound of the file `audio` beside them.

    What is heard at the second `audio_begin` comes with the first frame. The sound is cut, or made
    longer with silence, to the pictures' length. The index comes first in the file, so that it
    plays while it is loaded. Odd widths and heights, which 4:2:0 colour can't have, grow by one
    repeated line.
    """

    def __init__(
        self,
        path: Path,
        fps: Fraction,
        width: int,
        height: int,
        *,
        audio: Path | None = None,
        audio_begin: float = 0.0,
        rate: Rate = FULL,
    ) -> None:
        self._fps = fps
        self._odd = ((0, height % 2), (0, width % 2), (0, 0))
        self._count = 0
        self._converter = VideoReformatter()  # a frame's own is set up anew: many times as slow
        with ExitStack() as stack:
            sound = stack.enter_context(Sound(audio, audio_begin)) if audio else None
            size = (width + width % 2, height + height % 2)
            self._file = _open(path, fps, size, rate)
            stack.callback(self._file.close)
            self._track = _SoundTrack(self._file, sound, rate.sound) if sound else None
            self._resources = stack.pop_all()

    def add(self, picture: Picture) -> None:
        """Append a frame, and the sound that is heard while it is seen."""
        even = np.pad(picture, self._odd, mode="edge")
        frame = self._converter.reformat(
            av.VideoFrame.from_ndarray(even, format="rgb24"),
            format="yuv420p",
            dst_colorspace=Colorspace.ITU709,
            dst_color_range=ColorRange.MPEG,
        )
        self._file.write(frame, self._count)
        self._count += 1
        if self._track:
            self._track.extend(round(self._count * RATE / self._fps))

    def finish(self) -> None:
        """Write the rest of the pictures and of the sound."""
        if self._track:
            self._track.finish()
        self._file.finish()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._resources.close()


def _open(path: Path, fps: Fraction, size: tuple[int, int], rate: Rate) -> VideoFile:
    # The file notes its tracks' lengths in these units: in FFmpeg's own, milliseconds, the last
    # frame or sample would be cut short.
    container = open_container(path, "mp4", movflags="+faststart", movie_timescale=str(RATE))
    width, height = size
    stream = container.add_stream(
        "libx264", rate=fps, width=width, height=height, pix_fmt="yuv420p"
    )
    rate.apply(stream.codec_context)
    # Where a file doesn't say which colours it means, players guess.
    codec = stream.codec_context
    codec.colorspace = Colorspace.ITU709
    codec.color_primaries = ColorPrimaries.BT709
    codec.color_trc = ColorTrc.BT709
    codec.color_range = ColorRange.MPEG
    return VideoFile(container, stream, time_base=1 / fps)


class _SoundTrack:
    """An AAC stream beside the pictures."""

    def __init__(self, file: VideoFile, sound: Sound, bit_rate: int) -> None:
        self._container = file.container
        self._sound = sound
        self._written = 0
        with writing():
            self._stream = self._container.add_stream("aac", rate=RATE, layout=LAYOUT)
        self._stream.bit_rate = bit_rate

    def extend(self, end: int) -> None:
        """Encode sound up to the sample number `end`."""
        samples = np.ascontiguousarray(self._sound.read(end - self._written))
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout=LAYOUT)
        frame.sample_rate = RATE
        frame.time_base = Fraction(1, RATE)
        frame.pts = self._written
        self._written = end
        with writing():
            self._container.mux(self._stream.encode(frame))

    def finish(self) -> None:
        with writing():
            self._container.mux(self._stream.encode(None))
