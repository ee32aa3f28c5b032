"""What was filled into a form, as a command."""

import pytest

from bot.commands import Animate
from bot.gestures.form_answer import FormAnswer
from engine.errors import InputError

JOB = "0123456789abcdef01234567"


def test_prompts_own_fields_flags_and_preset_become_one_command():
    answer = FormAnswer(
        "0: a fox\n24: an owl", "--steps 9", "calm", {"negative_prompt": "dogs", "fps": ""}, JOB
    )
    assert answer.command() == Animate(
        {"prompts": "0: a fox\n24: an owl", "negative_prompt": "dogs", "steps": "9"},
        "calm",
        inputs_of=JOB,
    )


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (FormAnswer(), "there is no prompt"),
        (FormAnswer("0: a fox", "slowly"), "'slowly' is no setting"),
        (FormAnswer("0: a fox", "--fps 9", own={"fps": "12"}), "given twice"),
        (FormAnswer("0: a fox", own={"steps": "0"}), "steps"),
    ],
)
def test_what_is_wrong_is_told_while_the_words_are_at_hand(answer, complaint):
    with pytest.raises(InputError, match=complaint):
        answer.command()


def test_all_words_can_be_given_back():
    answer = FormAnswer("0: a fox", "slowly", own={"negative_prompt": "dogs"})
    assert answer.as_text() == "prompts:\n0: a fox\n\nnegative_prompt:\ndogs\n\nsettings:\nslowly"
