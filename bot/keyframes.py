"""What `keyframes` is answered: an attached sound's keyframes, to be filled in with prompts.

They are found beside the queue, as that takes seconds and no model.
"""

import asyncio
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.attachments import store_attachments
from bot.cards import LastCard
from bot.commands import Keyframes
from bot.keyframes_card import Heard, keyframes_card, no_keyframes
from bot.language import ENGLISH, Language
from bot.port import Attachment
from engine.configuration import Configuration
from engine.errors import InputError
from engine.media.facts import frames_of
from engine.media.keyframes import SoundKeyframes
from engine.media.keyframes_process import keyframes_in_child
from engine.planning.length import frame_rate
from engine.settings import Settings
from engine.video_part import VideoPart

_AT_ONCE = 2  # each keeps a processor busy for seconds


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
        """The keyframes of attached files, told in at most `room` characters.

        MediaError or InputError where there can be none. No file is left behind.
        """
        settings = self._configuration.defaults.updated(command.values)
        heard = Heard(settings.media.audio_component, command.mark)
        self._configuration.inputs.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(
            prefix="keyframes-", dir=self._configuration.inputs, ignore_cleanup_errors=True
        ) as folder:
            inputs, facts = await store_attachments(
                attachments, Path(folder) / "files", self._configuration.limits.media
            )
            if inputs.image is not None:
                raise InputError("keyframes", "a picture has no sound", "attach a song or a clip")
            fps = settings.output.fps or frame_rate(Settings().updated({"fit": "video"}), facts)
            sound = inputs.audio or (
                inputs.video if facts.video and facts.video.has_sound else None
            )
            if sound is None:
                return no_keyframes(facts.video, language)
            async with self._turns:
                found, picture = await asyncio.to_thread(_listen, sound, fps, heard)
        if facts.video and sound == inputs.video:
            found = _up_to(found, frames_of(facts.video, VideoPart(), fps))
        return keyframes_card(
            found, picture, clip=facts.video, heard=heard, room=room, language=language
        )


def _listen(sound: Path, fps: Fraction, heard: Heard) -> tuple[SoundKeyframes, bytes]:
    """A sound's keyframes, and a picture (PNG) of its wave with them."""
    picture = sound.with_name("keyframes.png")
    found = keyframes_in_child(sound, fps, heard.component, heard.mark, picture)
    return found, picture.read_bytes()


def _up_to(found: SoundKeyframes, frames: int) -> SoundKeyframes:
    """The keyframes of a clip of so many frames, whose sound often is a little longer."""
    if found.frames <= frames:
        return found
    before = tuple(frame for frame in found.keyframes if frame < frames - 1)
    return found.model_copy(update={"frames": frames, "keyframes": (*before, frames - 1)})
