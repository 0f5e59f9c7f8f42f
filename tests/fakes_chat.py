"""A hand-written model to talk with that needs no weights: what it says stands in the question."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from core.errors import Bug, MediaError
from core.grounding.protocol import ChatPart, ChatQuestion, ChatReply
from core.jobs import JobContext
from core.schema import Answer, ModelInfo, Proposal, Query, Segment, new_id
from tests.fakes_grounder import FakeGrounder, answer_by_the_letter, misbehave

CHAT_LOADER = "tests.fakes_chat:load"


class FakeTalker(FakeGrounder):
    """Says the question's words one by one, then how much it was told; "2 cups" also gives boxes in the last picture.

    "when" gives a span of the last video or sound, "drawn" what a temperature makes of it.
    """

    def __init__(self, name: str = "fake", device: str = "cpu", *, follows: bool = True) -> None:
        super().__init__(name, device)
        self.questions: list[ChatQuestion] = []
        self.follows = follows
        self.before_answering: Callable[[], object] = lambda: None

    def describe(self) -> ModelInfo:
        kinds = frozenset({"image", "video", "audio"})
        return replace(super().describe(), kinds=kinds, chat=True, follows_chat=self.follows)

    def converse(self, question: ChatQuestion, context: JobContext) -> Iterator[ChatPart | ChatReply]:
        self.questions.append(question)
        self.before_answering()
        if "mistake" in question.text:
            raise Bug("the model failed with ZeroDivisionError")
        for medium in question.all_media:
            if not Path(medium.source.path).is_file():
                raise MediaError(f"There is no file {medium.source.path}")
        words = [f"{word} " for word in question.text.split()]
        words.append(f"({len(question.history)} before, {len(question.all_media)} media, seed {question.seed})")
        for word in words:
            yield ChatPart(word)
            misbehave(word.strip(), context)
        text = "".join(words)
        yield ChatReply(
            text, text.upper(), self._answers(question), "fake-0123", seconds=0.01,
            error="the model wrote nothing" if "nothing" in question.text else None,
            warnings=("it is a fake",) if "warn" in question.text else (),
            dropped=("[0.1, oops]",) if "drop" in question.text else (),
        )  # fmt: skip

    def _answers(self, question: ChatQuestion) -> tuple[Answer, ...]:
        for medium in reversed(question.all_media):
            item = medium.source.item
            query = Query(new_id(), item.id, question.text, medium.at_s, medium.window_s, question.author)
            if question.text[0].isdigit() and (item.kind == "image" or medium.at_s is not None):
                return (answer_by_the_letter(query, medium.source),)
            if question.text == "when" and item.kind != "image":
                proposal = Proposal(new_id(), query.id, Segment(0.25, 1.5), 0.8, "fake-0123", precision_s=0.1)
                return (Answer(query, (proposal,), True, "{0.1,0.5}", "fake-0123"),)
        return ()


def load(folder: Path, device: str) -> FakeTalker:
    """What `HostedGrounder(loader=CHAT_LOADER)` calls in the child."""
    return FakeTalker(folder.name, "cpu" if device == "auto" else device)
