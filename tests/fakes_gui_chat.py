"""A model to talk with that a GUI test holds in its hand: boxes for the questions it knows, words for the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from core.errors import ModelError
from core.grounding.protocol import ChatPart, ChatQuestion, ChatReply
from core.jobs import JobContext
from core.schema import ModelInfo, Query, new_id
from tests.fakes_gui import MODEL_ID, HandHeldGrounder


class HandHeldTalker(HandHeldGrounder):
    """Says the question back, part by part, and how much it was told. `chats` is whether it can be talked with."""

    chats = True

    def __init__(self, answers: dict[str, list[tuple[tuple[float, float, float, float], float]]]) -> None:
        super().__init__(answers)
        self.questions: list[ChatQuestion] = []
        self.stumbles_with: ModelError | None = None

    def describe(self) -> ModelInfo:
        return replace(super().describe(), chat=self.chats, follows_chat=False)

    def converse(self, question: ChatQuestion, context: JobContext) -> Iterator[ChatPart | ChatReply]:
        self.questions.append(question)
        if self.stumbles_with is not None:
            raise self.stumbles_with
        (medium,) = question.all_media
        first, rest = f"{question.text}: ", f"{len(question.history)} before, seed {question.seed}"
        yield ChatPart(first)
        self._think(context)
        yield ChatPart(rest)
        query = Query(
            new_id(), medium.source.item.id, question.text, author=question.author, asked_at=question.asked_at
        )
        answer = self._answer(query)
        kept = (answer,) if answer.proposals else ()
        yield ChatReply(first + rest, answer.raw_text, kept, MODEL_ID, seconds=0.01)
