"""What every grounding model can be asked, whatever it is made of. Knows no torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from core.errors import MediaError
from core.jobs import JobContext
from core.schema import Answer, MediaSource, ModelInfo, Query, Sense


class Grounder(Protocol):
    """A loaded model. Everything that goes in and comes out pickles, so that it may live in a child process."""

    def describe(self) -> ModelInfo:
        """What the model can do, and where it runs."""
        ...

    def prepare(self, media: MediaSource, context: JobContext) -> None:
        """Encode a medium ahead of its questions; a later `ground` on it is then faster. Optional to call.

        Raises `MediaError` when the medium cannot be read, `Cancelled`.
        """
        ...

    def ground(self, queries: Sequence[Query], media: MediaSource, context: JobContext) -> Iterator[Answer]:
        """Answer every query about one medium, in order, each as soon as it is known.

        Queries are independent: none sees another's answer. Raises `MediaError` and `Cancelled`
        (within one token); a reply that cannot be parsed is an `Answer` with `error`, not an exception.
        """
        ...

    def close(self) -> None:
        """Free the memory. The grounder must not be used afterwards."""
        ...


# --- many media at once ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """Questions about one medium, among those about others."""

    media: MediaSource
    queries: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Replied:
    """What became of `asked[index]`: all its answers, in the order of its queries, or why it cannot be asked about."""

    index: int
    answers: tuple[Answer, ...] = ()
    error: MediaError | None = None


@runtime_checkable
class Batching(Protocol):
    """A grounder that answers about several media faster together than one after the other, and just the same."""

    def ground_many(self, asked: Sequence[Asked], context: JobContext) -> Iterator[Replied]:
        """One `Replied` for each, in order, each as soon as it is known. Progress counts media.

        A medium that cannot be read stops no other. Raises `ModelError`, `Cancelled` (within one pass).
        """
        ...


def ground_many(grounder: Grounder, asked: Sequence[Asked], context: JobContext) -> Iterator[Replied]:
    """As `Batching.ground_many`, with any grounder: one that cannot batch is asked about one medium after the other."""
    if isinstance(grounder, Batching):
        yield from grounder.ground_many(asked, context)
    else:
        yield from one_by_one(grounder, asked, context)


def one_by_one(grounder: Grounder, asked: Sequence[Asked], context: JobContext) -> Iterator[Replied]:
    """As `Batching.ground_many`, through `Grounder.ground` of one medium after the other."""
    quiet = JobContext(context.token)  # progress counts media here, not questions
    for index, one in enumerate(asked):
        context.raise_if_cancelled()
        try:
            replied = Replied(index, tuple(grounder.ground(one.queries, one.media, quiet)))
        except MediaError as error:
            replied = Replied(index, error=error)
        context.progress(index + 1, len(asked), one.media.item.path)
        yield replied


class Loader(Protocol):
    """What the registry calls to load a family's checkpoint."""

    def __call__(self, folder: Path, device: str, *, bits: str, context: JobContext) -> Grounder:
        """device: auto, cpu or cuda; bits: auto, 16, 8 or 4. Progress goes to the context.

        Raises `ModelError`, `Cancelled`.
        """
        ...


# --- conversations ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShownMedium:
    """A medium as it is shown in a conversation: whole, or one frame of a video as a picture, or a stretch of time.

    sense: "hear" of a video means its sound.
    """

    source: MediaSource
    at_s: float | None = None
    window_s: tuple[float, float] | None = None
    sense: Sense = "see"


@dataclass(frozen=True, slots=True)
class ChatTurn:
    """A question and its answer as the model goes on from them.

    `raw_text` is what the model wrote, its numbers in its own frame: never what a person was shown of it. `media` are
    those that were shown with this question for the first time.
    """

    question: str
    raw_text: str
    media: tuple[ShownMedium, ...] = ()


@dataclass(frozen=True, slots=True)
class ChatQuestion:
    """The next question of a conversation, with everything that the model may know of it: nothing is kept for it.

    media: shown now for the first time, behind those of `history`. about: index, among all media of the conversation,
    of the one that boxes and spans of the answer are in; None leaves it to what they are. temperature: 0 takes the
    likeliest word each time, more draws by lot, the same lot for the same `seed`.
    """

    text: str
    media: tuple[ShownMedium, ...] = ()
    history: tuple[ChatTurn, ...] = ()
    about: int | None = None
    temperature: float = 0.0
    seed: int = 0
    author: str = ""
    asked_at: str = ""

    @property
    def all_media(self) -> tuple[ShownMedium, ...]:
        """Everything that was shown in this conversation so far, in order."""
        return tuple(medium for turn in self.history for medium in turn.media) + self.media


@dataclass(frozen=True, slots=True)
class ChatPart:
    """What has been added to the text of an answer, as a person reads it. A reply's text is its parts joined."""

    text: str


@dataclass(frozen=True, slots=True)
class ChatReply:
    """A finished answer.

    text: for people: boxes are pixels of the upright picture or frame, spans seconds of the medium. raw_text: what the
    model wrote, for `ChatTurn`. answers: one for each medium that the model spoke of in regions, to be kept and
    accepted like those of `Grounder.ground`; `answers[i].query.media_id` says which. error: why the text is no answer.
    left_out: how many of the oldest exchanges the model could not be given any more.
    """

    text: str
    raw_text: str
    answers: tuple[Answer, ...]
    model_id: str
    dropped: tuple[str, ...] = ()
    error: str | None = None
    warnings: tuple[str, ...] = ()
    left_out: int = 0
    seconds: float = 0.0


@runtime_checkable
class Chat(Protocol):
    """A loaded model that can be talked with, where `ModelInfo.chat` says so. What goes in and comes out pickles."""

    def converse(self, question: ChatQuestion, context: JobContext) -> Iterator[ChatPart | ChatReply]:
        """Answer a question: parts of the text as they are written, the whole as a `ChatReply` at the end.

        Raises `MediaError` for a medium that cannot be read, `ModelError` for one that the model has no sense for and
        for a question that does not fit into its memory, `Cancelled` (within one token).
        """
        ...
