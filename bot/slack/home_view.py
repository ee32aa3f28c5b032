"""How the home tab looks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from slack_sdk.models.blocks import Block, ButtonElement, DividerBlock, HeaderBlock
from slack_sdk.models.views import View

from bot.cards import ListCard, Row
from bot.commands import COMMAND
from bot.gestures.actions import Action
from bot.language import N_, Language
from bot.slack.buttons import PREFIX, button
from bot.slack.cards.lists import row_line
from bot.slack.forms.composer import COMPOSE
from bot.slack.message import actions, plain_context, section
from bot.slack.text import clip, escape

HOME = f"{PREFIX}home"
"""The id of the button that puts the home up to date."""
# A view has 100 blocks at most: these and the words around them are fewer.
_MOST_JOBS, _MOST_SESSIONS, _MOST_PRESETS = 25, 25, 35
_SAID_LENGTH, _LABEL_LENGTH, _VALUE_LENGTH = 1_000, 75, 2_000
_WELCOME = N_(
    "Describe what an animation shows at which frame, and it glides from one to the next. Begin "
    "here, or type {command} in any channel; {command} help tells more."
)
_NO_JOBS = N_("Nothing of yours waits or is being made.")
Listed = ListCard | str
"""A list; or why it can't be had."""
Beside = Callable[[Row, Language], ButtonElement | None]


@dataclass(frozen=True, slots=True)
class Home:
    """What the home tab tells: lists, and what was `said` about its user's last press."""

    jobs: Listed
    sessions: Listed
    presets: Listed
    said: str = ""


def draw_home(home: Home, language: Language) -> View:
    """The home tab for a reader of a language."""
    blocks = [
        section(escape(language.say(_WELCOME, command=COMMAND))),
        actions(
            [
                _button(COMPOSE, N_("New animation"), language, style="primary"),
                _button(HOME, N_("Refresh"), language),
            ]
        ),
        *_said(home.said, language),
        *_part(N_("Your animations in the queue"), _own(home.jobs), _MOST_JOBS, _cancel, language),
        *_part(N_("Your animations"), home.sessions, _MOST_SESSIONS, _edit, language),
        *_part(N_("Presets"), home.presets, _MOST_PRESETS, _use, language),
    ]
    return View(type="home", blocks=blocks)


def _said(sentence: str, language: Language) -> Iterator[Block]:
    if sentence:
        yield section(f":information_source: {clip(escape(language.say(sentence)), _SAID_LENGTH)}")


def _part(
    heading: str, listed: Listed, most: int, beside: Beside, language: Language
) -> Iterator[Block]:
    """A list of `most` rows at most, each with the button `beside` it."""
    yield DividerBlock()
    yield HeaderBlock(text=language.say(heading))
    if isinstance(listed, str):
        yield _note(listed, language)
        return
    for row in listed.rows[:most]:
        yield section(row_line(row, language), beside(row, language))
    if listed.note:
        yield _note(listed.note, language)
    if (left := len(listed.rows) - most) > 0:
        yield _note(language.say("and {number} more", number=left), language)


def _own(queue: Listed) -> Listed:
    """Of the queue, its reader's."""
    if isinstance(queue, str):
        return queue
    mine = tuple(row for row in queue.rows if row.job)
    return replace(queue, rows=mine, note="" if mine else _NO_JOBS)


def _cancel(row: Row, language: Language) -> ButtonElement | None:
    return button(Action.CANCEL, row.job, language) if row.job else None


def _edit(row: Row, language: Language) -> ButtonElement | None:
    return button(Action.EDIT, row.session, language) if row.session else None


def _use(row: Row, language: Language) -> ButtonElement | None:
    return _button(COMPOSE, N_("Use"), language, row.title)


def _note(text: str, language: Language) -> Block:
    return plain_context(clip(language.say(text), _SAID_LENGTH) or "…")


def _button(
    name: str, label: str, language: Language, value: str = "", style: str | None = None
) -> ButtonElement:
    return ButtonElement(
        text={"type": "plain_text", "text": language.say(label)[:_LABEL_LENGTH], "emoji": True},
        action_id=name,
        value=value[:_VALUE_LENGTH] or None,
        style=style,
    )
