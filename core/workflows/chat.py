"""A conversation about media: what is shown, what was said, and what of it the model is given. Asked by both fronts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from core.errors import ModelError, UserError
from core.grounding.protocol import Chat, ChatPart, ChatQuestion, ChatReply, ChatTurn, ShownMedium
from core.jobs import JobContext
from core.schema import Answer, MediaKind, ModelInfo
from core.sought import sought_in
from core.workflows.ask import answers_to_json

DRAWN_TEMPERATURE = 0.2  # of an answer that is asked for again, as in the original's command line
_KIND_WORDS: dict[MediaKind, str] = {"image": "pictures", "video": "videos", "audio": "sounds"}


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question, everything that was shown when it was asked, and the answer.

    new_media: those of `media` that had not been shown with a question before. again: how often it was asked anew.
    """

    text: str
    media: tuple[ShownMedium, ...]
    new_media: tuple[ShownMedium, ...]
    about: int | None
    reply: ChatReply
    again: int = 0


def check_chat(info: ModelInfo) -> None:
    """Raise `ModelError` when a model cannot be talked with."""
    if not info.chat:
        raise ModelError(
            f"The model {info.name} cannot chat",
            why="It only answers where or when something is",
            next_step="Choose another model, or ask it for something by name",
        )


def check_shown(info: ModelInfo, media: Sequence[ShownMedium]) -> None:
    """Raise `ModelError` when a model has no sense for one of these media, as it is shown."""
    for medium in media:
        kind: MediaKind = medium.source.item.kind
        if kind == "video":
            kind = "audio" if medium.sense == "hear" else "image" if medium.at_s is not None else "video"
        if kind not in info.kinds:
            known = " and ".join(_KIND_WORDS[each] for each in sorted(info.kinds))
            raise ModelError(
                f"{medium.source.path} cannot be talked about",
                why=f"The model {info.name} knows {known}, and no {_KIND_WORDS[kind]}",
                next_step="Choose another model",
            )


def answers_to_keep(reply: ChatReply) -> tuple[Answer, ...]:
    """What a reply says in regions, about what its question looks for: that, not the question, names what it found."""
    return tuple(
        replace(answer, query=replace(answer.query, expression=sought_in(answer.query.expression)))
        for answer in reply.answers
    )


class Conversation:
    """What a person sees of a conversation, and what it makes of it for the model.

    Other media start the model's part anew while the history stays to be read. A question that failed or was stopped
    is not part of the history, and can be asked again. `chat` may be a hosted model: nothing is lost when it crashes.
    Asked and changed from one thread, never while an answer is awaited.
    """

    def __init__(self, chat: Chat, media: Sequence[ShownMedium] = (), *, seed: int = 0, author: str = "") -> None:
        self._chat = chat
        self._seed = seed
        self._author = author
        self._exchanges: list[Exchange] = []
        self._since = 0  # the exchanges from here on are the model's history
        self._media = tuple(media)
        self._last: tuple[str, int | None] | None = None  # the last question, answered or not

    @property
    def media(self) -> tuple[ShownMedium, ...]:
        """What is talked about now, numbered from 0 as in `ChatQuestion.about`."""
        return self._media

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Everything that was said, about earlier media too."""
        return tuple(self._exchanges)

    @property
    def remembered(self) -> int:
        """How many of the last exchanges the model is given with the next question."""
        return len(self._exchanges) - self._since

    def change_media(self, media: Sequence[ShownMedium]) -> None:
        """Talk about these instead; the model knows nothing of what was said before."""
        self._media = tuple(media)
        self._since = len(self._exchanges)
        self._last = None

    def add_media(self, media: Sequence[ShownMedium]) -> None:
        """Show more, with the next question."""
        self._media += tuple(media)

    def clear(self) -> None:
        """Forget everything that was said; the media stay."""
        self._exchanges.clear()
        self._since = 0
        self._last = None

    def ask(self, text: str, context: JobContext, *, about: int | None = None) -> Iterator[ChatPart | ChatReply]:
        """Put a question; the reply, when it comes, is part of the history.

        Raises `UserError` for one without words, and what `Chat.converse` raises.
        """
        if not text.strip():
            raise UserError("There is nothing to answer", why="The question is empty", next_step="Write a question")
        yield from self._put(text.strip(), about, context, 0.0, 0)

    def ask_again(
        self, context: JobContext, *, temperature: float = DRAWN_TEMPERATURE
    ) -> Iterator[ChatPart | ChatReply]:
        """Put the last question again and draw the answer by lot; it takes the place of the one before.

        The same question asked again as often with the same `seed` gives the same answer. A question that was stopped
        or failed is put as it was. Raises `UserError` where there was none.
        """
        if self._last is None:
            raise UserError("There is no answer to give again", why="Nothing was asked yet", next_step="Ask first")
        (text, about), again = self._last, 0
        if self.remembered and (self._exchanges[-1].text, self._exchanges[-1].about) == self._last:
            again = self._exchanges[-1].again + 1
        yield from self._put(text, about, context, temperature if again else 0.0, again)

    def _put(
        self, text: str, about: int | None, context: JobContext, temperature: float, again: int
    ) -> Iterator[ChatPart | ChatReply]:
        self._last = (text, about)
        history, new_media = self._history(len(self._exchanges) - (1 if again else 0))
        media = self._media
        question = ChatQuestion(
            text=text,
            media=new_media,
            history=history,
            about=about,
            temperature=temperature,
            seed=self._seed + again,
            author=self._author,
            asked_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
        )
        for content in self._chat.converse(question, context):
            if isinstance(content, ChatReply):
                if again:
                    self._exchanges.pop()
                self._exchanges.append(Exchange(text, media, new_media, about, content, again))
            yield content

    def _history(self, end: int) -> tuple[tuple[ChatTurn, ...], tuple[ShownMedium, ...]]:
        """The model's history up to an exchange, and what is to be shown with the next question.

        An answer that was none is left out, and its media are shown with the question after it.
        """
        turns: list[ChatTurn] = []
        shown = 0
        waiting: tuple[ShownMedium, ...] = ()
        for exchange in self._exchanges[self._since : end]:
            waiting += exchange.new_media
            shown += len(exchange.new_media)
            if exchange.reply.error is None:
                turns.append(ChatTurn(exchange.text, exchange.reply.raw_text, waiting))
                waiting = ()
        return tuple(turns), waiting + self._media[shown:]


def exchange_to_json(exchange: Exchange) -> dict[str, object]:
    """The object that `chat --json` prints for an answer (`docs/cli.md`)."""
    reply = exchange.reply
    sources = {medium.source.item.id: medium.source for medium in exchange.media}
    return {
        "event": "answer",
        "question": exchange.text,
        "again": exchange.again,
        "media": [medium.source.path for medium in exchange.media],
        "model": reply.model_id,
        "text": reply.text,
        "raw_text": reply.raw_text,
        "error": reply.error,
        "answers": [
            answers_to_json(sources[answer.query.media_id], [answer], model_id=reply.model_id)
            for answer in reply.answers
        ],
        "dropped": list(reply.dropped),
        "warnings": list(reply.warnings),
        "left_out": reply.left_out,
        "seconds": round(reply.seconds, 4),
    }
