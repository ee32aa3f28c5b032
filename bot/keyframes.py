"""What `keyframes` is answered: an attached sound's keyframes, to be filled in with prompts.

They are found beside the queue, as that takes seconds and no model.
"""

import asyncio
import shutil
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from bot.attachments import store_attachments
from bot.cards import LastCard, PromptsCard, TextCard
from bot.commands import COMMAND, Keyframes
from bot.port import Attachment
from engine.configuration import Configuration
from engine.errors import InputError
from engine.groups.media import AudioComponent
from engine.media.facts import VideoFacts, frames_of
from engine.media.inspection import Attached
from engine.media.keyframes import Mark, SoundKeyframes
from engine.media.keyframes_process import keyframes_in_child
from engine.planning.length import frame_rate
from engine.request import new_job_id
from engine.settings import Settings
from engine.video_part import VideoPart

_AT_ONCE = 2  # each keeps a processor busy for seconds
_ROOM_FOR_FACTS = 700
_MARKS = {Mark.ONSETS: "where something begins", Mark.BEATS: "at its beats"}


class _Asked(NamedTuple):
    """What is listened for. `fps` is None where the attached clip's is to do."""

    fps: Fraction | None
    component: AudioComponent
    mark: Mark


class KeyframeFinder:
    """Carries out the command `keyframes`, a few of them at once."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def find(
        self, command: Keyframes, attachments: Sequence[Attachment], room: int
    ) -> LastCard:
        """The keyframes of attached files, told in at most `room` characters.

        MediaError or InputError where there can be none. The files stay for an hour, for an
        animation with these keyframes.
        """
        settings = self._configuration.defaults.updated(command.values)
        asked = _Asked(settings.output.fps, settings.media.audio_component, command.mark)
        kept = new_job_id()
        folder = self._configuration.inputs / kept
        try:
            attached = await store_attachments(
                attachments, folder, self._configuration.limits.media
            )
            return await self._find(asked, attached, kept, room)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    async def _find(self, asked: _Asked, attached: Attached, kept: str, room: int) -> LastCard:
        inputs, facts = attached
        if inputs.image is not None:
            raise InputError("keyframes", "a picture has no sound", "attach a song or a clip")
        fps = asked.fps or frame_rate(Settings().updated({"fit": "video"}), facts)
        sound = inputs.audio or (inputs.video if facts.video and facts.video.has_sound else None)
        about = [_clip(facts.video)] if facts.video else []
        if sound is None:
            return TextCard("\n".join([*about, "It has no sound, and so no keyframes."]))
        async with self._turns:
            found, picture = await asyncio.to_thread(_listen, sound, fps, asked)
        if facts.video and sound == inputs.video:
            found = _up_to(found, frames_of(facts.video, VideoPart(), fps))
        return replace(_card(found, picture, about, asked, room), inputs_of=kept)


def _listen(sound: Path, fps: Fraction, asked: _Asked) -> tuple[SoundKeyframes, bytes]:
    """A sound's keyframes, and a picture (PNG) of its wave with them."""
    picture = sound.with_name("keyframes.png")
    found = keyframes_in_child(sound, fps, asked.component, asked.mark, picture)
    drawn = picture.read_bytes()
    picture.unlink()
    return found, drawn


def _up_to(found: SoundKeyframes, frames: int) -> SoundKeyframes:
    """The keyframes of a clip of so many frames, whose sound often is a little longer."""
    if found.frames <= frames:
        return found
    before = tuple(frame for frame in found.keyframes if frame < frames - 1)
    return found.model_copy(update={"frames": frames, "keyframes": (*before, frames - 1)})


def _card(
    found: SoundKeyframes, picture: bytes, about: Sequence[str], asked: _Asked, room: int
) -> PromptsCard:
    told, count = _fitting(found, room - _ROOM_FOR_FACTS), len(found.keyframes)
    left_out = f" These are the first {told}; {count - told} more don't fit here." * (told < count)
    part = "" if asked.component is AudioComponent.BOTH else f" of its {asked.component} part"
    keyframes = _counted(count, "keyframe") + part
    frames = found.keyframes[:told]
    text = [
        *about,
        _sound(found),
        f"{keyframes}, {_MARKS[asked.mark]}.{left_out}",
        "Frame " + ", ".join(_when(found, frame) for frame in frames),
        f"To fill in, and to send as {COMMAND} with the file attached again:",
    ]
    return PromptsCard(
        text="\n".join(text),
        to_copy=" | ".join(map(_prompt, frames)) + f" --fps {found.fps}",
        picture=picture,
        ready=False,
        alt=f"The wave of {_number(found.seconds)} s of sound with {keyframes}, "
        f"{_MARKS[asked.mark]}.",
    )


def _fitting(found: SoundKeyframes, room: int) -> int:
    """How many keyframes, the first at least, can be told of in so many characters."""
    sizes = (
        len(f"{_when(found, frame)}, ") + len(f"{_prompt(frame)} | ") for frame in found.keyframes
    )
    return max(1, sum(size <= room for size in accumulate(sizes)))


def _when(found: SoundKeyframes, frame: int) -> str:
    return f"{frame} at {_number(found.time_of(frame))}\N{NO-BREAK SPACE}s"


def _prompt(frame: int) -> str:
    return f"{frame}: …"


def _sound(found: SoundKeyframes) -> str:
    tempo = "no steady beat" if found.tempo is None else f"{found.tempo:.0f} beats a minute"
    frames = _counted(found.frames, "frame")
    return f"Sound: {_number(found.seconds)} s, {frames} at {_rate(found.fps)}, {tempo}."


def _clip(video: VideoFacts) -> str:
    rate = _rate(video.fps) if video.steady else f"{_rate(video.fps)} on average"
    return (
        f"Clip: {_number(video.seconds)} s, {_counted(video.frames, 'frame')} at {rate}, "
        f"{video.width} × {video.height} pixels."
    )


def _rate(fps: Fraction) -> str:
    """A frame rate, exactly, and in a number where that is no whole one."""
    number = "" if fps.denominator == 1 else f" ({float(fps):.4g})"
    return f"{fps}{number} frames a second"


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}" + "s" * (count != 1)


def _number(seconds: float | Fraction) -> str:
    return f"{float(seconds):.2f}".rstrip("0").rstrip(".")
