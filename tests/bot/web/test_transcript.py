"""The conversations on disk."""

import json

import pytest

from bot.cards import PromptsCard, QueuedCard, TextCard, WaitingCard
from bot.web import transcript as module
from bot.web.transcript import Transcript


@pytest.fixture
def transcript(tmp_path):
    transcript = Transcript(tmp_path / "web.sqlite")
    yield transcript
    transcript.close()


def texts(transcript, user, revision=0):
    return [json.loads(e.json)["text"] for e in transcript.after(user, revision)]


def test_changes_come_in_their_order_and_each_once(transcript):
    first, _ = (transcript.add("ann", text, []) for text in ("one", "two"))
    transcript.answer("ann", first, TextCard("done"))
    assert texts(transcript, "ann") == ["two", "one"]
    latest = transcript.after("ann", 0)[-1].revision
    assert transcript.revision() == latest
    assert transcript.after("ann", latest) == []


def test_users_have_nothing_to_do_with_each_other(transcript):
    exchange = transcript.add("ann", "mine", [])
    transcript.answer("bob", exchange + "x", TextCard("his"))
    assert texts(transcript, "ann") == ["mine"]
    with transcript.follow("ann") as ann, transcript.follow("bob") as bob:
        transcript.add("bob", "more", [])
        assert bob.is_set()
        assert not ann.is_set()


def test_the_oldest_exchanges_make_room_for_new_ones(transcript, monkeypatch):
    monkeypatch.setattr(module, "KEPT_EXCHANGES", 3)
    transcript.add("bob", "other", [])
    for number in range(5):
        transcript.add("ann", str(number), [])
    assert texts(transcript, "ann") == ["2", "3", "4"]
    assert texts(transcript, "bob") == ["other"]


def test_remarks_on_the_command_stay_with_the_answer(transcript):
    exchange = transcript.add("ann", "x", [])
    transcript.answer("ann", exchange, QueuedCard("j", "x", 2, ("remark",)))
    transcript.answer("ann", exchange, QueuedCard("j", "x", 1))
    [entry] = transcript.after("ann", 0)
    assert json.loads(entry.json)["notes"] == ["remark"]


def test_a_picture_is_there_for_as_long_as_its_card(tmp_path):
    before = Transcript(tmp_path / "t")
    exchange = before.add("ann", "keyframes", ["song.mp3"])
    before.answer("ann", exchange, WaitingCard("Listening…"))
    assert before.unanswered() == [("ann", exchange)]
    before.answer("ann", exchange, PromptsCard("words", "0: …", b"a picture", "a wave"))
    before.close()
    after = Transcript(tmp_path / "t")
    assert after.unanswered() == []
    assert after.preview("ann", exchange) == b"a picture"
    assert after.preview("bob", exchange) is None
    [entry] = after.after("ann", 0)
    assert json.loads(entry.json)["preview"] == entry.revision
    after.answer("ann", exchange, TextCard("words"))
    assert after.preview("ann", exchange) is None
    after.close()


def test_everything_is_there_again_after_reopening(tmp_path):
    before = Transcript(tmp_path / "t")
    before.add("ann", "words \N{SNOWMAN} 'quoted'", ["a.png"])
    kept = before.after("ann", 0)
    before.close()
    after = Transcript(tmp_path / "t")
    assert after.after("ann", 0) == kept
    assert after.unanswered() == [("ann", json.loads(kept[0].json)["id"])]
    after.close()


@pytest.mark.parametrize("kept", [True, False], ids=["kept", "made room for others"])
def test_an_answer_that_is_given_again_after_a_kill_is_the_same_one(tmp_path, kept):
    before = Transcript(tmp_path / "t")
    exchange = before.add("ann", "0: a corgi", []) if kept else "a" * 24
    before.answer("ann", exchange, TextCard("Done."))
    [shown] = before.after("ann", 0)
    before.close()
    after = Transcript(tmp_path / "t")
    after.answer("ann", exchange, TextCard("Done."))
    [again] = after.after("ann", 0)
    assert again.json == shown.json
    after.close()
