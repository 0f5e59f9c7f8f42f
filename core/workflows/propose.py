"""Ask a model about many media: what is answered already is passed over, what cannot be read is reported.

Every answer is recorded as soon as it is known, so a run that was killed goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.errors import MediaError, ModelCrashedError, ProjectError, UserError
from core.grounding.protocol import Grounder
from core.jobs import JobContext
from core.media import list_media, probe_item
from core.media.kinds import kind_by_suffix
from core.project import Project
from core.schema import Answer, MediaItem, MediaKind, MediaSource
from core.workflows.ask import ask, check_asked_for, make_queries, medium_at

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
    return [Candidate(item.path, project.source(item)) for item in media]


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

    With a project, answers are recorded in it as facts. Raises `Cancelled`, `ModelError`, `ProjectError`,
    and `ModelCrashedError` when the model keeps crashing.
    """
    crashes = 0
    for done, candidate in enumerate(candidates, start=1):
        context.raise_if_cancelled()
        context.progress(done, total, candidate.name)
        if isinstance(candidate, Skipped):
            yield candidate
            continue
        grounder = choice(candidate.source) if callable(choice) else choice
        model_id = grounder.describe().id
        already, open_ones = _split_by_answered(project, candidate.source.item, expressions, model_id)
        if not open_ones:
            yield AlreadyAnswered(candidate.name, already, model_id)
            continue
        try:
            answers = tuple(_ask_and_record(grounder, candidate.source, open_ones, context, project))
            crashes = 0
            yield Answered(candidate.name, candidate.source, answers, already)
        except ModelCrashedError as error:
            crashes += 1
            if crashes == CRASHES_IN_A_ROW:
                raise
            yield Skipped(candidate.name, str(error), crashed=True)
        except MediaError as error:
            yield Skipped(candidate.name, str(error))


def _reached(path: Path, project: Project | None) -> Candidate | Skipped:
    try:
        if project is None:
            return Candidate(str(path), medium_at(path))
        root, relative = project.media_from_path(path)
        item = project.media_at(root, relative)
        if item is None:
            item = project.add_media([probe_item(path, root=root, relative=relative)])[0]
        return Candidate(str(path), replace(project.source(item), path=str(path)))
    except MediaError as error:
        return Skipped(str(path), str(error))


def _split_by_answered(
    project: Project | None, item: MediaItem, expressions: Sequence[str], model_id: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The expressions that this model has answered on this medium, and the others; each expression once."""
    unique = tuple(dict.fromkeys(expressions))
    if project is None:
        return (), unique
    already = tuple(text for text in unique if project.answered(item.id, text, model_id))
    return already, tuple(text for text in unique if text not in already)


def _ask_and_record(
    grounder: Grounder,
    source: MediaSource,
    expressions: Sequence[str],
    context: JobContext,
    project: Project | None,
) -> Iterator[Answer]:
    author = project.author if project is not None else ""
    check_asked_for(grounder, source)
    quiet = JobContext(context.token)  # progress counts media here, not expressions
    for answer in ask(grounder, source, expressions, quiet, author=author):
        if project is not None:
            project.record_answers([answer])
        yield answer


def check_expressions(expressions: Sequence[str]) -> None:
    """Raise `UserError` for an expression without words."""
    make_queries(MediaSource(MediaItem("", "image", ""), ""), expressions)
