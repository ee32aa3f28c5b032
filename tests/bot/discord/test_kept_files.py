"""Files that came with commands whose forms are still being filled in."""

from bot.discord import kept_files
from bot.discord.kept_files import KeptFiles

ALICE, BOB = 1, 2


def test_files_are_there_as_often_as_a_form_is_sent_in():
    kept = KeptFiles()
    kept.keep(ALICE, "7", ["a picture"])
    assert kept.of(ALICE, "7") == ("a picture",)
    assert kept.of(ALICE, "7") == ("a picture",)
    assert kept.of(ALICE, "8") is None


def test_nobody_gets_the_files_of_somebody_else():
    kept = KeptFiles()
    kept.keep(ALICE, "7", ["a picture"])
    assert kept.of(BOB, "7") is None


def test_forms_that_are_never_sent_in_do_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(kept_files, "MOST_FORMS", 2)
    kept = KeptFiles()
    for form in ("1", "2", "3"):
        kept.keep(ALICE, form, [form])
    assert [kept.of(ALICE, form) for form in ("1", "2", "3")] == [None, ("2",), ("3",)]
