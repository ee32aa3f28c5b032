"""What the command takes, told in a chat: all in few lines, a group of settings, or one of them."""

from bot.commands import ALIASES, COMMAND, EXAMPLE
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
_KEYFRAMES = "\n".join(
    [
        f"{COMMAND} keyframes, with a song or a clip attached, finds where in it something begins, "
        "and makes keyframes of that to fill in with prompts. It takes:",
        "--fps: Frames a second; default: a clip's own, else 12",
        "--audio-component: The part that is listened to: percussive, harmonic or both",
        "--beats: Take the steady beat instead of every note and stroke",
    ]
)
_SCHEDULE = "--zoom 0: (1), 24: (1.05) or --angle 5*sin(t/6)"


def help_text(topic: str = "") -> str:
    """What the command takes, in few lines for any chat; or all about a group or a setting."""
    topic = topic.replace("-", "_")
    if topic in (groups := Settings.groups()):
        flags = [about(_OPTIONS[name]) for name in groups[topic] if name != "prompts"]
        return "\n".join([*flags, f"{COMMAND} help and a setting's name tells what it takes."])
    topic = ALIASES.get(topic, topic)
    if topic == "keyframes":
        return _KEYFRAMES
    if topic in _OPTIONS:
        return f"{about(_OPTIONS[topic])}\nIt takes {_OPTIONS[topic].expected}."
    return "\n".join(
        [
            "Describe what the animation shows at which frame; it glides from one to the next:",
            f"{COMMAND} {EXAMPLE}",
            "A keyframe may end in --neg and what not to show. Keys may be in seconds, as 2s:.",
            "A picture, a sound or a video may be attached.",
            f"{COMMAND} keyframes with a song attached finds some in it: {COMMAND} help keyframes",
            f"{COMMAND} inspire draws prompts for you; it may be told about what: inspire cats",
            f"{COMMAND} queue, models, presets and session list tell what there is;",
            f"{COMMAND} session load and a name, id or link shows what an animation was made from.",
            "Then, if you like, settings, as in --seed 7 --zoom 1.02 --format gif. The usual ones:",
            *(about(_OPTIONS[name]) for name in _USUAL),
            "--preset: Settings with a name, taken before yours; presets lists them",
            f"Where it says (a schedule), a value may change: {_SCHEDULE}",
            f"All others: {COMMAND} help and one of {', '.join(groups)}; "
            f"about one of them: {COMMAND} help zoom",
        ]
    )


def about(option: Option) -> str:
    """A setting in a line: its flag, what it does, its default."""
    default = f" (default {option.default})" if option.default else ""
    return f"{option.flag}: {option.description}{default}"
