"""Ask a model about many media: what is answered already is passed over, what cannot be read is reported.

The answers about a medium are recorded as soon as they are known, so a run that was killed goes on where it stopped.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.errors import MediaError, ProjectError, UserError
from core.grounding.protocol import Asked, Grounder
from core.jobs import JobContext
from core.media import list_media, probe_item
from core.media.kinds import kind_by_suffix
from core.project import Project
from core.schema import Answer, MediaItem, MediaKind, MediaSource
from core.workflows.ask import check_asked_for, make_queries, medium_at
from core.workflows.asking_many import Crashed, Outcome, answer_all

CRASHES_IN_A_ROW = 3  # one picture may bring the model down; three in a row are the model's own trouble


@dataclass(frozen=True, slots=True)
class Answered:
    """A medium was asked about, now. `already` are expressions that had been answered before."""

    name: str
    source: MediaSource
    answers: tuple[Answer, ...]
    already: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AlreadyAnswered:
    """This model has answered all of the expressions on this medium before."""

    name: str
    expressions: tuple[str, ...]
    model_id: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A medium that could not be asked about, and why. `crashed`: the model's process ended over it."""

    name: str
    why: str
    crashed: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A medium that can be asked about, and the name to call it by in reports."""

    name: str
    source: MediaSource


Event = Answered | AlreadyAnswered | Skipped

# Which model is asked about a medium: the same for all, or one for each kind.
Choice = Grounder | Callable[[MediaSource], Grounder]


def check_writable(project: Project) -> None:
    """Raise `ProjectError` when answers could not be recorded."""
    if project.read_only:
        raise ProjectError(f"Answers cannot be recorded in {project.path.name}", why=project.read_only_reason)


def media_of_project(project: Project, kind: MediaKind | None = None) -> list[Candidate]:
    """Everything in a project, or all of one kind, in its order. Raises `UserError` when there is nothing."""
    media = [item for item in project.media() if kind in (None, item.kind)]
    if not media:
        what = "media" if kind is None else "media of this kind"
        raise UserError(f"{project.path.name} holds no {what}", next_step="Add some in the window or with import")
    return [Candidate(item.path, project.places.source(item)) for item in media]


def media_of_folder(
    folder: Path, project: Project | None, kind: MediaKind | None = None
) -> tuple[int, Iterator[Candidate | Skipped]]:
    """How many media a folder holds, and each of them as it is reached; new ones are added to the project.

    With `kind`, those that are called so by their names. Raises `MediaError` when there is no such folder or nothing
    in it.
    """
    paths = [path for path in list_media(folder) if kind in (None, kind_by_suffix(path))]
    if not paths:
        what = "media" if kind is None else "media of this kind"
        raise MediaError(f"{folder} holds no {what}", next_step="Name another folder")
    return len(paths), (_reached(path, project) for path in paths)


def propose(
    choice: Choice,
    candidates: Iterable[Candidate | Skipped],
    expressions: Sequence[str],
    context: JobContext,
    *,
    total: int = 0,
    project: Project | None = None,
) -> Iterator[Event]:
    """Ask every expression about every medium; one event for each medium, in order.

    With a project, answers are recorded in it as facts. Media are taken from `candidates` a little ahead of the
    answers. Raises `Cancelled`, `ModelError`, `ProjectError`, and `ModelCrashedError` when the model keeps crashing.
    """
    run = _Run(choice, tuple(dict.fromkeys(expressions)), context, total, project)
    for grounder, places in itertools.groupby(run.places(candidates), key=lambda place: place.grounder):
        if grounder is None:
            for place in places:
                yield run.passed(place)
        else:
            yield from run.answered(grounder, places)


@dataclass(slots=True)
class _Place:
    """A medium on its way: the questions about it and who is asked, or the event that it is already."""

    candidate: Candidate | Skipped
    grounder: Grounder | None = None
    asked: Asked | None = None
    already: tuple[str, ...] = ()
    event: Event | None = None


class _Run:
    """One call of `propose`."""

    def __init__(
        self, choice: Choice, expressions: tuple[str, ...], context: JobContext, total: int, project: Project | None
    ) -> None:
        self._choice, self._expressions, self._context = choice, expressions, context
        self._total, self._project = total, project
        self._done = self._crashes = 0
        self._ids: dict[int, str] = {}

    def places(self, candidates: Iterable[Candidate | Skipped]) -> Iterator[_Place]:
        """Every candidate with what is to be asked about it.

        What needs no asking goes with the model before it, and at the beginning by itself: a run that is taken up again
        has much of it.
        """
        last: Grounder | None = None
        for candidate in candidates:
            self._context.raise_if_cancelled()
            place = self._place(candidate)
            place.grounder = last = place.grounder or last
            yield place

    def _place(self, candidate: Candidate | Skipped) -> _Place:
        if isinstance(candidate, Skipped):
            return _Place(candidate, event=candidate)
        source = candidate.source
        grounder = self._choice(source) if callable(self._choice) else self._choice
        model_id = self._id_of(grounder)
        already, left = _split_by_answered(self._project, source.item, self._expressions, model_id)
        if not left:
            return _Place(candidate, event=AlreadyAnswered(candidate.name, already, model_id))
        try:
            check_asked_for(grounder, source)
        except MediaError as error:
            return _Place(candidate, event=Skipped(candidate.name, str(error)))
        author = self._project.author if self._project is not None else ""
        queries = tuple(make_queries(source, left, author=author))
        return _Place(candidate, grounder, Asked(source, queries), already)

    def _id_of(self, grounder: Grounder) -> str:
        """Asked once: while others answer through it, a grounder that runs elsewhere is not spoken to."""
        if id(grounder) not in self._ids:
            self._ids[id(grounder)] = grounder.describe().id
        return self._ids[id(grounder)]

    def answered(self, grounder: Grounder, places: Iterable[_Place]) -> Iterator[Event]:
        """The events of media that one model is asked about, in order."""
        waiting: deque[_Place] = deque()

        def asked() -> Iterator[Asked]:
            for place in places:
                waiting.append(place)
                if place.asked is not None:
                    yield place.asked

        for outcome in answer_all(grounder, asked(), self._context):
            while waiting[0].asked is None:
                yield self.passed(waiting.popleft())
            yield self._event(waiting.popleft(), outcome)
        while waiting:
            yield self.passed(waiting.popleft())

    def passed(self, place: _Place) -> Event:
        """The event of a medium that nobody is asked about."""
        assert place.event is not None
        self._count(place)
        return place.event

    def _event(self, place: _Place, outcome: Outcome) -> Event:
        self._count(place)
        name = place.candidate.name
        if isinstance(outcome, Crashed):
            self._crashes += 1
            if self._crashes == CRASHES_IN_A_ROW:
                raise outcome.error
            return Skipped(name, str(outcome.error), crashed=True)
        if outcome.error is not None or place.asked is None:
            return Skipped(name, str(outcome.error))
        self._crashes = 0
        if self._project is not None:
            self._project.record_answers(outcome.answers)
        return Answered(name, place.asked.media, outcome.answers, place.already)

    def _count(self, place: _Place) -> None:
        self._done += 1
        self._context.progress(self._done, self._total, place.candidate.name)


def _reached(path: Path, project: Project | None) -> Candidate | Skipped:
    try:
        if project is None:
            return Candidate(str(path), medium_at(path))
        root, relative = project.places.media_from_path(path)
        item = project.media_at(root, relative)
        if item is None:
            item = project.add_media([probe_item(path, root=root, relative=relative)])[0]
        return Candidate(str(path), replace(project.places.source(item), path=str(path)))
    except MediaError as error:
        return Skipped(str(path), str(error))


def _split_by_answered(
    project: Project | None, item: MediaItem, expressions: Sequence[str], model_id: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The expressions that this model has answered on this medium, and the others."""
    if project is None:
        return (), tuple(expressions)
    already = tuple(text for text in expressions if project.answered(item.id, text, model_id))
    return already, tuple(text for text in expressions if text not in already)


def check_expressions(expressions: Sequence[str]) -> None:
    """Raise `UserError` for an expression without words."""
    make_queries(MediaSource(MediaItem("", "image", ""), ""), expressions)
