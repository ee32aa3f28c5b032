"""What is asked for by a press, a reaction or a reply."""

from collections.abc import Mapping
from dataclasses import replace

from bot.commands import Animate, Command, Inspire, parse_changes, split_flags
from bot.gestures.actions import Action
from bot.language import N_
from bot.port import Service
from engine.errors import JobError

NO_PROMPTS = N_("There are no prompts in this message any more.")
FILES_ALONE = N_(
    "What should I make of it? Reply with it to an animation of mine, to make that one again with "
    "your file, or write prompts with it, like: 0: a corgi | 60: a lion"
)
NOTHING_NEW = N_(
    "Reply with a song, a clip or a picture to make this animation again with it, or with what "
    "should change: new prompts, or settings like --seed 7."
)


async def of_press(service: Service, action: Action, subject: str, prompts: str | None) -> Command:
    """The command of a button that carries one out at once; `prompts` stand in its message.

    JobError where what it is about is gone.
    """
    match action:
        case Action.AGAIN:
            return again(subject)
        case Action.ANIMATE:
            if prompts is None:
                raise JobError(NO_PROMPTS)
            return replace(parse_changes(prompts, like=""), inputs_of=subject)
        case Action.INSPIRE:
            return await inspired_by(service, subject)
        case _:
            return Inspire(subject)


def again(job: str) -> Animate:
    """An animation once more, with another seed."""
    return Animate({"seed": None}, like=job)


async def inspired_by(service: Service, job: str) -> Inspire:
    """New prompts from those of an animation; JobError where that is gone."""
    return Inspire((await service.recall(job)).prompts)


def other_prompts(prompts: str, subjects: Mapping[Action, str]) -> Inspire:
    """New prompts in the place of those of a message, whose buttons are about `subjects`."""
    return Inspire(subjects.get(Action.DRAW, split_flags(prompts)[0]))


def with_changes(prompts: str, words: str, subjects: Mapping[Action, str]) -> Animate:
    """The prompts of a message, and over them what somebody replied to it."""
    card, changes = parse_changes(prompts, like=""), parse_changes(words, like="")
    return Animate(
        {**card.values, **changes.values},
        changes.preset or card.preset,
        inputs_of=subjects.get(Action.FILL) or subjects.get(Action.ANIMATE, ""),
    )
