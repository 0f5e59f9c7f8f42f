"""Files that crash or hang their reader cost one message; the next file is read all the same."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from core.errors import Cancelled, MediaError
from core.jobs import JobContext
from core.media.aside import AsideReader
from core.media.probe import probe


@pytest.fixture
def reader() -> Iterator[AsideReader]:
    reader = AsideReader()
    yield reader
    reader.close()


def test_a_crash_is_told_and_the_next_file_is_read(reader: AsideReader, tmp_path: Path) -> None:
    with pytest.raises(MediaError) as told:
        reader.call(os.abort, "bad.mkv", JobContext())
    assert "bad.mkv" in str(told.value) and "crashed" in str(told.value)
    assert reader.call(os.getpid, "good.mkv", JobContext()) != os.getpid()


def test_one_child_serves_many_and_errors_come_back_as_they_are(reader: AsideReader, tmp_path: Path) -> None:
    first = reader.call(os.getpid, "a", JobContext())
    with pytest.raises(MediaError, match=r"gone\.mp4"):
        reader.call(partial(probe, tmp_path / "gone.mp4"), "gone.mp4", JobContext())
    assert reader.call(os.getpid, "c", JobContext()) == first
    with pytest.raises(MediaError, match="crashed"):  # an error that the reader did not expect
        reader.call(partial(divmod, 1, 0), "b", JobContext())


def test_one_that_hangs_is_given_up(tmp_path: Path) -> None:
    reader = AsideReader(patience_s=0.2)
    with pytest.raises(MediaError, match="took longer"):
        reader.call(partial(time.sleep, 600), "slow.mp4", JobContext())
    reader.close()


def test_cancelling_ends_the_wait(reader: AsideReader) -> None:
    token = threading.Event()
    timer = threading.Timer(0.1, token.set)
    timer.start()
    with pytest.raises(Cancelled):
        reader.call(partial(time.sleep, 600), "slow.mp4", JobContext(token))
    timer.join()
    assert reader.call(os.getpid, "next", JobContext()) > 0
