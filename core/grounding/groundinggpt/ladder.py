"""Gives way rung by rung, and says so, when memory runs out: release caches, fewer frames, fewer bits, the CPU.

Wraps a grounder that can be loaded again elsewhere. Knows nothing of what the grounder computes.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import torch

from core.errors import Bug, ModelError
from core.grounding.groundinggpt.placement import Placement
from core.grounding.protocol import Asked, Chat, ChatPart, ChatQuestion, ChatReply, Grounder, Replied, ground_many
from core.jobs import JobContext
from core.schema import Answer, MediaSource, ModelInfo, Query

FRAME_STEPS = (32, 16, 8)  # how many frames of a clip are looked at, once the configured number is too many
_SIGNS = (
    "out of memory", "CUBLAS_STATUS_ALLOC_FAILED", "CUDNN_STATUS_ALLOC_FAILED", "can't allocate memory",
    "not enough memory",
)  # fmt: skip


class Reloadable(Grounder, Chat, Protocol):
    """A grounder that can make do with less: it forgets what it encoded, and looks at fewer frames when told to."""

    frames_limit: int | None

    def release_caches(self) -> None:
        """Forget everything that can be computed again."""
        ...

    def do_less(self) -> None:
        """Do fewer things side by side from now on."""
        ...


@dataclass(frozen=True, slots=True)
class Rung:
    """Where an attempt stands. placement: which of the placements; frames: the limit, None for as configured.

    released: the caches were emptied for this attempt.
    """

    placement: int
    frames: int | None = None
    released: bool = False


def next_rung(rung: Rung, *, frames: int, placements: int) -> Rung | None:
    """The next to try after `rung` was out of memory; None when there is nothing left.

    frames: how many the medium would be looked at with; 0 for one that has none. A smaller placement has room again:
    there all frames are tried first.
    """
    if not rung.released:
        return replace(rung, released=True)
    now = frames if rung.frames is None else min(rung.frames, frames)
    fewer = next((step for step in FRAME_STEPS if step < now), None)
    if fewer is not None:
        return replace(rung, frames=fewer)
    if rung.placement + 1 < placements:
        return Rung(rung.placement + 1, None, released=True)
    return None


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that there is no memory, in whatever words of torch, its libraries, or Python."""
    if isinstance(error, (torch.OutOfMemoryError, MemoryError)):
        return True
    return isinstance(error, RuntimeError) and any(sign in str(error) for sign in _SIGNS)


def release_unused() -> None:
    """Give memory that nothing refers to back to the device."""
    gc.collect()
    torch.cuda.empty_cache()  # does nothing where no GPU is in use


_T = TypeVar("_T")
Load = Callable[[Placement, JobContext], Reloadable]


class LadderGrounder:
    """A grounder that answers from a lower rung rather than not at all; once down, it stays there.

    Every step is told three times: as progress, in the warnings of the answers that follow, and in `describe`.
    """

    def __init__(
        self,
        load: Load,
        placements: Sequence[Placement],
        *,
        frames: int = 0,
        too_large: Callable[[Placement], str | None] = lambda _: None,
        context: JobContext | None = None,
        release: Callable[[], None] = release_unused,
    ) -> None:
        """Load at the first placement that has room. frames: of a clip, as configured.

        too_large: why a placement cannot have room, None when it is worth trying. release: called when memory that
        nothing refers to should be free again. Raises `ModelError`, `Cancelled`.
        """
        self._release = release
        self._load = load
        self._placements = tuple(placements)
        self._frames = frames
        self._too_large = too_large
        self._grounder: Reloadable | None = None
        self._info: ModelInfo | None = None  # of the last that was loaded
        self._rung = Rung(0)
        self._moves: list[str] = []  # why it stands where it stands; shown as long as it does
        self._untold: list[str] = []  # for the next answer
        self._load_from(0, context or JobContext())
        self._rung = replace(self._rung, released=False)

    def describe(self) -> ModelInfo:
        """See `Grounder.describe`. `notes` say what was given up, and why."""
        info = self._info if self._grounder is None else self._grounder.describe()
        if info is None:
            raise Bug("nothing was loaded, and that was no error")
        limit = [self._frames_note()] if self._rung.frames is not None else []
        return replace(info, notes=(*info.notes, *self._moves, *limit))

    def prepare(self, media: MediaSource, context: JobContext) -> None:
        """See `Grounder.prepare`."""

        def attempt() -> Iterator[None]:
            self._loaded(context).prepare(media, context)
            yield

        for _ in self._descending(attempt, self._frames_of(media), context):
            pass

    def ground(self, queries: Sequence[Query], media: MediaSource, context: JobContext) -> Iterator[Answer]:
        """See `Grounder.ground`. What was answered before memory ran out is not asked again."""
        answered = 0

        def attempt() -> Iterator[Answer]:
            nonlocal answered
            for answer in self._loaded(context).ground(queries[answered:], media, context):
                answered += 1
                yield self._with_notes(answer, media)

        yield from self._descending(attempt, self._frames_of(media), context)

    def ground_many(self, asked: Sequence[Asked], context: JobContext) -> Iterator[Replied]:
        """See `Batching.ground_many`. What was answered before memory ran out is not asked again."""
        answered = 0

        def attempt() -> Iterator[Replied]:
            nonlocal answered
            first = answered
            for replied in ground_many(self._loaded(context), asked[first:], context):
                answered += 1
                media = asked[first + replied.index].media
                answers = tuple(self._with_notes(answer, media) for answer in replied.answers)
                yield replace(replied, index=first + replied.index, answers=answers)

        frames = max((self._frames_of(one.media) for one in asked), default=0)
        yield from self._descending(attempt, frames, context)

    def converse(self, question: ChatQuestion, context: JobContext) -> Iterator[ChatPart | ChatReply]:
        """See `Chat.converse`. Begun again from a lower rung as long as nothing of the answer was given out."""
        begun = False

        def attempt() -> Iterator[ChatPart | ChatReply]:
            nonlocal begun
            for content in self._loaded(context).converse(question, context):
                begun = True
                yield self._reply_with_notes(content)

        frames = max((self._frames_of(medium.source) for medium in question.all_media), default=0)
        yield from self._descending(attempt, frames, context, final=lambda: begun)

    def close(self) -> None:
        """See `Grounder.close`."""
        self._unload()

    # --- the way down ----------------------------------------------------------------------

    def _loaded(self, context: JobContext) -> Reloadable:
        """The grounder; loaded anew when the last way down ended without one: memory may be free again."""
        if self._grounder is None:
            self._load_from(0, context)
        if self._grounder is None:
            raise Bug("nothing was loaded, and that was no error")
        return self._grounder

    def _descending(
        self,
        attempt: Callable[[], Iterator[_T]],
        frames: int,
        context: JobContext,
        *,
        final: Callable[[], bool] = lambda: False,
    ) -> Iterator[_T]:
        """What an attempt yields; when memory runs out, one rung lower, what the next one yields, and so on.

        frames: how many are looked at in all; 0 where there are none. final: whether it is too late to begin anew, and
        the error goes out as it is. Raises `ModelError` when no rung is left.
        """
        while True:
            reason = ""
            try:
                yield from attempt()
            except (RuntimeError, MemoryError) as error:
                if final() or not is_out_of_memory(error):
                    raise
                reason = _first_line(error)
            if not reason:
                self._rung = replace(self._rung, released=False)
                return
            self._step_down(frames, context, reason)  # not in the handler: there the error still holds the memory

    def _step_down(self, frames: int, context: JobContext, reason: str) -> None:
        """Take the next rung. Raises `ModelError` when there is none, `Cancelled`."""
        context.raise_if_cancelled()
        below = next_rung(self._rung, frames=frames, placements=len(self._placements))
        if below is None:
            self._rung = Rung(self._rung.placement)
            self._spare(None)
            raise _too_little(reason)
        here = self._placements[self._rung.placement]
        if below.placement != self._rung.placement:
            self._tell(f"Out of memory with {here}: loading it again with {self._placements[below.placement]}", context)
            self._unload()
            self._load_from(below.placement, context)
            return
        if below.frames != self._rung.frames:
            self._tell(f"Out of memory: looking at {below.frames} frames instead of {self._now(frames)}", context)
        else:
            self._tell("Out of memory: caches released, trying again", context)
        self._rung = below
        if self._grounder is not None:
            self._grounder.do_less()
        self._spare(below.frames)

    def _spare(self, frames: int | None) -> None:
        """Make do with less where the model stands: no caches, and at most so many frames."""
        if self._grounder is not None:
            self._grounder.frames_limit = frames
            self._grounder.release_caches()
        self._release()

    def _frames_of(self, media: MediaSource) -> int:
        return self._frames if media.item.kind == "video" else 0

    def _now(self, frames: int) -> int:
        return frames if self._rung.frames is None else self._rung.frames

    def _load_from(self, first: int, context: JobContext) -> None:
        """Load at this placement or the first one below it that has room. Raises `ModelError` when none has."""
        why: str | None = "no placement was given"
        for number in range(first, len(self._placements)):
            placement = self._placements[number]
            why = self._too_large(placement)
            if why is None:
                try:
                    self._grounder = self._load(placement, context)
                except (RuntimeError, MemoryError) as error:
                    if not is_out_of_memory(error):
                        raise
                    why = _first_line(error)
            if why is None and self._grounder is not None:
                self._info = self._grounder.describe()
                self._rung = Rung(number, None, released=True)
                self._moves = [f"Runs with {placement}: there was not enough memory for more"] if number else []
                return
            self._release()
            if number + 1 < len(self._placements):
                self._tell(f"Not enough memory for {placement} ({why}): trying {self._placements[number + 1]}", context)
        raise _too_little(why or "")

    def _unload(self) -> None:
        if self._grounder is not None:
            self._grounder.close()
            self._grounder = None
        self._release()

    # --- telling it ------------------------------------------------------------------------

    def _tell(self, text: str, context: JobContext) -> None:
        self._untold.append(text)
        context.progress(0, 0, text)

    def _frames_note(self) -> str:
        return f"Videos are looked at in {self._rung.frames} frames instead of {self._frames} for want of memory"

    def _reply_with_notes(self, content: ChatPart | ChatReply) -> ChatPart | ChatReply:
        if not isinstance(content, ChatReply) or not self._untold:
            return content
        notes, self._untold = self._untold, []
        return replace(content, warnings=(*content.warnings, *notes))

    def _with_notes(self, answer: Answer, media: MediaSource) -> Answer:
        notes, self._untold = self._untold, []
        if media.item.kind == "video" and self._rung.frames is not None:
            notes = [*notes, self._frames_note()]
        return replace(answer, warnings=(*answer.warnings, *notes)) if notes else answer


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), "") or type(error).__name__


def _too_little(reason: str) -> ModelError:
    return ModelError(
        "There is not enough memory for the model",
        why=reason,
        next_step="close other programs, or choose a smaller model",
    )
