"""What Slack delivers again, to this process or to the next one."""

from pathlib import Path

from bot.slack.memory import Memory
from bot.slack.seen import Seen


def test_a_delivery_is_new_once(tmp_path: Path) -> None:
    seen = Seen(Memory(tmp_path))
    assert seen.claim("a command")
    assert not seen.claim("a command")
    assert seen.claim("another")


def test_only_the_latest_deliveries_are_remembered(tmp_path: Path) -> None:
    seen = Seen(Memory(tmp_path), size=3)
    assert all(seen.claim(str(number)) for number in range(4))
    assert not seen.claim("1")
    assert seen.claim("0")


def test_what_was_answered_is_left_alone_by_the_next_process_too(tmp_path: Path) -> None:
    seen = Seen(Memory(tmp_path))
    seen.claim("answered")
    seen.claim("killed over")
    seen.note_answered("answered")
    restarted = Seen(Memory(tmp_path))
    assert not restarted.claim("answered")
    assert restarted.claim("killed over")


def test_after_a_day_nothing_is_remembered(tmp_path: Path, monkeypatch) -> None:
    Seen(Memory(tmp_path)).note_answered("old")
    monkeypatch.setattr("bot.slack.memory._DAY", 0.0)
    assert Seen(Memory(tmp_path)).claim("old")


def test_a_disk_that_cannot_be_written_stops_nothing(tmp_path: Path, caplog) -> None:
    (tmp_path / "file").write_text("")
    seen = Seen(Memory(tmp_path / "file"))
    assert seen.claim("a command")
    seen.note_answered("a command")
    assert not seen.claim("a command")
    assert "can't be noted" in caplog.text
