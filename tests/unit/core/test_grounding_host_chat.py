"""Talking with a model in its child process: parts as they are written, cancelling, crashes, models that cannot."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import Cancelled, MediaError, ModelCrashedError, ModelError
from core.grounding.host import HostedGrounder
from core.grounding.protocol import ChatPart, ChatQuestion, ChatReply, ChatTurn, ShownMedium
from core.jobs import JobContext
from core.schema import Box, MediaItem, MediaSource, Query
from tests.fakes_chat import CHAT_LOADER
from tests.fakes_grounder import LOADER

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the fake model uses POSIX signals")


@pytest.fixture
def medium(tmp_path: Path) -> ShownMedium:
    (tmp_path / "数据.jpg").write_bytes(b"x")
    return ShownMedium(
        MediaSource(MediaItem("m1", "image", "数据.jpg", width=200, height=100), str(tmp_path / "数据.jpg"))
    )


@pytest.fixture
def hosted() -> Iterator[HostedGrounder]:
    with HostedGrounder("fake", loader=CHAT_LOADER) as grounder:
        yield grounder


def test_an_answer_comes_in_parts_and_then_whole(hosted: HostedGrounder, medium: ShownMedium) -> None:
    history = (ChatTurn("before", "BEFORE", (medium,)),)
    contents = list(hosted.converse(ChatQuestion("2 cups", history=history, seed=7), JobContext()))
    *parts, reply = contents
    assert [part.text for part in parts if isinstance(part, ChatPart)] == ["2 ", "cups ", "(1 before, 1 media, seed 7)"]
    assert isinstance(reply, ChatReply)
    assert reply.text == "2 cups (1 before, 1 media, seed 7)"
    assert [proposal.region for proposal in reply.answers[0].proposals] == [Box(0, 25, 100, 75), Box(100, 25, 200, 75)]
    assert hosted.describe().chat
    (answer,) = hosted.ground([Query("q", "m1", "3 cups")], medium.source, JobContext())
    assert len(answer.proposals) == 3, "the same process answers both ways"


def test_cancelling_in_the_middle_of_a_sentence(hosted: HostedGrounder) -> None:
    stop = threading.Event()
    heard = []
    with pytest.raises(Cancelled):
        for part in hosted.converse(ChatQuestion("I think so"), JobContext(stop)):
            heard.append(part)
            if part == ChatPart("think "):
                stop.set()
    assert heard == [ChatPart("I "), ChatPart("think ")]
    assert isinstance(list(hosted.converse(ChatQuestion("and now"), JobContext()))[-1], ChatReply)


def test_a_sentence_that_nobody_listens_to_leaves_nothing_behind(hosted: HostedGrounder) -> None:
    stream = hosted.converse(ChatQuestion("one think two"), JobContext())
    assert next(stream) == ChatPart("one ")
    stream.close()  # type: ignore[attr-defined]
    assert next(hosted.converse(ChatQuestion("other"), JobContext())) == ChatPart("other ")


def test_errors_cross_and_a_crash_is_survived(hosted: HostedGrounder, medium: ShownMedium, tmp_path: Path) -> None:
    gone = ShownMedium(MediaSource(medium.source.item, str(tmp_path / "gone.jpg")))
    with pytest.raises(MediaError, match=r"gone\.jpg"):
        list(hosted.converse(ChatQuestion("what", (gone,)), JobContext()))
    with pytest.raises(ModelCrashedError, match="SIGKILL"):
        list(hosted.converse(ChatQuestion("be killed now"), JobContext()))
    history = (ChatTurn("said before the crash", "RAW", (medium,)),)
    *_, reply = hosted.converse(ChatQuestion("again", history=history), JobContext())
    assert isinstance(reply, ChatReply) and "1 before, 1 media" in reply.text, "the history came with the question"


def test_a_model_that_cannot_chat_says_so() -> None:
    with HostedGrounder("fake", loader=LOADER) as hosted:
        assert not hosted.describe().chat
        with pytest.raises(ModelError, match="cannot chat"):
            list(hosted.converse(ChatQuestion("hello"), JobContext()))
