"""A hand-written grounder that needs no weights: what it answers stands in the expression it is asked."""

import logging
import os
import signal
import sys
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from core.errors import MediaError, ModelError
from core.jobs import JobContext
from core.schema import Answer, Box, MediaKind, MediaSource, ModelInfo, Proposal, Query, Region, Segment, Sense, new_id

LOADER = "tests.fakes_grounder:load"


class Unpicklable(Exception):
    """An error that cannot cross a pipe as it is."""

    def __init__(self, thing: object) -> None:
        super().__init__(thing)
        self.thing = lambda: thing


class FakeGrounder:
    """Answers at once: "N things" gives N boxes, "no ..." is absent, "garbled ..." cannot be parsed.

    Some expressions misbehave: see `_MISCHIEF`.
    """

    kinds: frozenset[MediaKind] = frozenset({"image"})

    def __init__(self, name: str = "fake", device: str = "cpu") -> None:
        self.name = name
        self.device = device
        self.asked: list[str] = []
        self.queries: list[Query] = []
        self.media: list[MediaSource] = []
        self.closed = False

    def describe(self) -> ModelInfo:
        return ModelInfo(
            id=f"{self.name}-0123",
            name=self.name,
            path="",
            device=self.device,
            dtype="none",
            kinds=self.kinds,
            answers_absence=True,
            max_regions=32,
            memory_bytes=os.getpid(),  # lets a test see which process answers
            attention="none",
            summary="answers by the letter",
            licence="Apache-2.0",
        )

    def prepare(self, media: MediaSource, context: JobContext) -> None:
        context.progress(1, 1, f"prepared {media.item.path}")

    def ground(self, queries: Sequence[Query], media: MediaSource, context: JobContext) -> Iterator[Answer]:
        if not Path(media.path).is_file():
            raise MediaError(f"There is no file {media.path}")
        for query in queries:
            context.raise_if_cancelled()
            self.asked.append(query.expression)
            self.queries.append(query)
            self.media.append(media)
            _MISCHIEF.get(query.expression, lambda _: None)(context)
            yield answer_by_the_letter(query, media, self.describe().id)

    def close(self) -> None:
        self.closed = True


class TiringGrounder(FakeGrounder):
    """Has less and less memory: after each question it stands on a lower rung, and says so."""

    def describe(self) -> ModelInfo:
        rung = len(self.asked)
        return replace(super().describe(), dtype=f"{16 >> rung}-bit", notes=tuple(f"rung {n + 1}" for n in range(rung)))


def answer_by_the_letter(query: Query, media: MediaSource, model_id: str = "fake-0123") -> Answer:
    """The answer that `FakeGrounder` gives, a pure function of the expression and the size of the picture."""
    words = query.expression.split()
    if words[0] == "garbled":
        return Answer(query, (), None, "[0.1, oops", model_id, error="the reply cannot be read: [0.1, oops")
    count = 0 if words[0] == "no" else int(words[0]) if words[0].isdigit() else 1
    width, height = media.item.width or 100, media.item.height or 100
    in_time = media.item.kind != "image" and query.at_s is None

    def region(k: int) -> Region:
        """Spans of a second each for a medium in time, boxes side by side elsewhere."""
        if in_time:
            return Segment(2.0 * k + 0.5, 2.0 * k + 1.5)
        return Box(width * k / count, height / 4, width * (k + 1) / count, height * 3 / 4, at_s=query.at_s)

    sense: Sense = "hear" if media.item.kind == "audio" or query.sense == "hear" else "see"
    precision_s = 0.25 if in_time else None
    proposals = tuple(
        Proposal(
            new_id(), query.id, region(k), 0.9 - 0.1 * k, model_id, sense=sense, precision_s=precision_s,
        )
        for k in range(count)
    )  # fmt: skip
    text = ", ".join("[box]" for _ in proposals) or "not present"
    return Answer(query, proposals, bool(proposals), text, model_id, presence_score=0.75, seconds=0.01)


def _think_until_cancelled(context: JobContext) -> None:
    while True:
        context.progress(0, 0, "thinking")
        context.raise_if_cancelled()


def _ignore_everybody(context: JobContext) -> None:
    context.progress(0, 0, "deaf")
    signal.pause()


def _say_much(_: JobContext) -> None:
    print("noise on stdout")  # noqa: T201
    print("noise on stderr", file=sys.stderr)  # noqa: T201
    os.write(2, b"noise from below\n")
    logging.getLogger("some.library").warning("noise in the log")
    warnings.warn("noise as a warning", UserWarning, stacklevel=1)


def _raise(error: Exception) -> None:
    raise error


_MISCHIEF = {
    "think": _think_until_cancelled,
    "deaf": _ignore_everybody,
    "noise": _say_much,
    "exit": lambda _: os._exit(7),
    "killed": lambda _: os.kill(os.getpid(), signal.SIGKILL),
    "segfault": lambda _: os.kill(os.getpid(), signal.SIGSEGV),
    "media error": lambda _: _raise(MediaError("x.jpg is damaged", why="it was cut short", next_step="copy it again")),
    "bug": lambda _: _raise(Unpicklable("x")),
    "memory": lambda _: _raise(MemoryError("cannot take 40 GB")),
}


def load(folder: Path, device: str) -> FakeGrounder:
    """What `HostedGrounder(loader=LOADER)` calls in the child. The folder's name decides how loading goes."""
    if folder.name == "broken":
        raise ModelError(f"{folder} is incomplete", why="model.safetensors is missing", next_step="download it again")
    if folder.name == "endless":
        signal.pause()
    kind = TiringGrounder if folder.name == "tiring" else FakeGrounder
    return kind(folder.name, "cpu" if device == "auto" else device)


def misbehave(word: str, context: JobContext) -> None:
    """What an expression of this word does besides being answered."""
    _MISCHIEF.get(word, lambda _: None)(context)
