"""Asking about a video or a sound: opens it by the wanted senses, plans the windows, tells what it costs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import MediaError
from core.geometry import SpanS
from core.grounding.groundinggpt.asking import Encoder, MediumAsker, hears_s, presence_window_s
from core.grounding.groundinggpt.configuration import GroundingGPTConfig
from core.grounding.groundinggpt.encoded import Kept, file_key
from core.grounding.groundinggpt.media_tensors import SoundReader, VideoReader, audio_config, inside
from core.grounding.groundinggpt.senses import BRANCH_OF, combined, senses_for, span_proposals
from core.grounding.groundinggpt.sweep import Found, SenseAnswer, ask_presence, ask_windows
from core.grounding.groundinggpt.windows import LONGEST_S, SWEPT_S, FoundSpan, overlapping, plan
from core.jobs import JobContext
from core.media.probe import probe
from core.schema import Answer, AskedSense, MediaSource, Method, Query, Sense

if TYPE_CHECKING:  # PyAV loads with it, and pictures are read without
    from core.media.packet_index import PacketIndex

_NO_SPANS = "The model was not taught to write times here: spans are where it is probably present, window by window"


@dataclass(frozen=True, slots=True)
class _Course:
    """What is going to be asked by one sense. step_s: of windows of which only presence is asked; None for spans."""

    sense: Sense
    asker: MediumAsker
    windows: list[SpanS]
    step_s: float | None


class TimedMedia:
    """Videos and sounds in time, asked about through one checkpoint. Not thread-safe."""

    def __init__(self, encoder: Encoder, config: GroundingGPTConfig, *, model: str, model_id: str) -> None:
        self._encoder, self._config = encoder, config
        self._model, self._model_id = model, model_id
        self._indexes: Kept[PacketIndex] = Kept(4)
        self.frames_limit: int | None = None

    def clear(self) -> None:
        """Forget what is known of files."""
        self._indexes.clear()

    def index(self, path: Path, context: JobContext) -> PacketIndex:
        """The frames of a video, numbered once. Raises `MediaError`, `Cancelled`."""
        from core.media.packet_index import build_index

        quiet = JobContext(context.token)  # counts bytes, which nobody asked about
        return self._indexes.get(file_key(str(path)), lambda: build_index(path, quiet))

    def video(self, path: Path, context: JobContext) -> VideoReader:
        """An open video, for the caller to close. Raises `MediaError`, `Cancelled`."""
        index = self.index(path, context)
        threads = self._encoder.answering.decoders()
        return VideoReader(path, self._config, context, index=index, frames_limit=self.frames_limit, threads=threads)

    def answers(self, queries: Sequence[Query], media: MediaSource, context: JobContext) -> Iterator[Answer]:
        """Answer queries that differ in their words only. Raises `MediaError`, `ModelError`, `Cancelled`."""
        began = time.monotonic()
        first = queries[0]
        with ExitStack() as stack:
            notes: list[str] = []
            courses = self._courses(first, media, notes, stack, context)
            by_sense = {
                course.sense: self._asked(course, queries, notes, _Watcher(courses, queries, self._model_id, context))
                for course in courses
            }
        seconds = (time.monotonic() - began) / len(queries)
        for number, query in enumerate(queries):
            parts = {sense: answers[number] for sense, answers in by_sense.items()}
            yield combined(query, parts, model_id=self._model_id, seconds=seconds, warnings=notes)

    def prepare(self, media: MediaSource, context: JobContext) -> None:
        """Encode a medium that is asked about in one window; number the frames of a longer one."""
        with ExitStack() as stack:
            for course in self._courses(Query("", media.item.id, ""), media, [], stack, context):
                if len(course.windows) == 1:
                    course.asker.prepare(course.windows[0])

    def _senses(self, wanted: AskedSense, media: MediaSource, path: Path) -> list[Sense]:
        header = probe(path)
        has: list[Sense] = []
        has += ["see"] if header.has_video and media.item.kind == "video" else []
        has += ["hear"] if header.has_audio else []
        can = [sense for sense, branch in BRANCH_OF.items() if branch in self._config.patches]
        return senses_for(wanted, path, has=has, can=can, model=self._model)

    def _courses(
        self, query: Query, media: MediaSource, notes: list[str], stack: ExitStack, context: JobContext
    ) -> list[_Course]:
        """What is asked by each sense. Unless both were insisted on, one that gives nothing here is left out."""
        path = Path(media.path)
        opened: dict[Sense, MediumAsker] = {}
        failed: list[MediaError] = []
        for sense in self._senses(query.sense, media, path):
            try:
                opened[sense] = self._asker(sense, media, stack, context)
            except MediaError as error:
                failed.append(error)
        if query.window_s is not None and opened:
            extents = [asker.extent_s for asker in opened.values()]
            window_s = inside(query.window_s, (min(e[0] for e in extents), max(e[1] for e in extents)), path)
            for sense, asker in list(opened.items()):
                try:
                    asker.extent_s = _shared(window_s, asker.extent_s, path, sense)
                except MediaError as error:
                    failed.append(error)
                    del opened[sense]
        if failed and (query.sense != "auto" or not opened):
            raise failed[0]
        notes += [str(error) for error in failed]
        return [self._course(sense, asker) for sense, asker in opened.items()]

    def _asker(self, sense: Sense, media: MediaSource, stack: ExitStack, context: JobContext) -> MediumAsker:
        path = Path(media.path)
        reader: VideoReader | SoundReader = (
            stack.enter_context(self.video(path, context))
            if sense == "see"
            else stack.enter_context(SoundReader(path, audio_config(self._config)))
        )
        key = (file_key(media.path), sense, self.frames_limit)
        asker = MediumAsker(self._encoder, reader, self._config, key, context)
        if asker.extent_s[1] <= asker.extent_s[0]:
            raise MediaError(f"{path} has no length", why="There is no time in it to ask about")
        return asker

    def _course(self, sense: Sense, asker: MediumAsker) -> _Course:
        kind = BRANCH_OF[sense]
        if kind in self._config.grammar.spans:
            taken_s = hears_s(kind, self._config)
            windows = plan(asker.extent_s, longest_s=min(LONGEST_S, taken_s), window_s=min(SWEPT_S, taken_s))
            return _Course(sense, asker, windows, None)
        length_s = presence_window_s(kind, self._config)
        return _Course(sense, asker, overlapping(asker.extent_s, length_s, length_s / 2), length_s / 2)

    def _asked(
        self, course: _Course, queries: Sequence[Query], notes: list[str], watcher: _Watcher
    ) -> list[SenseAnswer]:
        began = time.monotonic()
        words = [query.expression for query in queries]
        watch = watcher.of(course)
        if course.step_s is None:
            found = ask_windows(course.asker, course.windows, words, closer=queries[0].refine, watch=watch)
        else:
            found = ask_presence(course.asker, course.windows, words, step_s=course.step_s, watch=watch)
            notes.append(_NO_SPANS)
        count = len(course.windows)
        if count > 1:
            length_s = course.windows[0][1] - course.windows[0][0]
            closer = course.asker.asked - count
            more = f" and {closer} closer ones" if closer else ""
            seconds = time.monotonic() - began
            notes.append(f"{course.sense}: {count} windows of {length_s:g} s{more} were asked, in {seconds:.1f} s")
        return found


def _shared(window_s: SpanS, extent_s: SpanS, path: Path, sense: Sense) -> SpanS:
    """The part of a window in which there is something to see or hear. Raises `MediaError` where there is none."""
    start, end = max(window_s[0], extent_s[0]), min(window_s[1], extent_s[1])
    if end <= start:
        raise MediaError(
            f"There is nothing to {sense} in {path} from {window_s[0]:g} s to {window_s[1]:g} s",
            why=f"That lasts from {extent_s[0]:.3f} s to {extent_s[1]:.3f} s",
        )
    return start, end


class _Watcher:
    """Tells how many windows were asked by all senses together, and what was found so far by each."""

    def __init__(
        self, courses: Sequence[_Course], queries: Sequence[Query], model_id: str, context: JobContext
    ) -> None:
        self._total = sum(len(course.windows) for course in courses)
        self._before = {course.sense: sum(len(c.windows) for c in courses[:k]) for k, course in enumerate(courses)}
        self._queries, self._model_id, self._context = queries, model_id, context

    def of(self, course: _Course) -> Callable[[int, Found | None], None]:
        """What to call after each window of a course."""

        def watch(done: int, found: Found | None) -> None:
            self._context.raise_if_cancelled()
            if len(course.windows) == 1:
                return
            answers: tuple[Answer, ...] = ()
            if found is not None:
                answers = tuple(self._answer(q, spans, course) for q, spans in zip(self._queries, found, strict=True))
            done += self._before[course.sense]
            self._context.progress(done, self._total, f"{course.sense}: windows asked", answers)

        return watch

    def _answer(self, query: Query, spans: Sequence[FoundSpan], course: _Course) -> Answer:
        method: Method = "decoded" if course.step_s is None else "windows"
        proposals = tuple(span_proposals(query, spans, course.sense, method, self._model_id))
        return Answer(query, proposals, True if proposals else None, "", self._model_id)
