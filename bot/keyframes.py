"""What `keyframes` is answered: an attached sound's keyframes, to be filled in with prompts.

They are found beside the queue, as that takes seconds and no model.
"""

import asyncio
import shutil
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from bot.attachments import store_attachments
from bot.cards import LastCard
from bot.commands import Keyframes
from bot.keyframes_card import Heard, keyframes_card, no_keyframes
from bot.language import ENGLISH, Language
from bot.port import Attachment
from engine.configuration import Configuration
from engine.errors import InputError
from engine.groups.media import AudioComponent
from engine.media.facts import frames_of
from engine.media.inspection import Attached
from engine.media.keyframes import Mark, SoundKeyframes
from engine.media.keyframes_process import keyframes_in_child
from engine.planning.length import frame_rate
from engine.request import new_job_id
from engine.settings import Settings
from engine.video_part import VideoPart

_AT_ONCE = 2  # each keeps a processor busy for seconds


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
        self,
        command: Keyframes,
        attachments: Sequence[Attachment],
        room: int,
        language: Language = ENGLISH,
    ) -> LastCard:
        """The keyframes of attached files, told in a language in at most `room` characters.

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
            heard = await self._hear(asked, attached)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        if heard is None:
            return no_keyframes(attached.facts.video, language)
        card = keyframes_card(heard, attached.facts.video, room, language)
        return replace(card, inputs_of=kept)

    async def _hear(self, asked: _Asked, attached: Attached) -> Heard | None:
        """The keyframes of attached files; None where they have no sound."""
        inputs, facts = attached
        if inputs.image is not None:
            raise InputError("keyframes", "a picture has no sound", "attach a song or a clip")
        fps = asked.fps or frame_rate(Settings().updated({"fit": "video"}), facts)
        sound = inputs.audio or (inputs.video if facts.video and facts.video.has_sound else None)
        if sound is None:
            return None
        async with self._turns:
            found, picture = await asyncio.to_thread(_listen, sound, fps, asked)
        if facts.video and sound == inputs.video:
            found = _up_to(found, frames_of(facts.video, VideoPart(), fps))
        return Heard(found, picture, asked.component, asked.mark)


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
