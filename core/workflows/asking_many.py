"""Questions about a stream of media, a few media in one request: so that a model can read ahead and batch.

A request that brings the model down is put again medium by medium, so that only the one to blame is lost.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

from core.errors import ModelCrashedError
from core.grounding.protocol import Asked, Grounder, Replied, ground_many
from core.jobs import JobContext

TOGETHER = 8  # pictures in one request: what has come of it is lost when the power goes, and a batch is filled


@dataclass(frozen=True, slots=True)
class Crashed:
    """The model's process ended over `asked[index]`."""

    index: int
    error: ModelCrashedError


Outcome = Replied | Crashed


@runtime_checkable
class Streaming(Protocol):
    """A grounder that takes media as they are found, and works on several requests at a time."""

    def stream(self, asked: Iterable[Asked], context: JobContext) -> Iterator[Outcome]:
        """As `answer_all`. What is still worked on when the iterator is given up is stopped."""
        ...


def answer_all(grounder: Grounder, asked: Iterable[Asked], context: JobContext) -> Iterator[Outcome]:
    """One outcome for each, in order, each as soon as it is known; indexes count the whole stream.

    `asked` is taken in as far as a request needs. Raises `ModelError`, `Cancelled`.
    """
    if isinstance(grounder, Streaming):
        yield from grounder.stream(asked, context)
        return
    done = 0
    for request in requests(asked):
        for outcome in answer_request(grounder, request, context):
            yield replace(outcome, index=done + outcome.index)
        done += len(request)


def requests(asked: Iterable[Asked]) -> Iterator[list[Asked]]:
    """Pictures up to `TOGETHER`; anything that lasts by itself, for it is a long piece of work."""
    request: list[Asked] = []
    for one in asked:
        is_still = one.media.item.kind == "image"
        if request and not is_still:
            yield request
            request = []
        request.append(one)
        if len(request) == TOGETHER or not is_still:
            yield request
            request = []
    if request:
        yield request


def answer_request(grounder: Grounder, request: Sequence[Asked], context: JobContext) -> Iterator[Outcome]:
    """One outcome for each medium of a request, in order. Raises `ModelError`, `Cancelled`."""
    quiet = JobContext(context.token)  # media are counted where they come from
    done = 0
    try:
        for replied in ground_many(grounder, request, quiet):
            done += 1
            yield replied
        return
    except ModelCrashedError as error:
        if len(request) == 1:
            yield Crashed(0, error)
            return
    for index, one in itertools.islice(enumerate(request), done, None):
        try:
            for replied in ground_many(grounder, [one], quiet):
                yield replace(replied, index=index)
        except ModelCrashedError as error:
            yield Crashed(index, error)
