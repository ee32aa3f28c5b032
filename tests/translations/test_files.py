"""The languages' files, held against the code."""

from pathlib import Path

import pytest
from babel.messages import Catalog

from bot.language import FOLDER, Languages
from tests.translations.files import faults, update
from tests.translations.messages import catalogue_of_code

FILES = sorted(FOLDER.glob("*.po"))


def catalogue(*messages: str) -> Catalog:
    made = Catalog()
    for message in messages:
        made.add(message)
    return made


@pytest.fixture
def german(tmp_path: Path) -> Path:
    file = tmp_path / "de.po"
    update(file, catalogue("Cancel", "{done} of {frames}"))
    return file


def fill(file: Path, translation: str, message: str) -> None:
    text = file.read_text()
    assert f'msgid "{message}"\nmsgstr ""' in text
    file.write_text(
        text.replace(f'msgid "{message}"\nmsgstr ""', f'msgid "{message}"\nmsgstr "{translation}"')
    )


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_message_of_the_bot_is_translated_into_every_language(file):
    """Where this fails, `make translations` puts what is missing into the file, to be filled in."""
    assert list(faults(file, catalogue_of_code())) == []


def test_a_message_without_a_translation_is_found(german):
    fill(german, "Abbrechen", "Cancel")
    (fault,) = faults(german, catalogue("Cancel", "{done} of {frames}"))
    assert "{done} of {frames}" in fault and "isn't translated" in fault


def test_a_translation_of_nothing_is_found(german):
    fill(german, "Abbrechen", "Cancel")
    fill(german, "{done} von {frames}", "{done} of {frames}")
    (fault,) = faults(german, catalogue("{done} of {frames}"))
    assert "Cancel" in fault and "any more" in fault


@pytest.mark.parametrize("translation", ["{done} von {bilder}", "{done}", "{done} {frames} {x}"])
def test_a_translation_with_other_gaps_is_found(german, translation):
    fill(german, "Abbrechen", "Cancel")
    fill(german, translation, "{done} of {frames}")
    (fault,) = faults(german, catalogue("Cancel", "{done} of {frames}"))
    assert "other gaps" in fault


def test_a_plural_form_that_is_missing_is_found(tmp_path):
    file, code = tmp_path / "de.po", Catalog()
    code.add(("one frame", "{number} frames"))
    assert update(file, code) == 1
    file.write_text(file.read_text().replace('msgstr[0] ""', 'msgstr[0] "ein Bild"'))
    assert len(list(faults(file, code))) == 1
    file.write_text(file.read_text().replace('msgstr[1] ""', 'msgstr[1] "{number} Bilder"'))
    assert list(faults(file, code)) == []


def test_an_update_keeps_translations_and_counts_what_is_missing(german):
    fill(german, "Abbrechen", "Cancel")
    assert update(german, catalogue("Save", "Cancel")) == 1
    assert Languages(german.parent).of("de").say("Cancel") == "Abbrechen"


def test_a_message_that_comes_back_finds_its_translation_again(german):
    fill(german, "Abbrechen", "Cancel")
    update(german, catalogue("Save"))
    assert Languages(german.parent).of("de").say("Cancel") == "Cancel"

    assert update(german, catalogue("Cancel")) == 0

    assert Languages(german.parent).of("de").say("Cancel") == "Abbrechen"


def test_an_update_without_anything_new_changes_nothing(german):
    fill(german, "Abbrechen", "Cancel")
    code = catalogue("Cancel", "{done} of {frames}")
    update(german, code)
    before = german.read_bytes()
    update(german, code)
    assert german.read_bytes() == before
