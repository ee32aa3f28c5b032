"""Files that came with a command: stored under our own names, told apart by their content."""

import asyncio
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bot.download import check_size
from bot.port import Attachment
from engine.errors import InputError, MediaError, MediaFault
from engine.media.facts import FileFacts, MediaFacts
from engine.media.inspection import Attached, inspect_files
from engine.media.limits import MediaLimits
from engine.request import Inputs

# Each may take as much memory as its child is allowed: a flood of files waits here.
_READERS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="reader of files")


async def store_attachments(
    attachments: Sequence[Attachment], folder: Path, limits: MediaLimits
) -> Attached:
    """Save attachments into `folder` and tell which input each one is.

    MediaError if one can't be used or is the second of its kind, InputError if they don't go
    together; then nothing stays.
    """
    if not attachments:
        return Attached()
    folder.mkdir(mode=0o700, parents=True)
    try:
        arrived = [
            (await _saved(attachment, folder / f"attachment-{place}", limits), attachment.name)
            for place, attachment in enumerate(attachments)
        ]
        answers = await asyncio.get_running_loop().run_in_executor(
            _READERS, lambda: list(inspect_files(arrived, limits))
        )
        return _sorted(arrived, answers)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


async def _saved(attachment: Attachment, target: Path, limits: MediaLimits) -> Path:
    check_size(attachment.size, limits.bytes, attachment.name)
    await attachment.save(target, limits.bytes)
    return target


def _sorted(
    files: Sequence[tuple[Path, str]], answers: Sequence[FileFacts | MediaError]
) -> Attached:
    """Each file as the input that it is by itself, under a name of ours."""
    found: dict[str, Path] = {}
    facts: dict[str, FileFacts] = {}
    for (path, name), answer in zip(files, answers, strict=True):
        if isinstance(answer, MediaError):
            raise answer
        kind = answer.kind
        if kind in found:
            raise MediaError(
                f"{name}: a second {kind} is attached; send one of each kind", MediaFault.WRONG_TYPE
            )
        found[kind] = path.rename(path.with_name(f"{kind}.{answer.format}"))
        facts[kind] = answer
    inputs = Inputs(**found)
    check_together(inputs)
    return Attached(inputs, MediaFacts(**{kind: getattr(of, kind) for kind, of in facts.items()}))


def check_together(inputs: Inputs) -> None:
    """InputError where two inputs can't both be started from."""
    if inputs.image and inputs.video:
        raise InputError(
            "video", "a picture and a video are both given", "send the one to start from"
        )
