"""Making the model better: looks at what there is to learn from, teaches behind the window, measures, goes on later.

Teaching and measuring are commands in processes of their own. What was begun is kept with the project's place, so that
it can be gone on with after a stop, a closed window, or a kill.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from core.commands.behind import Event, read_told, run_behind
from core.errors import TrainingError
from core.jobs import JobContext
from core.schema import MediaKind
from core.settings import Settings
from core.workflows import improving
from core.workflows.holdout import freeze
from core.workflows.improving import Lesson, Wishes
from desktop import core_words
from desktop.runner import Callbacks, Job, Runner
from desktop.session.looking_ahead import LookingAhead
from desktop.session.memory import Memory
from desktop.session.notices import Notices
from desktop.session.teaching_run import Phase, Run, as_plain, curve, read_run, with_loss
from desktop.session.workspace import Workspace
from desktop.wrapping import sentences

KEPT = "improving"  # the name under which a run is kept with a project's place
_KILLED = -9


class Improving(QObject):
    """At most one run. Its processes end with the window, and what they saved is gone on from."""

    changed = Signal()  # the run began, went on or ended
    measured = Signal()  # one model is, and the project may ask it from now on
    finished = Signal()  # everything is taught and measured

    def __init__(
        self,
        workspace: Workspace,
        ahead: LookingAhead,
        memory: Memory,
        runner: Runner,
        notices: Notices,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._memory = memory
        self._runner = runner
        self._notices = notices
        self._job: Job | None = None
        self._plan: Mapping[str, Any] = {}  # of the run that is taught now, as its look ahead says
        self._first_step: tuple[float, int] | None = None  # when it was done, and which it was
        self._last_step: tuple[float, int] | None = None
        self.ahead = ahead
        self.run: Run | None = None
        self.is_new = False  # something was measured that nobody has looked at yet
        self.is_stopping = False  # it was asked to, and does its last step
        workspace.closing.connect(self._let_go)
        workspace.opened.connect(self._take_up)

    @property
    def is_running(self) -> bool:
        return self.run is not None and self.run.state == "running"

    def look(self, wishes: Wishes | None = None, bases: Mapping[MediaKind, str] | None = None) -> None:
        """See what a start would do."""
        self.ahead.look(wishes, bases, checked=not self.is_running)

    # --- what a person does ------------------------------------------------------------------

    def start(self, wishes: Wishes, bases: Mapping[MediaKind, str]) -> None:
        """Freeze the hold-out where there is none yet, and begin."""
        project = self._workspace.project
        if project is None or self.is_running or project.read_only:
            return
        self.ahead.stop()
        chosen = dict(bases)

        def task(_: JobContext) -> tuple[Lesson, ...]:
            hold_out = freeze(project, share=wishes.share)
            found = improving.material(project)
            lessons = tuple(improving.lessons(project, Settings.load(), found.kinds, chosen))
            if not any(found.is_measured(lesson.kinds) for lesson in lessons):
                raise TrainingError(
                    "There is too little to learn from and to measure by",
                    why=f"{len(hold_out.learnt)} media to learn from, {len(hold_out.held)} held out",
                    next_step="Decide about more items",
                )
            return lessons

        def done(found: tuple[Lesson, ...]) -> None:
            if found and self._workspace.project is project:
                self._set(Run(found, wishes))
                self._go()

        self._runner.submit("files", task, Callbacks(done=done, failed=self._notices.error))

    def stop(self) -> None:
        """Stop after the step that is being done; its state is saved, and `resume` goes on from there."""
        if self._job is not None:
            self._job.cancel()
            self.is_stopping = True
            self.changed.emit()

    def resume(self) -> None:
        """Go on where it stopped."""
        if self.run is not None and self.run.state in ("paused", "failed") and self._job is None:
            self._set(replace(self.run, state="running", problem=""))
            self._go()

    def discard(self) -> None:
        """Forget the run. What it has begun and not finished is deleted; finished models stay, as versions."""
        run = self.run
        if run is None or self._job is not None:
            return
        unfinished = [lesson for lesson in run.lessons if not lesson.is_taught]

        def task(_: JobContext) -> None:
            for lesson in unfinished:
                improving.throw_away(lesson, lambda _: False)

        self._runner.submit("files", task, Callbacks(failed=self._notices.error))
        self._set(None)

    def mark_seen(self) -> None:
        """Somebody looks at what came of it."""
        if self.is_new:
            self.is_new = False
            self.changed.emit()

    # --- the run -----------------------------------------------------------------------------

    def _go(self) -> None:
        """The next command: teaching, then measuring, then the same of the next run."""
        run, project = self.run, self._workspace.project
        if run is None or project is None or run.state != "running":
            return
        if run.at >= len(run.lessons):
            self.is_new = True
            self._set(replace(run, state="done", phase="done", note=""))
            self._notices.hint(self.tr("A new model is taught and measured: Model, Improve the model shows it"))
            self.finished.emit()
            return
        lesson = run.lesson
        teaches = run.phase == "teach" and not lesson.is_taught
        if teaches:
            words = improving.teach_words(project.path, lesson, run.wishes, device=self.ahead.device)
        else:
            words = improving.measure_words(project.path, lesson, device=self.ahead.device, rendered=improving.RENDERED)
        phase: Phase = "teach" if teaches else "measure"
        losses = curve(read_told(lesson.told)[0])
        self._first_step = self._last_step = None
        self._set(replace(run, phase=phase, step=0, of=0, seconds_left=None, note="", losses=losses))
        self._follow(words, lesson)

    def _follow(self, words: list[str], lesson: Lesson) -> None:
        def task(context: JobContext) -> Iterator[Event]:
            return run_behind(words, lesson.told, context)

        ends: list[Event] = []

        def item(event: Event) -> None:
            if event.get("event") == "ended":
                ends.append(event)
            elif self._job is job:
                self._take(event)

        def ended(then: Callable[[], None]) -> Callable[..., None]:
            def call(*_: object) -> None:
                if self._job is job:
                    self._job = None
                    then()

            return call

        callbacks = Callbacks(
            item=item,
            done=ended(lambda: self._command_ended(ends[-1] if ends else {})),
            cancelled=ended(self._pause),
            failed=ended(lambda: self._fail(self.tr("The process could not be started"))),
        )
        job = self._runner.submit("behind", task, callbacks)
        self._job = job

    def _take(self, event: Event) -> None:
        run = self.run
        if run is None:
            return
        kind = event.get("event")
        if kind == "preflight":
            self._plan = event.get("plan") or {}
            return
        if kind == "step":
            self._last_step = (time.monotonic(), int(event["step"]))
            self._first_step = self._first_step or self._last_step
            losses = with_loss(run.losses, event)
            run = replace(
                run, step=event["step"], of=event["of"], seconds_left=event["seconds_left"], losses=losses, note=""
            )
        elif kind == "progress" and self._is_told(str(event.get("note", "")), run):
            run = replace(run, step=event["done"], of=event["of"], seconds_left=None, note=str(event["note"]))
        else:
            return
        self.run = run
        self.changed.emit()

    def _is_told(self, note: str, run: Run) -> bool:
        """While it learns, its steps say how far it is; before and after, what it does by name."""
        return run.phase != "teach" or (bool(note) and not note.startswith("training"))

    def _note_pace(self, lesson: Lesson) -> None:
        """What a step took here, for the next look ahead; a run may end before its last one."""
        first, last = self._first_step, self._last_step
        if first is not None and last is not None and last[1] > first[1]:
            self.ahead.note_pace(lesson, self._plan, (last[0] - first[0]) / (last[1] - first[1]))

    def _command_ended(self, end: Event) -> None:
        run = self.run
        if run is None:
            return
        if end.get("code") in (0, 3):
            if run.phase == "teach":
                self._note_pace(run.lesson)
                self._set(replace(run, phase="measure"))
            else:
                self._set(replace(run, phase="teach", at=run.at + 1))
                self._workspace.look_for_external_writes()
                self.measured.emit()
            self._go()
        elif end.get("code") == 130:
            self._pause()
        else:
            self._fail(self._why_ended(end, run))

    def _why_ended(self, end: Event, run: Run) -> str:
        """In words; where the memory ran out, the next try needs less of it."""
        if "smaller" in end:
            return self._with_less_memory(end["smaller"], run)
        if end.get("what"):
            what, why, step = (str(end.get(part) or "") for part in ("what", "why", "next_step"))
            here = self.tr("Throw it away, and start again") if "--" in step else core_words.said(step)
            return sentences(core_words.said(what), core_words.said(why), here)
        if end.get("code") == _KILLED:
            return self.tr(
                "Its process was ended from outside, as happens when the computer's memory runs out. What was saved is"
                " still there: close other programs, and go on from it."
            )
        return self.tr("Its process ended unexpectedly. What was saved is still there: go on from it.")

    def _with_less_memory(self, smaller: object, run: Run) -> str:
        if isinstance(smaller, list):
            batch, accumulate = smaller
            self._set(replace(run, wishes=replace(run.wishes, batch=batch, accumulate=accumulate)))
            return self.tr(
                "The memory ran out while learning. Go on: it is then shown half as much at a time, which is slower"
                " and comes to the same."
            )
        return self.tr(
            "The memory ran out while learning. Close other programs and go on; or throw it away and start again with"
            " adapters (More options, Method), with a smaller model, or on another device (Preferences)."
        )

    def _pause(self) -> None:
        if self.run is not None:
            self._set(replace(self.run, state="paused", seconds_left=None))

    def _fail(self, problem: str) -> None:
        if self.run is not None:
            self._set(replace(self.run, state="failed", problem=problem, seconds_left=None))

    def _set(self, run: Run | None) -> None:
        self.run = run
        self.is_stopping = False
        self._keep()
        self.changed.emit()

    # --- across a restart --------------------------------------------------------------------

    def _keep(self) -> None:
        project = self._workspace.project
        if project is not None:
            self._memory.set_part(project.path, KEPT, as_plain(self.run) if self.run is not None else None)

    def _let_go(self) -> None:
        """The project closes: the process ends, and what it saved is kept."""
        self.ahead.clear()
        job, self._job = self._job, None
        if job is not None:
            job.cancel()
        self._keep()
        self.run = None
        self.changed.emit()

    def _take_up(self) -> None:
        """A run that did not come to its end waits to be gone on with."""
        project = self._workspace.project
        if project is None:
            return
        self.run = read_run(self._memory.place(project.path).get(KEPT))
        if self.run is not None and not project.read_only and self.run.state != "done":
            self._notices.hint(self.tr("A model was being taught: Model, Improve the model goes on with it"))
        self.changed.emit()
