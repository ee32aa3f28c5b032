"""A full disk is told from other errors, and told in one sentence."""

import errno
import logging
import sqlite3
import threading
from pathlib import Path

import av
import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from engine import disk
from engine.disk import check_room, is_disk_full, sentence_for, wait_for_room
from engine.errors import DiskFullError, MediaError, RenderError

FULL = OSError(errno.ENOSPC, "No space left on device")


def raised(error: Exception, cause: Exception | None) -> Exception:
    try:
        raise error from cause
    except Exception as caught:
        return caught


def sqlite_error(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    "error",
    [
        FULL,
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        av.FFmpegError(errno.ENOSPC, "No space left on device"),
        sqlite_error(sqlite3.SQLITE_FULL),
        raised(RenderError("the animation can't be written"), FULL),
        raised(OperationalError("", {}, FULL), sqlite_error(sqlite3.SQLITE_FULL)),
        psycopg.errors.DiskFull("could not extend file"),
        raised(DiskFullError(), FULL),
        DiskFullError(),
    ],
)
def test_a_full_disk_is_known_whoever_met_it(error: Exception) -> None:
    assert is_disk_full(error)
    words = sentence_for(error, "a command could not be carried out", "sorry")
    assert words == "The bot's disk is full; try again when its operator has made room."


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.EACCES, "Permission denied"),
        av.FFmpegError(errno.EINVAL, "Invalid argument"),
        sqlite_error(sqlite3.SQLITE_BUSY),
        raised(RenderError("the animation can't be written"), ValueError()),
    ],
)
def test_other_errors_are_none_of_the_disk(error: Exception) -> None:
    assert not is_disk_full(error)


def test_the_operator_reads_what_the_user_is_not_told(caplog: pytest.LogCaptureFixture) -> None:
    assert sentence_for(FULL, "job 7 failed", "sorry") == str(DiskFullError())
    assert sentence_for(ValueError("a secret"), "job 8 failed", "sorry") == "sorry"
    assert "job 7 failed: the disk is full ([Errno 28] No space left on device)" in caplog.text
    assert "job 8 failed" in caplog.text and "a secret" in caplog.text


def test_the_operator_reads_of_the_first_cause_and_of_each_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sentence_for(raised(DiskFullError(), FULL), "job 7 failed", "sorry")
    assert "No space left" in caplog.text
    with pytest.raises(DiskFullError) as caught:
        check_room(tmp_path, 10**12)
    sentence_for(caught.value, "job 8 failed", "sorry")
    assert len(caplog.records) == 2


def test_what_a_user_can_mend_is_no_matter_for_the_operator(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert sentence_for(MediaError("a.png is damaged"), "job 7 failed", "sorry") == (
        "a.png is damaged"
    )
    assert not caplog.records


def test_too_little_room_is_refused_before_there_is_none(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    not_yet_there = tmp_path / "data" / "sessions"
    check_room(not_yet_there, 0)
    with pytest.raises(DiskFullError):
        check_room(not_yet_there, 10**12)
    assert str(not_yet_there) in caplog.text and "MiB are free" in caplog.text


def test_one_can_wait_for_room(tmp_path: Path, monkeypatch, caplog) -> None:
    caplog.set_level(logging.ERROR)
    free = iter([0, 0, 2**30])
    monkeypatch.setattr(disk, "_PAUSE_SECONDS", 0.001)
    monkeypatch.setattr(disk, "free_bytes", lambda _: next(free))
    wait_for_room(tmp_path, threading.Event())
    assert not list(free)
    assert len(caplog.records) == 1


def test_who_is_told_to_stop_waits_no_longer(tmp_path: Path, monkeypatch) -> None:
    stop = threading.Event()
    stop.set()
    monkeypatch.setattr(disk, "free_bytes", lambda _: 0)
    wait_for_room(tmp_path, stop)
