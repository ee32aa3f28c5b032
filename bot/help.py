"""What the command takes, told in a chat: all in few lines, a group of settings, or one of them."""

from bot.commands import ALIASES, COMMAND, EXAMPLE
from bot.language import ENGLISH, Language
from engine.options import Option
from engine.settings import Settings

_OPTIONS = Settings.options()
_USUAL = (
    "negative_prompt",
    "seed",
    "seconds",
    "fps",
    "loop",
    "format",
    "steps",
    "guidance_scale",
    "strength",
    "zoom",
)
_SCHEDULE = "--zoom 0: (1), 24: (1.05)"
_FORMULA = "--angle 5*sin(t/6)"


def help_text(topic: str = "", language: Language = ENGLISH) -> str:
    """What the command takes, in few lines for any chat; or all about a group or a setting."""
    topic = topic.replace("-", "_")
    if topic in Settings.groups():
        return _help_on_group(topic, language)
    topic = ALIASES.get(topic, topic)
    if topic == "keyframes":
        return _help_on_keyframes(language)
    if topic in _OPTIONS:
        option = _OPTIONS[topic]
        takes = language.say("It takes {what}.", what=option.expected_in(language.say))
        return f"{about(option, language)}\n{takes}"
    return _help_on_all(language)


def about(option: Option, language: Language = ENGLISH) -> str:
    """A setting in a line: its flag, what it does, its default."""
    does = language.say(option.description)
    if not option.default:
        return language.say("{flag}: {does}", flag=option.flag, does=does)
    return language.say(
        "{flag}: {does} (default {default})", flag=option.flag, does=does, default=option.default
    )


def _help_on_all(language: Language) -> str:
    say = language.say
    return "\n".join(
        [
            say(
                "Describe what the animation shows at which frame; it glides from one to the next:"
            ),
            f"{COMMAND} {EXAMPLE}",
            say(
                "A keyframe may end in --neg and what not to show. Keys may be in seconds, as 2s:."
            ),
            say("A picture, a sound or a video may be attached."),
            say(
                "{command} keyframes with a song attached finds some in it: {command} help "
                "keyframes",
                command=COMMAND,
            ),
            say(
                "{command} inspire draws prompts for you; it may be told about what: inspire cats",
                command=COMMAND,
            ),
            say(
                "{command} queue, models, presets and session list tell what there is;",
                command=COMMAND,
            ),
            say(
                "{command} cancel stops an animation of yours: alone, or with its place in the "
                "queue, now or all;",
                command=COMMAND,
            ),
            say(
                "{command} session load and a name, id or link shows what an animation was made "
                "from.",
                command=COMMAND,
            ),
            say(
                "Then, if you like, settings, as in --seed 7 --zoom 1.02 --format gif. "
                "The usual ones:"
            ),
            *(about(_OPTIONS[name], language) for name in _USUAL),
            say("--preset: Settings with a name, taken before yours; presets lists them"),
            say(
                "Where it says (a schedule), a value may change: {schedule} or {formula}",
                schedule=_SCHEDULE,
                formula=_FORMULA,
            ),
            say(
                "All others: {command} help and one of {groups}; about one of them: "
                "{command} help zoom",
                command=COMMAND,
                groups=", ".join(Settings.groups()),
            ),
        ]
    )


def _help_on_group(group: str, language: Language) -> str:
    names = [name for name in Settings.groups()[group] if name != "prompts"]
    more = language.say("{command} help and a setting's name tells what it takes.", command=COMMAND)
    return "\n".join([*(about(_OPTIONS[name], language) for name in names), more])


def _help_on_keyframes(language: Language) -> str:
    say = language.say
    return "\n".join(
        [
            say(
                "{command} keyframes, with a song or a clip attached, finds where in it something "
                "begins, and makes keyframes of that to fill in with prompts. It takes:",
                command=COMMAND,
            ),
            say("--fps: Frames a second; default: a clip's own, else 12"),
            say("--audio-component: The part that is listened to: percussive, harmonic or both"),
            say("--beats: Take the steady beat instead of every note and stroke"),
        ]
    )
