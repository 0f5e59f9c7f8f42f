"""The project: one file, its facts, its log of Changes, and the present state. The store's only front door."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from sqlalchemy import Connection

from core.errors import ProjectError
from core.project import facts, log, reading
from core.project.lock import Holder
from core.project.measures import Measures
from core.project.media_places import MediaPlaces
from core.project.news import News, counts
from core.project.opening import Opened, Role, create_file, open_file
from core.project.past import Past
from core.project.queue import Queue
from core.project.snapshot import Snapshot
from core.schema import (
    Annotation,
    Answer,
    Attribute,
    Change,
    Label,
    MediaItem,
    Phrase,
    Proposal,
    Rating,
    Review,
    ReviewState,
    SplitMark,
    SplitName,
    Verdict,
)


class Project:
    """An open project. Methods may be called from any thread; listeners are called on the thread that applied.

    Every write is one transaction that is on the disk when the method returns. Every method may raise
    `ProjectError` when the file is damaged, busy or cannot be written; nothing was written then. `past`, `measures`,
    `queue` and `places` are its doors to what has an idea of its own.
    """

    def __init__(self, path: Path, author: str, opened: Opened) -> None:
        """Use `create` or `open`."""
        self.path, self.author = path, author
        self._opened = opened
        self._closed = False
        self._turn = threading.RLock()
        with opened.database.reading() as connection:
            self._news = News(connection)
        self.past = Past(self._reading)
        self.measures = Measures(self._reading, self._writing, author)
        self.queue = Queue(self._reading)
        self.places = MediaPlaces(self._reading, self._writing, path.parent)

    @classmethod
    def create(cls, path: Path | str, *, author: str, role: Role = "window") -> Project:
        """Make a new project file and open it. Raises `ProjectError` when it exists or cannot be made."""
        place = Path(path).absolute()
        create_file(place)
        return cls.open(place, author=author, role=role)

    @classmethod
    def open(cls, path: Path | str, *, author: str, read_only: bool = False, role: Role = "window") -> Project:
        """Open a project file. Raises `ProjectError`, touching nothing, when it is missing or corrupt.

        A "window" holds the project until it is closed: where another one holds it already, the file or its folder
        cannot be written, or a newer version wrote it, the project opens read-only (`read_only`, `read_only_reason`,
        `holder`). A "command" never holds it and writes in short transactions, also beside a window, which sees what
        was written by `poll_external`.
        """
        place = Path(path).absolute()
        if place.is_symlink():  # one file is one project, with one lock and one journal, by whatever name
            place = place.resolve()
        opened = open_file(place, read_only=read_only, role=role)
        with ExitStack() as on_failure:
            on_failure.callback(opened.close)
            project = cls(place, author, opened)
            on_failure.pop_all()
        return project

    def close(self) -> None:
        """Fold the journal into the file and let go of it. May be called twice."""
        with self._turn:
            if not self._closed:
                self._closed = True
                self._news.forget_listeners()
                self._opened.close()

    def __enter__(self) -> Project:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def read_only(self) -> bool:
        """Whether nothing can be written."""
        return bool(self._opened.reason)

    @property
    def read_only_reason(self) -> str:
        """Why nothing can be written, for people; "" when it can."""
        return self._opened.reason

    @property
    def holder(self) -> Holder | None:
        """Who holds the project, when that is why it is read-only."""
        return self._opened.holder

    @property
    def note(self) -> str:
        """What is unusual about how the file is saved (no write-ahead log), for people; "" when nothing."""
        return self._opened.note

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        if self._closed:
            raise ProjectError(f"{self.path.name} is closed")
        with self._opened.database.reading() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        if self._closed:
            raise ProjectError(f"{self.path.name} is closed")
        if self.read_only:
            raise ProjectError("Nothing was written", why=self.read_only_reason)
        with self._turn:
            with self._opened.database.writing() as connection:
                before = counts(connection)
                yield connection
                after = counts(connection)
            self._news.skip(before, after)

    # --- media ------------------------------------------------------------------------------------

    def add_media(self, items: Iterable[MediaItem], *, batch: str | None = None) -> list[MediaItem]:
        """Add media; for each item the one that stands in the project (the same root and path: the one there).

        `batch` names the import that brings them: undoing its Change then hides those that came no other way
        and that nobody has worked on.
        """
        with self._writing() as connection:
            return facts.add_media(connection, items, batch)

    def media_count(self) -> int:
        """How many media the project shows."""
        with self._reading() as connection:
            return facts.media_count(connection)

    def media(self, offset: int = 0, limit: int | None = None) -> list[MediaItem]:
        """Media in the order of adding: a page of them costs the same wherever it lies."""
        with self._reading() as connection:
            return facts.media(connection, offset, limit)

    def media_item(self, media_id: str) -> MediaItem:
        """One medium. Raises `ProjectError` when the project has none of that id."""
        with self._reading() as connection:
            item = facts.media_item(connection, media_id)
        if item is None:
            raise ProjectError(f"The project has no medium {media_id}")
        return item

    def media_row(self, media_id: str) -> int | None:
        """The place of a medium in `media()`, counted from 0; None when it is not there."""
        with self._reading() as connection:
            return facts.media_row(connection, media_id)

    def media_at(self, root: str, relative: str) -> MediaItem | None:
        """The medium at a place under a root; None when there is none."""
        with self._reading() as connection:
            return facts.media_at(connection, root, relative)

    # --- answers ----------------------------------------------------------------------------------

    def record_answers(self, answers: Iterable[Answer]) -> None:
        """Keep what a model said. Raises `ProjectError` for a medium that is not in the project."""
        with self._writing() as connection:
            facts.record_answers(connection, answers)

    def answers(self, media_id: str | None = None) -> list[Answer]:
        """Answers in order of asking; of one medium, if named."""
        with self._reading() as connection:
            return facts.answers(connection, media_id)

    def answered(self, media_id: str, expression: str, model_id: str) -> bool:
        """Whether this model answered this expression on this medium; a failed answer does not count."""
        with self._reading() as connection:
            return facts.answered(connection, media_id, expression, model_id)

    def proposal(self, proposal_id: str) -> tuple[Answer, Proposal] | None:
        """A proposal with its answer: where an annotation or a rejection comes from."""
        with self._reading() as connection:
            return facts.proposal(connection, proposal_id)

    def known_expressions(self) -> list[str]:
        """Phrases and everything asked, each once, in order of first use."""
        with self._reading() as connection:
            return reading.known_expressions(connection)

    # --- acts -------------------------------------------------------------------------------------

    def apply(self, change: Change) -> Change:
        """Write a Change, all of it or nothing; returns it with author and time filled in.

        Raises `StaleChangeError` when a `before` is not the present state. A Change that changes nothing and
        names no batch is returned as it is and not logged.
        """
        if change.before == change.after and change.batch is None:
            return change
        signed = replace(change, author=change.author or self.author, at=change.at or log.now())
        with self._writing() as connection:
            log.append_act(connection, signed)
            self._news.note_own(signed)
        self._news.tell(signed)
        return signed

    def undo(self) -> Change | None:
        """Take back one's own latest act: appends and returns the inverse; None when there is nothing.

        Raises `StaleChangeError` when somebody else has since worked on the same thing.
        """
        return self._step(redo=False)

    def redo(self) -> Change | None:
        """Do again what one's last `undo` took back; None when there is nothing."""
        return self._step(redo=True)

    def _step(self, *, redo: bool) -> Change | None:
        with self._writing() as connection:
            step = (log.next_redo if redo else log.next_undo)(connection, self.author)
            if step is None:
                return None
            inverse = log.append_inverse(connection, self.author, step, redo=redo)
            self._news.note_own(inverse)
        self._news.tell(inverse)
        return inverse

    def undo_title(self) -> str | None:
        """The title of the act that `undo` would take back."""
        with self._reading() as connection:
            step = log.next_undo(connection, self.author)
        return step.title if step else None

    def redo_title(self) -> str | None:
        """The title of the act that `redo` would do again."""
        with self._reading() as connection:
            step = log.next_redo(connection, self.author)
        return step.title if step else None

    def history(self, media_id: str | None = None) -> list[Change]:
        """Every Change ever applied, in order; of one medium, if named."""
        with self._reading() as connection:
            return log.history(connection, media_id)

    def subscribe(self, callback: Callable[[Change], None]) -> Callable[[], None]:
        """Call `callback` after every Change that is applied; returns how to stop that."""
        return self._news.subscribe(callback)

    def poll_external(self) -> bool:
        """Whether another process has written since the last call; its Changes go to the listeners.

        Media and answers that were added show in the next read. Cheap, three look-ups, and never waits: while
        another thread of this process is writing it is False, and a later call tells.
        """
        if not self._turn.acquire(blocking=False):
            return False
        try:
            with self._reading() as connection:
                is_news, changes = self._news.from_others(connection)
        finally:
            self._turn.release()
        for change in changes:
            self._news.tell(change)
        return is_news

    def rebuild(self) -> None:
        """Make the present state again out of the log alone."""
        with self._writing() as connection:
            log.rebuild_present(connection)

    # --- the present state ------------------------------------------------------------------------

    def annotations(self, media_id: str | None = None) -> list[Annotation]:
        """Annotations in order of drawing; of one medium, if named."""
        with self._reading() as connection:
            return reading.annotations(connection, media_id)

    def annotation(self, annotation_id: str) -> Annotation | None:
        """One annotation; None when it does not stand."""
        with self._reading() as connection:
            return reading.annotation(connection, annotation_id)

    def verdicts(self, media_id: str | None = None) -> list[Verdict]:
        """Rejections and "not present" records; of one medium, if named."""
        with self._reading() as connection:
            return reading.verdicts(connection, media_id)

    def ratings(self, media_id: str | None = None) -> list[Rating]:
        """What people think of answers of a conversation; of one medium, if named."""
        with self._reading() as connection:
            return reading.ratings(connection, media_id)

    def labels(self) -> list[Label]:
        """The table of classes in order of their numbers."""
        with self._reading() as connection:
            return reading.labels(connection)

    def annotations_labelled(self, label_id: str) -> list[Annotation]:
        """The annotations of one label, on all media."""
        with self._reading() as connection:
            return reading.annotations_labelled(connection, label_id)

    def label_uses(self) -> dict[str, int]:
        """Label id to how many annotations and verdicts stand on it; unused labels are absent."""
        with self._reading() as connection:
            return reading.label_uses(connection)

    def label_ever(self, label_id: str) -> Label | None:
        """A label as it stands, or as it was when it was taken away."""
        with self._reading() as connection:
            return reading.label_ever(connection, label_id)

    def attribute_table(self) -> list[Attribute]:
        """What can be said of annotations besides their words, in order of adding."""
        with self._reading() as connection:
            return reading.attributes(connection)

    def next_label_number(self) -> int:
        """The first number that no label has or ever had."""
        with self._reading() as connection:
            return reading.next_label_number(connection)

    def phrases(self) -> list[Phrase]:
        """Every phrase with its label, in order of adding."""
        with self._reading() as connection:
            return reading.phrases(connection)

    def phrase_for(self, expression: str) -> Phrase | None:
        """The phrase of an expression; case and spacing do not matter."""
        with self._reading() as connection:
            return reading.phrase_for(connection, expression)

    def label_for(self, expression: str) -> Label | None:
        """The label that typing an expression uses; None for a new phrase."""
        with self._reading() as connection:
            return reading.label_for(connection, expression)

    def review(self, media_id: str) -> ReviewState:
        """Where a medium stands; "proposed" when only a model has been there."""
        with self._reading() as connection:
            return reading.review(connection, media_id)

    def review_record(self, media_id: str) -> Review | None:
        """What people said about where a medium stands."""
        with self._reading() as connection:
            return reading.review_record(connection, media_id)

    def reviews(self) -> dict[str, ReviewState]:
        """Where every medium stands that is not new: one query for a whole list."""
        with self._reading() as connection:
            return reading.reviews(connection)

    def split(self, media_id: str) -> SplitName | None:
        """The split of a medium."""
        record = self.split_record(media_id)
        return record.split if record else None

    def split_record(self, media_id: str) -> SplitMark | None:
        """The mark that puts a medium into a split."""
        with self._reading() as connection:
            return reading.split_record(connection, media_id)

    def splits(self) -> dict[str, SplitName]:
        """Medium id to split, of the media that have one."""
        with self._reading() as connection:
            return reading.splits(connection)

    def snapshot(self, *, history: bool = True) -> Snapshot:
        """Everything as of one moment: what exports and training read. Without `history`, the Changes are left out."""
        with self._reading() as connection:
            return reading.snapshot(connection, str(self.path), self.places.roots_in(connection), history=history)

    def every_annotation(self) -> Sequence[Annotation]:
        """All annotations in order of drawing; very many of them take little memory, and are walked."""
        with self._reading() as connection:
            return reading.every_annotation(connection)

    def every_verdict(self) -> Sequence[Verdict]:
        """All verdicts in order; very many of them take little memory, and are walked."""
        with self._reading() as connection:
            return reading.every_verdict(connection)
