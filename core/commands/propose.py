"""`propose PROJECT|FOLDER EXPR…`: asks a model about many media, one line of output for each."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from core.commands.terminal import (
    add_model_arguments,
    author,
    open_grounder,
    print_json,
    say,
    usual_model,
    watching_context,
)
from core.errors import UserError
from core.grounding.protocol import Grounder
from core.jobs import JobContext, Progress
from core.media import list_media
from core.media.kinds import kind_by_suffix
from core.project import Project
from core.schema import Answer, MediaKind, MediaSource
from core.workflows.ask import answers_to_json
from core.workflows.propose import (
    AlreadyAnswered,
    Answered,
    Candidate,
    Event,
    Skipped,
    check_expressions,
    check_writable,
    media_of_folder,
    media_of_project,
    propose,
)
from core.workflows.side_by_side import SideBySide, processes_for, threads_each

_KINDS: dict[str, MediaKind] = {"picture": "image", "video": "video", "audio": "audio"}
_NO_PROGRESS = Progress(0, 0)  # wipes the progress line before something is printed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments (`docs/cli.md`)."""
    parser.add_argument("source", metavar="PROJECT|FOLDER", type=Path, help="a project, or a folder of media")
    parser.add_argument("expressions", metavar="EXPR", nargs="+", help="what to look for, in words")
    parser.add_argument("--into", metavar="PROJECT", type=Path, help="record a folder's answers in this project")
    parser.add_argument("--kind", choices=tuple(_KINDS), help="ask about media of this kind only")
    add_model_arguments(parser, by_medium=True)
    parser.add_argument("--json", action="store_true", help="print JSON lines")


@dataclass(slots=True)
class _Counts:
    answered: int = 0
    already: int = 0
    skipped: int = 0
    errors: int = 0


def run(args: argparse.Namespace) -> int:
    """Ask; 0, or 3 when a medium was skipped or an answer could not be understood."""
    check_expressions(args.expressions)
    context = watching_context()
    with ExitStack() as stack:
        project = _open_project(args, stack)
        models = _Models(args, stack, context, project)
        models.load_for(_kinds(args, project))  # what is wrong with them is said before anything is made
        if args.into is not None and project is None:  # made only now that nothing stands in the way
            project = stack.enter_context(Project.create(args.into, author=author(), role="command"))
        total, candidates = _media(args, project)
        events = propose(models, candidates, args.expressions, context, total=total, project=project)
        counts = _report(events, as_json=args.json, context=context)
    _print_summary(counts, as_json=args.json)
    return 3 if counts.skipped or counts.errors else 0


class _Models:
    """The model that is asked about a medium: the one named, else the project's choice, else the person's."""

    def __init__(
        self, args: argparse.Namespace, stack: ExitStack, context: JobContext, project: Project | None
    ) -> None:
        self._args, self._stack, self._context, self._project = args, stack, context, project
        self._open: dict[str, Grounder] = {}
        self._media = 0

    def __call__(self, source: MediaSource) -> Grounder:
        return self._named(self._name_for(source.item.kind))

    def load_for(self, kinds: Sequence[MediaKind]) -> None:
        """Load what media of these kinds need, one kind for each medium, and say to people what that is.

        Raises `ModelError`.
        """
        self._media = len(kinds)
        for name in sorted({self._name_for(kind) for kind in kinds}):
            self._named(name)
            if not self._args.json:
                say(f"asking {name}")

    def _name_for(self, kind: MediaKind) -> str:
        return self._args.model or usual_model(kind, self._project)

    def _named(self, name: str) -> Grounder:
        if name not in self._open:
            count = processes_for(name, self._media)
            args = argparse.Namespace(**{**vars(self._args), "model": name, "threads": threads_each(count)})
            hosted = [self._stack.enter_context(open_grounder(args)) for _ in range(count)]
            grounder = hosted[0] if count == 1 else SideBySide(hosted)
            grounder.load(self._context)
            self._open[name] = grounder
        return self._open[name]


def _kinds(args: argparse.Namespace, project: Project | None) -> list[MediaKind]:
    """The kind of each medium that is going to be asked about, as far as their names say."""
    if project is not None and not args.source.is_dir():
        kinds = [item.kind for item in project.media()]
    else:
        kinds = [kind for path in list_media(args.source) if (kind := kind_by_suffix(path)) is not None]
    wanted = _KINDS.get(args.kind)
    return kinds if wanted is None else [kind for kind in kinds if kind == wanted]


def _open_project(args: argparse.Namespace, stack: ExitStack) -> Project | None:
    """The project to record in, if there is one yet; everything wrong with the arguments is said here."""
    is_folder = args.source.is_dir()
    if args.into is not None and not is_folder:
        raise UserError("--into is for folders", why=f"{args.source} is not one; a project keeps its own answers")
    path = args.into if is_folder else args.source
    kind = _KINDS.get(args.kind)
    if is_folder:
        media_of_folder(args.source, None, kind)
    if path is None or (is_folder and not path.exists()):
        return None
    project = stack.enter_context(Project.open(path, author=author(), role="command"))
    check_writable(project)
    if not is_folder:
        media_of_project(project, kind)
    return project


def _media(args: argparse.Namespace, project: Project | None) -> tuple[int, Iterable[Candidate | Skipped]]:
    """How many media there are, and the media."""
    kind = _KINDS.get(args.kind)
    if project is not None and not args.source.is_dir():
        media = media_of_project(project, kind)
        return len(media), media
    return media_of_folder(args.source, project, kind)


def _report(events: Iterable[Event], *, as_json: bool, context: JobContext) -> _Counts:
    counts = _Counts()
    for event in events:
        context.report(_NO_PROGRESS)
        match event:
            case Answered():
                counts.answered += 1
                counts.errors += sum(answer.error is not None for answer in event.answers)
            case AlreadyAnswered():
                counts.already += 1
            case Skipped():
                counts.skipped += 1
        if as_json:
            print_json(_as_json(event))
        else:
            _print_for_people(event)
    return counts


def _as_json(event: Event) -> dict[str, object]:
    match event:
        case Answered(name, source, answers, already):
            result = answers_to_json(source, answers, model_id=answers[0].model_id, media_name=name)
            return {"event": "answered", **result, "already": list(already)}
        case AlreadyAnswered(name, expressions, model_id):
            return {"event": "already", "media": name, "model": model_id, "expressions": list(expressions)}
        case Skipped(name, why):
            return {"event": "skipped", "media": name, "why": why}


def _print_for_people(event: Event) -> None:
    match event:
        case Answered(name, _, answers, _):
            say(f"{name}  {', '.join(_in_words(answer) for answer in answers)}")
        case AlreadyAnswered(name, _, _):
            say(f"{name}  answered before")
        case Skipped(name, why):
            say(f"{name}  skipped: {why}")


def _in_words(answer: Answer) -> str:
    if answer.error is not None:
        return f"{answer.query.expression}: error: {answer.error}"
    scores = " ".join("-" if p.score is None else f"{p.score:.2f}" for p in answer.proposals)
    return (
        f"{answer.query.expression}: {len(answer.proposals)} ({scores})" if scores else f"{answer.query.expression}: 0"
    )


def _print_summary(counts: _Counts, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "event": "done",
                "answered": counts.answered,
                "already": counts.already,
                "skipped": counts.skipped,
                "errors": counts.errors,
            }
        )
        return
    parts = [f"{counts.answered} media asked about"]
    parts += [f"{counts.already} answered before"] if counts.already else []
    parts += [f"{counts.skipped} skipped"] if counts.skipped else []
    parts += [f"{counts.errors} answers not understood"] if counts.errors else []
    say(", ".join(parts))
