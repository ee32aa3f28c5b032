"""What `keyframes` is answered: a sound's keyframes, told and drawn."""

import asyncio
import io
import threading
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from bot import keyframes as module
from bot.cards import PromptsCard, TextCard
from bot.commands import Keyframes
from bot.discord import cards as discord_cards
from bot.discord.message import TEXT_LENGTH
from bot.keyframes import KeyframeFinder
from bot.language import language_of
from bot.slack import cards as slack_cards
from bot.slack.message import MESSAGE_LENGTH, Surface
from engine.configuration import load_configuration
from engine.errors import InputError, MediaError
from engine.groups.media import AudioComponent
from engine.media.keyframes import Mark, SoundKeyframes
from engine.prompts import parse_prompts
from tests.support.films import click_track, film
from tests.support.pictures import wave_png
from tests.support.slack_rules import message_problems, texts_of

ROOM = 4_000
USUAL = Keyframes()
PNG = wave_png()


class Sent:
    """An attachment as a chat would hand it over."""

    def __init__(self, name, content):
        self.name, self.content, self.size = name, content, len(content)

    async def save(self, target: Path, limit: int) -> None:
        target.write_bytes(self.content)


class Listener:
    """Stands in for the child process: notes what it is asked, and answers with `marks`."""

    def __init__(self):
        self.asked, self.marks, self.tempo = [], (0, 12, 31), 120.0
        self.failure = None
        self.at_once = self.most_at_once = 0
        self.may_answer = threading.Event()
        self.may_answer.set()
        self._lock = threading.Lock()

    def __call__(self, path, fps, component, mark, picture):
        self.asked.append((path, fps, component, mark))
        with self._lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        assert self.may_answer.wait(10)
        with self._lock:
            self.at_once -= 1
        if self.failure:
            raise self.failure
        assert path.read_bytes()
        picture.write_bytes(PNG)
        frames = self.marks[-1] + 1
        return SoundKeyframes(
            fps=fps, seconds=frames / fps, frames=frames, keyframes=self.marks, tempo=self.tempo
        )


@pytest.fixture
def listener(monkeypatch):
    listener = Listener()
    monkeypatch.setattr(module, "keyframes_in_child", listener)
    return listener


@pytest.fixture
def configuration(tmp_path, monkeypatch):
    (tmp_path / "settings.toml").write_text(f'[service]\ndata = "{tmp_path / "data"}"\n')
    monkeypatch.setenv("GIFFUSION_SETTINGS", str(tmp_path / "settings.toml"))
    return load_configuration()


@pytest.fixture
def finder(configuration, listener):
    return KeyframeFinder(configuration)


@pytest.fixture
def song(tmp_path):
    return Sent("song.wav", click_track(tmp_path / "song.wav", 1.0, [0.1]).read_bytes())


@pytest.fixture
def clip(tmp_path):
    file = film(tmp_path / "clip.mp4", 6, Fraction(30000, 1001), (64, 48))
    return Sent("clip.mp4", file.read_bytes())


def gif(frames):
    pictures = [Image.new("L", (8, 6), 40 * number) for number in range(frames)]
    written = io.BytesIO()
    pictures[0].save(
        written, "GIF", save_all=True, append_images=pictures[1:], loop=0, duration=100
    )
    return Sent("a.gif", written.getvalue())


def left_behind(configuration):
    return list(configuration.inputs.iterdir()) if configuration.inputs.exists() else []


async def test_a_songs_keyframes_are_told_drawn_and_ready_to_be_filled_in(finder, listener, song):
    card = await finder.find(USUAL, [song], ROOM)
    assert isinstance(card, PromptsCard)
    text = card.text.replace("\N{NO-BREAK SPACE}", " ")
    assert text.splitlines()[:3] == [
        "Sound: 2.67 s, 32 frames at 12 frames a second, 120 beats a minute.",
        "3 keyframes, where something begins.",
        "Frame 0 at 0 s, 12 at 1 s, 31 at 2.58 s",
    ]
    assert card.to_copy == "0: … | 12: … | 31: … --fps 12"
    assert card.picture == PNG
    assert card.alt == "The wave of 2.67 s of sound with 3 keyframes, where something begins."


async def test_a_single_keyframe_and_frame_are_told_as_one(finder, listener, song):
    listener.marks = (0,)
    card = await finder.find(USUAL, [song], ROOM)
    assert "0.08 s, 1 frame at 12" in card.text
    assert "\n1 keyframe, where" in card.text


async def test_what_was_asked_for_is_what_is_listened_to(finder, listener, song):
    asked = Keyframes({"fps": "24", "audio_component": "percussive"}, Mark.BEATS)
    listener.tempo = None
    card = await finder.find(asked, [song], ROOM)
    (path, *question) = listener.asked[0]
    assert path.name == "audio.wav"
    assert question == [Fraction(24), AudioComponent.PERCUSSIVE, Mark.BEATS]
    assert "24 frames a second, no steady beat." in card.text
    assert "3 keyframes of its percussive part, at its beats." in card.text
    assert card.to_copy.endswith(" --fps 24")


async def test_a_chinese_user_is_told_of_keyframes_in_chinese(finder, listener, song, clip):
    asked = Keyframes({"audio_component": "percussive"}, Mark.BEATS)
    card = await finder.find(asked, [song, clip], ROOM, language_of("zh-CN"))
    assert card.text.replace("\N{NO-BREAK SPACE}", " ").splitlines() == [
        "视频：0.2 秒，6 帧，每秒 30000/1001 (29.97) 帧，64 × 48 像素。",
        "音频：1.07 秒，32 帧，每秒 30000/1001 (29.97) 帧，每分钟 120 拍。",
        "3 个关键帧，打击乐部分，位于节拍处。",
        "帧号：0（0 秒）, 12（0.4 秒）, 31（1.03 秒）",
        "填入提示词，然后与文件一起发送：",
    ]
    assert card.alt == "1.07 秒音频的波形，3 个关键帧，打击乐部分，位于节拍处。"
    assert (await finder.find(asked, [gif(4)], ROOM, language_of("zh-CN"))).text.endswith(
        "它没有声音，因此没有关键帧。"
    )


async def test_a_clip_has_its_own_frame_rate_exactly_and_the_keyframes_of_its_sound(
    finder, listener, clip
):
    card = await finder.find(USUAL, [clip], ROOM)
    (path, fps, *_) = listener.asked[0]
    assert (path.name, fps) == ("video.mp4", Fraction(30000, 1001))
    assert card.text.startswith(
        "Clip: 0.2 s, 6 frames at 30000/1001 (29.97) frames a second, 64 × 48 pixels.\nSound: "
    )
    assert card.to_copy.endswith(" --fps 30000/1001")


@pytest.mark.parametrize(
    ("asked", "heard", "told"),
    [
        (None, (0, 3, 6), "0: … | 3: … | 5: … --fps 30000/1001"),
        (None, (0, 5, 7), "0: … | 5: … --fps 30000/1001"),
        (None, (0, 3), "0: … | 3: … --fps 30000/1001"),
        (Fraction(15), (0, 1, 3), "0: … | 1: … | 3: … --fps 15"),
    ],
)
async def test_a_clips_keyframes_end_with_its_pictures_though_its_sound_goes_on(
    finder, listener, clip, asked, heard, told
):
    listener.marks = heard
    command = Keyframes({"fps": asked})
    assert (await finder.find(command, [clip], ROOM)).to_copy == told


async def test_a_song_with_a_clip_is_heard_at_the_clips_frame_rate(finder, listener, song, clip):
    card = await finder.find(USUAL, [clip, song], ROOM)
    (path, fps, *_) = listener.asked[0]
    assert (path.name, fps) == ("audio.wav", Fraction(30000, 1001))
    assert card.text.startswith("Clip: 0.2 s")
    await finder.find(Keyframes({"fps": 8}), [clip], ROOM)
    assert listener.asked[1][1] == 8


async def test_a_clip_without_sound_gets_its_facts(finder, listener):
    card = await finder.find(USUAL, [gif(4)], ROOM)
    assert card == TextCard(
        "Clip: 0.4 s, 4 frames at 10 frames a second, 8 × 6 pixels.\n"
        "It has no sound, and so no keyframes."
    )
    assert listener.asked == []


async def test_a_picture_has_no_keyframes(finder, configuration, song):
    picture = Sent("wave.png", PNG)
    for attached in ([picture], [picture, song]):
        with pytest.raises(InputError) as caught:
            await finder.find(USUAL, attached, ROOM)
        assert str(caught.value) == "keyframes: a picture has no sound; attach a song or a clip"
    assert left_behind(configuration) == []


@pytest.mark.parametrize("room", [2_000, 4_000, 9_000])
async def test_many_keyframes_are_cut_to_what_a_message_takes_and_the_rest_is_counted(
    finder, listener, song, room
):
    listener.marks = tuple(range(0, 30_000, 7))
    card = await finder.find(USUAL, [song], room)
    assert room / 2 < len(card.text) + len(card.to_copy) <= room
    told = [key.frame(Fraction(12)) for key in parse_prompts(card.to_copy.partition(" --")[0])]
    assert told == list(listener.marks[: len(told)])
    more = len(listener.marks) - len(told)
    assert f"{len(listener.marks)} keyframes" in card.text
    assert f"These are the first {len(told)}; {more} more don't fit here." in card.text
    assert f"{told[-1]} at " in card.text
    assert f"{listener.marks[len(told)]} at " not in card.text


async def test_the_longest_answer_stands_whole_in_every_chat(finder, listener, song):
    listener.marks = tuple(range(0, 30_000, 7))
    on_discord = await finder.find(USUAL, [song], TEXT_LENGTH)
    shown = discord_cards.draw(on_discord, 10**6, language_of("en")).embed.description
    assert shown == f"{on_discord.text}\n```\n{on_discord.to_copy}\n```"
    on_slack = await finder.find(USUAL, [song], MESSAGE_LENGTH)
    message = slack_cards.draw(on_slack, Surface(language_of("en"), picture="F1"))
    assert message_problems(message.text, message.blocks) == []
    assert "".join(texts_of(message.blocks)).startswith(on_slack.text)
    assert slack_cards.prompts_in(message.blocks) == on_slack.to_copy


async def test_where_there_is_room_all_keyframes_are_told(finder, listener, song):
    listener.marks = tuple(range(0, 30_000, 7))
    card = await finder.find(USUAL, [song], 10**9)
    assert card.to_copy.count("…") == len(listener.marks)
    assert "more" not in card.text


async def test_the_song_stays_for_the_animation_that_will_be_made_of_it(
    finder, configuration, song
):
    card = await finder.find(USUAL, [song], ROOM)
    (folder,) = left_behind(configuration)
    assert card.inputs_of == folder.name
    assert [file.name for file in folder.iterdir()] == ["audio.wav"]


@pytest.mark.parametrize("failure", [MediaError("audio.wav is silent"), RuntimeError("a fault")])
async def test_nothing_is_left_behind_when_it_fails(finder, listener, configuration, song, failure):
    listener.failure = failure
    with pytest.raises(type(failure), match=str(failure)):
        await finder.find(USUAL, [song], ROOM)
    with pytest.raises(MediaError, match="no picture, sound or video"):
        await finder.find(USUAL, [Sent("a.txt", b"words")], ROOM)
    assert left_behind(configuration) == []


async def test_nothing_is_left_behind_when_it_is_interrupted(finder, listener, configuration, song):
    listener.may_answer.clear()
    asking = asyncio.create_task(finder.find(USUAL, [song], ROOM))
    async with asyncio.timeout(10):
        while not listener.asked:
            await asyncio.sleep(0.005)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert left_behind(configuration) == []
    listener.failure = MediaError("too late")
    listener.may_answer.set()


async def test_the_files_are_nobody_elses_while_they_are_listened_to(
    finder, listener, configuration, song
):
    listener.may_answer.clear()
    asking = asyncio.create_task(finder.find(USUAL, [song], ROOM))
    async with asyncio.timeout(10):
        while not listener.asked:
            await asyncio.sleep(0.005)
    (folder,) = left_behind(configuration)
    assert folder.stat().st_mode & 0o077 == 0
    listener.may_answer.set()
    await asking


async def test_two_are_listened_to_at_once_and_others_wait(finder, listener, configuration, song):
    listener.may_answer.clear()
    asking = [asyncio.create_task(finder.find(USUAL, [song], ROOM)) for _ in range(5)]
    async with asyncio.timeout(10):
        while len(list(configuration.inputs.glob("*/audio.wav"))) < len(asking):
            await asyncio.sleep(0.005)
    await asyncio.sleep(0.1)
    listener.may_answer.set()
    assert all(isinstance(card, PromptsCard) for card in await asyncio.gather(*asking))
    assert listener.most_at_once == 2
