"""Opening, stepping and playing real files: by the computer's clock, and by a sound card turned by hand."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from core.media import probe_item
from core.media.audio import read_audio
from core.media.writing import write_video
from core.schema import MediaSource
from desktop.session.frame_worker import Frame
from desktop.session.sound_worker import RATE, Card, Fill
from desktop.session.transport import Transport
from desktop.views.pyramid import Pyramid

SAMPLE = Path("resources/sample/moving-shapes.mp4")
SOUND = Path("resources/sample/beep-siren-bell.flac")
WAIT_MS = 15_000


class HandCard:
    """A sound card that takes samples when the test says so."""

    def __init__(self) -> None:
        self.fill: Fill | None = None
        self.channels = 0
        self.closed = False

    def open(self, channels: int, fill: Fill) -> Card:
        self.fill, self.channels = fill, channels
        return self

    def take(self, samples: int) -> np.ndarray:
        assert self.fill is not None
        out = np.full((samples, self.channels), 9.0, dtype=np.float32)
        self.fill(out, 0.0)
        return out

    def close(self) -> None:
        self.closed = True


def source(path: Path) -> MediaSource:
    return MediaSource(probe_item(path, root="", relative=path.name), str(path))


Make = Callable[..., Transport]


@pytest.fixture
def make(qapp: object) -> Iterator[Make]:
    made: list[Transport] = []

    def build(card: HandCard | None = None) -> Transport:
        transport = Transport(Pyramid.build, open_card=card.open if card is not None else lambda *_: None)
        made.append(transport)
        return transport

    yield build
    for transport in made:
        transport.shutdown()


def opened(transport: Transport, path: Path, qtbot: QtBot) -> Transport:
    with qtbot.waitSignal(transport.opened, timeout=WAIT_MS):
        transport.open(source(path))
    return transport


def shown(transport: Transport) -> int | None:
    return transport.frame.number if transport.frame is not None else None


def test_steps_show_each_frame_at_its_own_time(make: Make, qtbot: QtBot) -> None:
    transport = opened(make(), SAMPLE, qtbot)
    assert transport.duration_s == pytest.approx(12.0)
    for by, number in ((0, 0), (1, 1), (1, 2), (20, 22), (-1, 21), (-5, 16), (1000, 143)):
        transport.step(by)
        qtbot.waitUntil(lambda number=number: shown(transport) == number, timeout=WAIT_MS)
        assert transport.position_s == pytest.approx(number / 12)


def test_a_seek_rests_at_the_time_of_the_frame(make: Make, qtbot: QtBot) -> None:
    transport = opened(make(), SAMPLE, qtbot)
    transport.seek(1.05)
    qtbot.waitUntil(lambda: shown(transport) == 12, timeout=WAIT_MS)
    assert transport.position_s == pytest.approx(1.0)


def test_playing_a_stretch_ends_on_its_last_frame(make: Make, qtbot: QtBot) -> None:
    transport = opened(make(), SAMPLE, qtbot)
    frames: list[Frame] = []
    transport.frame_changed.connect(frames.append)
    transport.set_speed(2.0)
    transport.play(2.0, 2.5)
    assert transport.playing
    qtbot.waitUntil(lambda: not transport.playing, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: shown(transport) == 29, timeout=WAIT_MS)
    assert transport.position_s == pytest.approx(29 / 12)
    numbers = [frame.number for frame in frames if frame.number >= 24]
    assert numbers == sorted(numbers)


def test_a_loop_comes_round(make: Make, qtbot: QtBot) -> None:
    transport = opened(make(), SAMPLE, qtbot)
    positions: list[float] = []
    transport.moved.connect(positions.append)
    transport.set_loop((1.0, 1.25))
    transport.seek(1.0)
    transport.play()
    qtbot.waitUntil(lambda: any(b < a for a, b in pairwise(positions[1:])), timeout=WAIT_MS)
    transport.pause()
    assert all(1.0 <= position < 1.25 for position in positions[1:])


def test_the_sound_card_is_the_clock(make: Make, qtbot: QtBot) -> None:
    card = HandCard()
    transport = opened(make(card), SOUND, qtbot)
    assert transport.sound_state == "on"
    transport.play(1.0, 3.0)
    qtbot.waitUntil(lambda: bool(np.abs(card.take(480)).sum()) or transport.position_s > 1.0, timeout=WAIT_MS)
    before = time.perf_counter()
    while card.take(480).any() and time.perf_counter() < before + 60:  # nobody waits: the card takes it all at once
        qtbot.wait(1)
    qtbot.waitUntil(lambda: not transport.playing, timeout=WAIT_MS)
    assert transport.position_s == pytest.approx(3.0)


def test_what_is_played_is_the_sound_of_the_file(make: Make, qtbot: QtBot) -> None:
    card = HandCard()
    transport = opened(make(card), SOUND, qtbot)
    transport.play(2.0)
    heard: list[np.ndarray] = []
    qtbot.waitUntil(lambda: heard.append(card.take(RATE // 20)) or bool(heard[-1].any()), timeout=WAIT_MS)
    expected = read_audio(SOUND, 2.0, 2.05, rate=RATE, channels="all")
    assert np.abs(heard[-1].T - expected).max() < 1e-4


def test_closing_ends_the_threads(make: Make, qtbot: QtBot) -> None:
    card = HandCard()
    transport = opened(make(card), SOUND, qtbot)
    transport.play()
    transport.shutdown()
    assert card.closed
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("groundlabel-sound")]


def test_a_missing_file_is_told(make: Make, qtbot: QtBot, tmp_path: Path) -> None:
    transport = make()
    gone = MediaSource(source(SAMPLE).item, str(tmp_path / "gone.mp4"))
    with qtbot.waitSignal(transport.failed, timeout=WAIT_MS) as failure:
        transport.open(gone)
    assert "There is no file" in failure.args[0].what
    assert not transport.is_open


def test_frames_follow_the_sound_of_their_file(make: Make, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "with-sound.mp4"
    frames = (np.full((48, 64, 3), number * 5, dtype=np.uint8) for number in range(50))
    tone = (np.sin(np.arange(32_000) / 6) * 9_000).astype(np.int16)
    write_video(path, frames, size_wh=(64, 48), rate=25, sound=[tone])
    card = HandCard()
    transport = opened(make(card), path, qtbot)
    qtbot.waitUntil(lambda: transport.sound_state == "on", timeout=WAIT_MS)
    transport.play(0.4)
    qtbot.waitUntil(lambda: bool(card.take(RATE // 50).any()), timeout=WAIT_MS)
    while transport.playing:  # faster than the time on the wall: it is the card that counts
        card.take(RATE // 50)
        qtbot.wait(2)
    qtbot.waitUntil(lambda: shown(transport) == 49, timeout=WAIT_MS)


def test_without_a_card_a_video_with_sound_plays_all_the_same(make: Make, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "with-sound.mp4"
    frames = (np.full((48, 64, 3), number * 5, dtype=np.uint8) for number in range(10))
    write_video(path, frames, size_wh=(64, 48), rate=25, sound=[np.zeros(6_400, dtype=np.int16)])
    transport = opened(make(), path, qtbot)
    qtbot.waitUntil(lambda: transport.sound_state == "no_card", timeout=WAIT_MS)
    transport.play()
    qtbot.waitUntil(lambda: not transport.playing, timeout=WAIT_MS)
    assert transport.position_s == pytest.approx(9 / 25)
