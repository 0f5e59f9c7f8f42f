"""Asking about many items in the background, one item at a time; a person's own question goes first.

The item that is being asked about when they ask gives way at once, and is asked about again behind them. What is not
finished is kept with the project's place, and can be taken up again after a restart: every answer was
recorded when it came, so what is left is looked up anew.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from PySide6.QtCore import QObject, Signal

from core.errors import ModelCrashedError, ModelError, UserError
from core.jobs import GivingWay, JobContext
from core.project import Project
from core.schema import MediaItem, ModelInfo
from core.workflows.propose import CRASHES_IN_A_ROW, Answered, Candidate, Event, Skipped, propose
from desktop import core_words
from desktop.runner import Callbacks, Job, Priority, Runner
from desktop.session.memory import Memory
from desktop.session.models import LaneGrounder, Models
from desktop.session.notices import Notices
from desktop.session.workspace import Workspace

KEPT = "asking"  # the name under which an unfinished run is kept
RunState = Literal["running", "paused"]


@dataclass(frozen=True, slots=True)
class Run:
    """Expressions that are asked of many items: how many are behind it, and which one it is at."""

    expressions: tuple[str, ...]
    total: int
    done: int = 0
    found: int = 0
    skipped: int = 0
    name: str = ""
    state: RunState = "running"


def ask_one(
    grounder: LaneGrounder,
    candidate: Candidate,
    expressions: Sequence[str],
    project: Project,
    context: JobContext,
    gives_way: threading.Event,
) -> Iterator[ModelInfo | Event]:
    """Runs in the model lane; answers are recorded there, as soon as they come.

    gives_way: stop answering, for a person waits. Loading goes on: their question needs the model as well.
    """
    yield grounder.load(context)
    yielding = JobContext(GivingWay(context.token, gives_way), context.report)
    yield from propose(grounder, [candidate], expressions, yielding, project=project)


class Proposing(QObject):
    """At most one run. It goes on while the person works elsewhere, and gives way to their own questions."""

    changed = Signal(object)  # Run, or None when there is none
    finished = Signal(object)  # Run

    def __init__(
        self,
        workspace: Workspace,
        models: Models,
        memory: Memory,
        runner: Runner,
        notices: Notices,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._models = models
        self._memory = memory
        self._runner = runner
        self._notices = notices
        self._waiting: list[int] = []  # numbers of media, the next one last
        self._job: Job | None = None
        self._crashes = 0
        self.run: Run | None = None
        workspace.closing.connect(self._let_go)
        workspace.opened.connect(self._take_up)

    # --- what a person does ------------------------------------------------------------------

    def ask_listed(self, expressions: tuple[str, ...]) -> bool:
        """Ask about every listed item on which not all of these were answered, done ones left out."""
        project = self._workspace.project
        if project is None or not self._may_begin(expressions):
            return False
        seqs = project.queue.unasked(expressions)
        wanted = self._workspace.items.wanted
        if not wanted.is_empty:
            listed = set(project.queue.matching(wanted))
            seqs = [seq for seq in seqs if seq in listed]
        return self._begin(expressions, seqs)

    def ask_these(self, expressions: tuple[str, ...], media_ids: Sequence[str]) -> bool:
        """Ask about these items, whatever was answered before by other models."""
        project = self._workspace.project
        if project is None or not self._may_begin(expressions):
            return False
        found = (project.queue.number_of(media_id) for media_id in media_ids)
        return self._begin(expressions, [seq for seq in found if seq is not None])

    def pause(self) -> None:
        """Stop after the item that is being asked about."""
        if self.run is not None and self.run.state == "running":
            self._set(state="paused")

    def resume(self) -> None:
        """Go on where it was paused."""
        if self.run is not None and self.run.state == "paused":
            self._crashes = 0
            self._set(state="running")
            self._next()

    def cancel(self) -> bool:
        """Stop now; the answers that have come stay. False when nothing ran."""
        if self.run is None:
            return False
        self._end()
        return True

    # --- the run -----------------------------------------------------------------------------

    def _may_begin(self, expressions: tuple[str, ...]) -> bool:
        project = self._workspace.project
        if not expressions:
            self._notices.hint(self.tr("Type what to look for first"))
            return False
        if project is not None and project.read_only:
            self._notices.warning(
                self.tr("Answers cannot be kept"),
                self.tr("The project is read-only: {reason}").format(reason=core_words.said(project.read_only_reason)),
                self.tr("Open it where you may write, or copy it."),
            )
            return False
        if self.run is not None:
            self._notices.hint(self.tr("Cancel the questions that are being asked first"))
            return False
        return True

    def _begin(self, expressions: tuple[str, ...], seqs: Sequence[int]) -> bool:
        if not seqs:
            self._notices.hint(self.tr("Every item here has been asked about this, or is done"))
            return False
        self._waiting = list(reversed(seqs))
        self._crashes = 0
        self.run = Run(expressions, len(seqs))
        self._keep()
        self.changed.emit(self.run)
        self._next()
        return True

    def _next(self) -> None:
        project = self._workspace.project
        if project is None or self.run is None or self.run.state != "running" or self._job is not None:
            return
        if not self._waiting:
            run = self.run
            self._end()
            self.finished.emit(run)
            return
        item = next(iter(project.queue.numbered([self._waiting[-1]])), None)
        if item is None:
            self._waiting.pop()
            self._next()
            return
        self._ask(item)

    def _ask(self, item: MediaItem) -> None:
        project, run = self._workspace.project, self.run
        if project is None or run is None:
            return
        self._set(name=item.path.rsplit("/", 1)[-1])
        model = self._models.model_for(item.kind)
        try:
            grounder = self._models.grounder(item.kind)
            candidate = Candidate(item.path, project.places.source(item))
        except ModelError as error:
            self._models.note_failure(error, model)
            self._stumble(error)
            return
        except UserError as error:
            self._waiting.pop()
            self._take(Skipped(item.path, str(error)), "", item)
            self._next()
            return

        gives_way = threading.Event()

        def task(context: JobContext) -> Iterator[ModelInfo | Event]:
            return ask_one(grounder, candidate, run.expressions, project, context, gives_way)

        def done(_: object) -> None:
            if self._waiting:
                self._waiting.pop()

        def ended() -> None:  # an item that gave way is still the next one
            if self._job is job:
                self._job = None
                self._next()

        callbacks = Callbacks(
            item=lambda event: self._take(event, model, item), done=done, failed=self._stumble, ended=ended
        )
        job = self._runner.submit("model", task, callbacks, priority=Priority.BACKGROUND, gives_way=gives_way)
        self._job = job
        self._models.note_loading(model)

    def _take(self, event: ModelInfo | Event, model: str, item: MediaItem) -> None:
        if isinstance(event, ModelInfo):
            self._models.note_info(event, model)
            return
        run = self.run
        if run is None:
            return
        found, skipped = run.found, run.skipped
        self._crashes = self._crashes + 1 if isinstance(event, Skipped) and event.crashed else 0
        if isinstance(event, Answered):
            found += any(answer.proposals for answer in event.answers)
            self._workspace.answers_changed.emit(item.id)
        elif isinstance(event, Skipped):
            skipped += 1
        self._set(done=run.done + 1, found=found, skipped=skipped)
        if self._crashes >= CRASHES_IN_A_ROW:
            self._stumble(ModelCrashedError("The model keeps crashing", next_step="Choose another model, then resume"))

    def _stumble(self, error: Exception) -> None:
        """The model's own trouble: everything waits until the person resumes."""
        if self.run is not None:
            self._set(state="paused")
        self._notices.error(error)

    def _set(self, **parts: object) -> None:
        if self.run is not None:
            self.run = replace(self.run, **parts)  # type: ignore[arg-type]
            self.changed.emit(self.run)

    def _end(self) -> None:
        job, self._job, self.run, self._waiting = self._job, None, None, []
        if job is not None:
            job.cancel()
        self._keep()
        self.changed.emit(None)

    # --- across a restart --------------------------------------------------------------------

    def _keep(self) -> None:
        project = self._workspace.project
        if project is not None:
            kept = {"expressions": list(self.run.expressions), "left": self._waiting} if self.run is not None else None
            self._memory.set_part(project.path, KEPT, kept)

    def _let_go(self) -> None:
        """The project closes: what is left is kept, and the running question ends."""
        if self.run is None:
            return
        self._keep()
        job, self._job, self.run, self._waiting = self._job, None, None, []
        if job is not None:
            job.cancel()
        self.changed.emit(None)

    def _take_up(self) -> None:
        """A run that was not finished waits to be resumed; what has been answered since is passed over."""
        project = self._workspace.project
        kept = self._memory.place(project.path).get(KEPT) if project is not None else None
        if project is None or project.read_only or not isinstance(kept, dict):
            return
        expressions, left = kept.get("expressions"), kept.get("left")
        if not isinstance(expressions, list) or not isinstance(left, list):
            return
        words = tuple(text for text in expressions if isinstance(text, str) and text.strip())
        open_ones = set(project.queue.unasked(words)) if words else set()
        self._waiting = [seq for seq in left if seq in open_ones]
        if not self._waiting:
            self._memory.set_part(project.path, KEPT, None)
            return
        self.run = Run(words, len(self._waiting), state="paused")
        self.changed.emit(self.run)
