"""GroundingGPT behind the `Chat` protocol: a conversation, or single questions where a checkpoint knows no other."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace

from core.errors import ModelError
from core.grounding.groundinggpt.answers import parse_answer
from core.grounding.groundinggpt.chat_answers import (
    Places,
    Said,
    answer_alone,
    answer_in_passing,
    doubts,
    media_title,
    not_placed,
    query_of,
)
from core.grounding.groundinggpt.chat_text import for_people, settled, until
from core.grounding.groundinggpt.configuration import DialogueTemplate
from core.grounding.groundinggpt.decoding import Written
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.processing import Processor
from core.grounding.groundinggpt.prompts import Turn, prompt_pieces
from core.grounding.groundinggpt.reading import Embedded, Prompt, Reading
from core.grounding.groundinggpt.seen import SeenMedia, SeenMedium
from core.grounding.protocol import ChatPart, ChatQuestion, ChatReply, ShownMedium
from core.jobs import JobContext
from core.schema import ModelInfo

LONGEST_ANSWER = 512  # tokens, as in the original's command line
_SHORTEST_ANSWER = 32  # with less room than that there is no point in asking
_TOKENS_PER_NUMBER = 6


class GroundingGPTChat:
    """A loaded checkpoint to talk with. Not thread-safe: one lane asks it.

    Nothing of a conversation is kept but what saves time: every question brings its history along.
    """

    def __init__(self, model: GroundingGPT, processor: Processor, info: ModelInfo) -> None:
        self._processor = processor
        self._config = processor.config
        self._info = info
        self._patch_ids = processor.patch_ids()
        self._media = SeenMedia(model)
        self._reading = Reading(model, list(self._patch_ids.values()))
        self._room = int(model.language_model.config.max_position_embeddings)

    @property
    def frames_limit(self) -> int | None:
        """At most so many frames of a video are looked at; None: as many as the checkpoint takes."""
        return self._media.frames_limit

    @frames_limit.setter
    def frames_limit(self, frames: int | None) -> None:
        self._media.frames_limit = frames

    def forget(self) -> None:
        """Free what was kept of media and of the last conversation."""
        self._media.forget()
        self._reading.forget()

    def converse(self, question: ChatQuestion, context: JobContext) -> Iterator[ChatPart | ChatReply]:
        """See `Chat.converse`."""
        count = len(question.all_media)
        if question.about is not None and not 0 <= question.about < count:
            raise ModelError(f"There is no medium {question.about + 1} in this conversation", why=f"{count} are shown")
        if self._config.dialogue is not None:
            return self._in_dialogue(question, self._config.dialogue, context)
        return self._each_alone(question, context)

    # --- a conversation --------------------------------------------------------------------

    def _in_dialogue(
        self, question: ChatQuestion, template: DialogueTemplate, context: JobContext
    ) -> Iterator[ChatPart | ChatReply]:
        began = time.monotonic()
        media = question.all_media
        seen = [self._media.see(medium, context) for medium in media]
        prompt, left_out = self._prompt(question, template, seen)
        places = Places(seen, question.about)
        said = yield from self._say(prompt, question, places, template.stop, LONGEST_ANSWER, context)
        answers = [
            answer_in_passing(said, regions, view, query_of(question, medium), self._processor, self._info.id)
            for index, (medium, view) in enumerate(zip(media, seen, strict=True))
            if (regions := places.in_medium(said, index))
        ]
        seconds = time.monotonic() - began
        yield ChatReply(
            text=said.shown,
            raw_text=said.text.strip(),
            answers=tuple(replace(answer, seconds=seconds) for answer in answers),
            model_id=self._info.id,
            dropped=not_placed(said, places),
            error=None if said.text.strip() else "the model wrote nothing",
            warnings=(*_warnings(seen), *doubts(said, places, media), *said.warnings),
            left_out=left_out,
            seconds=seconds,
        )

    def _prompt(
        self, question: ChatQuestion, template: DialogueTemplate, seen: Sequence[SeenMedium]
    ) -> tuple[Prompt, int]:
        """The conversation as the model reads it, without as many of its oldest exchanges as there is no room for.

        Media of an exchange that is left out are shown with the next one. Raises `ModelError` when the question itself
        does not fit.
        """
        media = tuple(self._embedded(view) for view in seen)
        ids: list[int] = []
        for left_out in range(len(question.history) + 1):
            ids = self._processor.conversation_ids(prompt_pieces(template, _turns(question, seen, left_out)))
            spare = LONGEST_ANSWER if left_out < len(question.history) else _SHORTEST_ANSWER
            if len(ids) + min(spare, self._room // 4) <= self._room:
                return Prompt(tuple(ids), media), left_out
        raise self._too_long(len(ids))

    def _embedded(self, view: SeenMedium) -> Embedded:
        return Embedded(self._patch_ids[view.kind], view.features, view.key)

    def _too_long(self, count: int) -> ModelError:
        return ModelError(
            "The question and its media do not fit into the model's memory",
            why=f"they are {count} tokens, and {self._info.name} has room for {self._room} with its answer",
            next_step="show fewer media, or ask in fewer words",
        )

    # --- single questions -------------------------------------------------------------------

    def _each_alone(self, question: ChatQuestion, context: JobContext) -> Iterator[ChatPart | ChatReply]:
        """Ask every medium that is shown (or the one that is meant) in the prompt that the checkpoint was taught."""
        media = question.all_media if question.about is None else (question.all_media[question.about],)
        if not media:
            raise ModelError(
                f"The model {self._info.name} has nothing to answer about",
                why="it was taught questions about a medium, and none is shown",
                next_step="show one first",
            )
        replies: list[ChatReply] = []
        for medium in media:
            title = f"{media_title(medium)}: " if len(media) > 1 else ""
            if title:
                yield ChatPart(f"\n{title}" if replies else title)
            reply = yield from self._alone(question, medium, context)
            replies.append(replace(reply, text=title + reply.text, raw_text=title + reply.raw_text))
        yield _joined(replies)

    def _alone(
        self, question: ChatQuestion, medium: ShownMedium, context: JobContext
    ) -> Generator[ChatPart, None, ChatReply]:
        began = time.monotonic()
        view = self._media.see(medium, context)
        ids = (*self._processor.prefix_ids((view.kind,)), *self._processor.question_ids(question.text))
        if len(ids) + min(_SHORTEST_ANSWER, self._room // 4) > self._room:
            raise self._too_long(len(ids))
        places = Places([view])
        longest = self._config.grammar.max_regions * 4 * _TOKENS_PER_NUMBER
        prompt = Prompt(ids, (self._embedded(view),))
        said = yield from self._say(prompt, question, places, self._config.prompt.stop, longest, context)
        regions, dropped = places.in_medium(said, 0), not_placed(said, places)
        answer = answer_alone(said, regions, view, query_of(question, medium), self._processor, self._info.id)
        seconds = time.monotonic() - began
        return ChatReply(
            text=said.shown,
            raw_text=said.text.strip(),
            answers=(replace(answer, dropped=dropped, seconds=seconds),),
            model_id=self._info.id,
            dropped=dropped,
            error=answer.error,
            warnings=(*view.warnings, *said.warnings),
            seconds=seconds,
        )

    # --- both -------------------------------------------------------------------------------

    def _say(
        self, prompt: Prompt, question: ChatQuestion, places: Places, stop: str, longest: int, context: JobContext
    ) -> Generator[ChatPart, None, Said]:
        """Let the model write, and give out what stands firm of it, for people, as it comes."""
        written: list[Written] = []
        ended, shown = False, ""
        longest = min(longest, self._room - len(prompt.ids))
        context.raise_if_cancelled()
        for token in self._reading.write(prompt, temperature=question.temperature, seed=question.seed):
            ended = token.id == self._processor.end_id
            if not ended:
                written.append(token)
                ended = bool(stop) and self._processor.stops([token.id for token in written])
            text, starts = self._processor.text_of([token.id for token in written])
            finished = ended or len(written) >= longest
            text = until(text, stop) if finished else settled(text, stop)
            parsed = parse_answer(text, self._config.grammar)
            before, shown = shown, for_people(text, parsed, places.region)
            if len(shown) > len(before):
                yield ChatPart(shown[len(before) :])
            if finished:
                break
            context.raise_if_cancelled()
        return Said(tuple(written), ended, text, tuple(starts), parsed, shown)


def _turns(question: ChatQuestion, seen: Sequence[SeenMedium], left_out: int) -> list[Turn]:
    """The conversation without its oldest exchanges, their media moved to the first turn that remains."""
    kinds = [view.kind for view in seen]
    turns: list[Turn] = []
    first = shown = 0
    for number, exchange in enumerate(question.history):
        shown += len(exchange.media)
        if number >= left_out:
            turns += [Turn(True, exchange.question, tuple(kinds[first:shown])), Turn(False, exchange.raw_text)]
            first = shown
    return [*turns, Turn(True, question.text, tuple(kinds[first:]))]


def _warnings(seen: Sequence[SeenMedium]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for view in seen for text in view.warnings))


def _joined(replies: Sequence[ChatReply]) -> ChatReply:
    """Answers about one medium each as one reply."""
    return replace(
        replies[0],
        text="\n".join(reply.text for reply in replies),
        raw_text="\n".join(reply.raw_text for reply in replies),
        answers=tuple(answer for reply in replies for answer in reply.answers),
        dropped=tuple(text for reply in replies for text in reply.dropped),
        error="; ".join(dict.fromkeys(reply.error for reply in replies if reply.error)) or None,
        warnings=tuple(dict.fromkeys(text for reply in replies for text in reply.warnings)),
        seconds=sum(reply.seconds for reply in replies),
    )
