"""Words in the users' languages."""

import logging
from pathlib import Path

import pytest

from bot.language import Language, Languages, Sentence, language_of

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: {forms}\\n"\n\n'
ONE_FORM = HEADER.format(forms="nplurals=1; plural=0;")
POLISH = HEADER.format(
    forms="nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"
)


@pytest.fixture
def language(tmp_path: Path):
    """Makes a language of a file's text."""

    def make(text: str, locale: str = "zh_CN") -> Language:
        (tmp_path / f"{locale}.po").write_text(text)
        return Languages(tmp_path).of(locale)

    return make


@pytest.mark.parametrize(
    "locale", ["zh-CN", "zh_CN", "zh", "zh-TW", "zh-HK", "zh-Hans-CN", "ZH-cn"]
)
def test_whoever_reads_chinese_gets_it_whatever_the_country(locale):
    assert language_of(locale).say("Cancel") == "取消"


@pytest.mark.parametrize("locale", ["en-US", "en-GB", "en", "EN", "de", "ko", "es-419", "sv-SE"])
def test_english_and_languages_that_are_not_there_are_english(locale):
    assert language_of(locale).say("Cancel") == "Cancel"


@pytest.mark.parametrize(
    "locale",
    ["", "-", "_", "zhong", "../zh_CN", "/etc/passwd", "zh\0", "C.UTF-8", "é" * 50_000, "{}", "%s"],
)
def test_no_locale_breaks_the_bot_or_leaves_its_folder(locale):
    assert language_of(locale).locale == "en"


def test_values_go_into_the_gaps_as_they_are(language):
    chinese = language(ONE_FORM + 'msgid "{done} of {frames}"\nmsgstr "{frames} 帧中的 {done} 帧"')
    assert chinese.say("{done} of {frames}", done=3, frames="{x}") == "{x} 帧中的 3 帧"


def test_a_message_without_values_may_have_any_brackets(language):
    assert language(ONE_FORM).say('{"a": 1} {') == '{"a": 1} {'


def test_nothing_stays_nothing(language):
    assert language(ONE_FORM).say("") == ""


@pytest.mark.parametrize("number, words", [(1, "1 klatka"), (3, "3 klatki"), (5, "5 klatek")])
def test_every_plural_form_of_a_language_is_used(language, number, words):
    forms = "".join(
        f'msgstr[{place}] "{{number}} {form}"\n'
        for place, form in enumerate(("klatka", "klatki", "klatek"))
    )
    polish = language(
        f'{POLISH}msgid "{{number}} frame"\nmsgid_plural "{{number}} frames"\n{forms}', "pl"
    )
    assert polish.count("{number} frame", "{number} frames", number) == words


def test_english_counts_too():
    english = language_of("en-GB")
    counted = [english.count("one frame", "{number} frames", number) for number in (0, 1, 2)]
    assert counted == ["0 frames", "one frame", "2 frames"]


def test_a_name_is_another_word_than_the_unit_of_the_same_letters(language):
    chinese = language(
        ONE_FORM + 'msgctxt "name"\nmsgid "frames"\nmsgstr "帧数"\n\nmsgid "frames"\nmsgstr "帧"'
    )
    assert (chinese.name("frames"), chinese.say("frames")) == ("帧数", "帧")
    assert chinese.name("seed") == "seed"


@pytest.mark.parametrize(
    "seconds, english, chinese",
    [(0, "1 second", "1秒钟"), (75, "75 seconds", "75秒钟"), (170, "3 minutes", "3分钟")],
)
def test_times_are_told_in_words(seconds, english, chinese):
    assert language_of("en-US").duration(seconds) == english
    assert language_of("zh-CN").duration(seconds) == chinese


def test_a_sentence_that_is_not_translated_stays_english(language):
    assert language(ONE_FORM + 'msgid "A"\nmsgstr ""').say("A") == "A"


def test_a_guess_at_a_translation_is_not_shown(language):
    assert language(ONE_FORM + '#, fuzzy\nmsgid "A"\nmsgstr "B"').say("A") == "A"


@pytest.mark.parametrize("translated", ["{place}", "{}", "{frames", "{frames.gone}", "{frames!x}"])
def test_a_translation_with_a_wrong_gap_is_shown_in_english_and_logged(
    language, translated, caplog
):
    chinese = language(ONE_FORM + f'msgid "{{frames}} frames"\nmsgstr "{translated} 帧"')
    assert chinese.say("{frames} frames", frames=24) == "24 frames"
    assert "has other gaps" in caplog.text


@pytest.mark.parametrize(
    "text",
    [
        "this is no catalogue",
        HEADER.format(forms="nplurals=1; plural=__import__('os');"),
        'msgid "A"\nmsgstr "B"\nand more',
    ],
)
def test_a_file_that_cannot_be_read_leaves_its_users_english(language, text, caplog):
    chinese = language(text)
    assert chinese.say("Cancel") == "Cancel"
    assert chinese.duration(180) == "3 minutes"
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


def test_a_file_in_another_encoding_leaves_its_users_english(tmp_path, caplog):
    (tmp_path / "zh_CN.po").write_bytes('msgid "A"\nmsgstr "取消"'.encode("gb18030"))
    assert Languages(tmp_path).of("zh-CN").locale == "en"
    assert "can't be read" in caplog.text


def test_a_file_named_after_no_language_is_left_alone(tmp_path, caplog):
    (tmp_path / "klingon_copy.po").write_text(ONE_FORM)
    assert Languages(tmp_path).of("klingon-copy").locale == "en"
    assert "named after no language" in caplog.text


def test_a_sentence_of_the_core_reads_as_english_and_is_said_in_any_language(language):
    saved = Sentence("Saved as {name}.", name="{x}")
    chinese = language(ONE_FORM + 'msgid "Saved as {name}."\nmsgstr "已保存为 {name}。"')
    assert saved == "Saved as {x}."
    assert chinese.say(saved) == "已保存为 {x}。"
    assert language_of("en").say(saved) == "Saved as {x}."
