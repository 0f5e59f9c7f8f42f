"""A grounder that a GUI test holds in its hand: says what it was told to, when it is let go on."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

from core.errors import ModelError
from core.jobs import JobContext
from core.schema import Answer, Box, MediaSource, ModelInfo, Proposal, Query, new_id

MODEL_ID = "fake@0123456789"
Box4 = tuple[float, float, float, float]
_POLL_S = 0.01


class HandHeldGrounder:
    """Answers from a table of expression to boxes. While `hold()` is on, it thinks and can be cancelled."""

    def __init__(self, answers: dict[str, Sequence[tuple[Box4, float]]] | None = None) -> None:
        self.answers = answers or {}
        self.asked: list[tuple[str, str]] = []  # (media path, expression)
        self.prepared: list[str] = []  # media paths
        self.cancelled = 0
        self.closed = False
        self.fails_with: ModelError | None = None
        self.thinking = threading.Event()
        self._go = threading.Event()
        self._go.set()
        self._held: str | None = None

    def hold(self, expression: str | None = None) -> None:
        """From now on, think until `let_go`; with an expression, about that one only."""
        self.thinking.clear()
        self._held = expression
        self._go.clear()

    def let_go(self) -> None:
        self._go.set()

    # --- what the app calls ------------------------------------------------------------------

    def load(self, context: JobContext) -> ModelInfo:
        context.progress(0, 0, "Loading fake")
        if self.fails_with is not None:
            raise self.fails_with
        return self.describe()

    def describe(self) -> ModelInfo:
        return ModelInfo(
            id=MODEL_ID,
            name="fake",
            path="",
            device="cpu",
            dtype="float32",
            kinds=frozenset({"image"}),
            answers_absence=True,
            max_regions=32,
            memory_bytes=12_000_000,
            attention="sdpa",
            summary="A fake for tests",
            licence="Apache-2.0",
        )

    def prepare(self, media: MediaSource, context: JobContext) -> None:
        self.prepared.append(media.item.path)

    def ground(self, queries: Sequence[Query], media: MediaSource, context: JobContext) -> Iterator[Answer]:
        for query in queries:
            self.asked.append((media.item.path, query.expression))
            if self._held in (None, query.expression):
                self._think(context)
            yield self._answer(query)

    def _think(self, context: JobContext) -> None:
        """Until it is let go, or nobody wants to know any more."""
        self.thinking.set()
        while not self._go.wait(_POLL_S):
            if context.cancelled():
                self.cancelled += 1
            context.raise_if_cancelled()

    def close(self) -> None:
        self.closed = True

    def _answer(self, query: Query) -> Answer:
        found = self.answers.get(query.expression, ())
        proposals = tuple(Proposal(new_id(), query.id, Box(*box), score, MODEL_ID) for box, score in found)
        said = "; ".join(str(box) for box, _ in found) or "not present"
        return Answer(query, proposals, bool(proposals), said, MODEL_ID, presence_score=0.9 if proposals else 0.1)
