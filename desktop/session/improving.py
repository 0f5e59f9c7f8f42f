"""Making the model better: looks at what there is to learn from, teaches behind the window, measures, goes on later.

Teaching and measuring are commands in processes of their own. What was begun is kept with the project's place, so that
it can be gone on with after a stop, a closed window, or a kill.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal

from core.commands.behind import Event, read_told, run_behind
from core.errors import TrainingError, UserError
from core.files import cache_dir
from core.jobs import JobContext
from core.project import Project
from core.schema import MediaKind
from core.settings import Settings
from core.workflows import improving
from core.workflows.holdout import freeze
from core.workflows.improving import Lesson, Material, Wishes
from desktop.runner import Callbacks, Job, Runner
from desktop.session.memory import Memory
from desktop.session.notices import Notices
from desktop.session.preferences import Preferences
from desktop.session.workspace import Workspace

KEPT, PACE = "improving", "teaching_pace"  # the names under which things are kept with a project's place
Phase = Literal["teach", "measure", "done"]
State = Literal["running", "paused", "failed", "done"]


@dataclass(frozen=True, slots=True)
class Prospect:
    """What a start would do: what there is, bases by the first kind of each run, and what `finetune --check` said.

    `would_hold`: media that a first freeze would keep apart. `seconds`: of teaching, as steps took before; or None.
    """

    material: Material
    bases: Mapping[MediaKind, tuple[str, ...]]
    lessons: tuple[Lesson, ...]
    checks: tuple[Event, ...] = ()
    would_hold: int = 0
    seconds: float | None = None

    @property
    def is_checked(self) -> bool:
        return len(self.checks) == len(self.lessons)

    @property
    def too_little(self) -> bool:
        """Whether there would be nothing to learn from, or nothing to measure by."""
        hold_out = self.material.hold_out
        fresh = len(hold_out.unassigned)
        held = len(hold_out.held) + self.would_hold
        return held == 0 or (not hold_out.learnt and fresh <= self.would_hold)

    @property
    def fatal(self) -> str:
        """Why nothing can be started, of all runs; "" when at least one can."""
        told = [str(reason) for check in self.checks for reason in check.get("fatal", [])]
        return told[0] if self.checks and len(told) >= len(self.lessons) else ""


@dataclass(frozen=True, slots=True)
class Run:
    """Runs one after the other, and how far they are. `losses`: (step, loss) of the one that is taught now."""

    lessons: tuple[Lesson, ...]
    wishes: Wishes
    at: int = 0
    phase: Phase = "teach"
    state: State = "running"
    step: int = 0
    of: int = 0
    seconds_left: float | None = None
    note: str = ""
    losses: tuple[tuple[int, float], ...] = ()
    problem: str = ""

    @property
    def lesson(self) -> Lesson:
        return self.lessons[min(self.at, len(self.lessons) - 1)]


class Improving(QObject):
    """At most one run. Its processes end with the window, and what they saved is gone on from."""

    changed = Signal()  # the run began, went on or ended
    looked = Signal()  # the prospect is there, or knows more
    finished = Signal()  # everything is taught and measured

    def __init__(
        self,
        workspace: Workspace,
        preferences: Preferences,
        memory: Memory,
        runner: Runner,
        notices: Notices,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._preferences = preferences
        self._memory = memory
        self._runner = runner
        self._notices = notices
        self._job: Job | None = None
        self._looking: list[Job] = []
        self._first_step: tuple[float, int] | None = None
        self.run: Run | None = None
        self.is_new = False  # something was measured that nobody has looked at yet
        self.prospect: Prospect | None = None
        self.problem: Exception | None = None  # why there is no prospect
        workspace.closing.connect(self._let_go)
        workspace.opened.connect(self._take_up)

    @property
    def is_running(self) -> bool:
        return self.run is not None and self.run.state == "running"

    # --- what would be done ------------------------------------------------------------------

    def look(self, wishes: Wishes | None = None, bases: Mapping[MediaKind, str] | None = None) -> None:
        """Count what there is, then let `finetune --check` look ahead; `looked` after each."""
        project = self._workspace.project
        if project is None:
            return
        wanted, chosen = wishes or Wishes(), dict(bases or {})
        self._stop_looking()

        def task(_: JobContext) -> Prospect:
            settings = Settings.load()
            found = improving.material(project)
            groups = improving.lessons(project, settings, found.kinds, chosen)
            known = {one.kinds[0]: tuple(improving.bases_for(project, settings, one.kinds[0])) for one in groups}
            would_hold = 0 if found.frozen else improving.would_hold(project, wanted.share)
            return Prospect(found, known, tuple(groups), would_hold=would_hold)

        def done(found: Prospect) -> None:
            self.prospect, self.problem = found, None
            self.looked.emit()
            self._check(found, project, wanted)

        self._looking.append(self._runner.submit("files", task, Callbacks(done=done, failed=self._cannot_look)))

    def _check(self, found: Prospect, project: Project, wishes: Wishes) -> None:
        if self.is_running or not found.lessons:
            return
        frozen = bool(found.material.hold_out.learnt)

        def task(context: JobContext) -> Iterator[Event]:
            for lesson in found.lessons:
                told = cache_dir() / "look-ahead.jsonl"
                told.unlink(missing_ok=True)
                words = improving.check_words(project.path, lesson, wishes, device=self._device, frozen=frozen)
                events = list(run_behind(words, told, context))
                last = events[-1] if events else {}
                yield next((one for one in events if one.get("event") == "preflight"), _as_check(last))

        def item(check: Event) -> None:
            if self.prospect is not None and self.prospect.lessons == found.lessons:
                checks = (*self.prospect.checks, check)
                self.prospect = replace(self.prospect, checks=checks, seconds=self._expected(checks, found))
                self.looked.emit()

        self._looking.append(self._runner.submit("behind", task, Callbacks(item=item, failed=self._cannot_look)))

    def _cannot_look(self, error: Exception) -> None:
        self.problem = error
        self.looked.emit()

    def _stop_looking(self) -> None:
        jobs, self._looking = self._looking, []
        for job in jobs:
            job.cancel()

    @property
    def _device(self) -> str:
        return str(self._preferences.get("model.device"))

    def _expected(self, checks: tuple[Event, ...], found: Prospect) -> float | None:
        """Seconds of teaching, from what a step took here before; None where that is not known."""
        project = self._workspace.project
        paces = self._memory.place(project.path).get(PACE) if project is not None else None
        if not isinstance(paces, dict) or len(checks) < len(found.lessons):
            return None
        total = 0.0
        for lesson, check in zip(found.lessons, checks, strict=True):
            pace = paces.get(lesson.base)
            if not isinstance(pace, float | int):
                return None
            total += float(pace) * float((check.get("plan") or {}).get("steps", 0))
        return total

    # --- what a person does ------------------------------------------------------------------

    def start(self, wishes: Wishes, bases: Mapping[MediaKind, str]) -> None:
        """Freeze the hold-out where there is none yet, and begin."""
        project = self._workspace.project
        if project is None or self.is_running or project.read_only:
            return
        self._stop_looking()
        chosen = dict(bases)

        def task(_: JobContext) -> tuple[Lesson, ...]:
            hold_out = freeze(project, share=wishes.share)
            if not hold_out.learnt or not hold_out.held:
                raise TrainingError(
                    "There is too little to learn from and to measure by",
                    why=f"{len(hold_out.learnt)} media to learn from, {len(hold_out.held)} held out",
                    next_step="Decide about more items",
                )
            found = improving.material(project)
            return tuple(improving.lessons(project, Settings.load(), found.kinds, chosen))

        def done(found: tuple[Lesson, ...]) -> None:
            if found and self._workspace.project is project:
                self._set(Run(found, wishes))
                self._go()

        self._runner.submit("files", task, Callbacks(done=done, failed=self._notices.error))

    def stop(self) -> None:
        """Stop after the step that is being done; its state is saved, and `resume` goes on from there."""
        if self._job is not None:
            self._job.cancel()

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
            words = improving.teach_words(project.path, lesson, run.wishes, device=self._device)
        else:
            words = improving.measure_words(project.path, lesson, device=self._device, rendered=improving.RENDERED)
        phase: Phase = "teach" if teaches else "measure"
        losses = _curve(read_told(lesson.told)[0])
        self._first_step = None
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
                self._take(event, lesson)

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

    def _take(self, event: Event, lesson: Lesson) -> None:
        run = self.run
        if run is None:
            return
        kind = event.get("event")
        if kind == "step":
            self._note_pace(event, lesson)
            losses = _with_loss(run.losses, event)
            run = replace(run, step=event["step"], of=event["of"], seconds_left=event["seconds_left"], losses=losses)
        elif kind == "progress" and not str(event.get("note", "")).startswith("training"):
            run = replace(run, step=event["done"], of=event["of"], seconds_left=None, note=str(event["note"]))
        else:
            return
        self.run = run
        self.changed.emit()

    def _note_pace(self, event: Event, lesson: Lesson) -> None:
        """What a step takes here, for the next look ahead."""
        now, step = time.monotonic(), int(event["step"])
        if self._first_step is None:
            self._first_step = (now, step)
        project = self._workspace.project
        if project is not None and step == event["of"] and step > self._first_step[1]:
            pace = (now - self._first_step[0]) / (step - self._first_step[1])
            known = self._memory.place(project.path).get(PACE)
            paces = {**known, lesson.base: pace} if isinstance(known, dict) else {lesson.base: pace}
            self._memory.set_part(project.path, PACE, paces)

    def _command_ended(self, end: Event) -> None:
        run = self.run
        if run is None:
            return
        if end.get("code") in (0, 3):
            if run.phase == "teach":
                self._set(replace(run, phase="measure"))
            else:
                self._set(replace(run, phase="teach", at=run.at + 1))
                self._workspace.look_for_external_writes()
            self._go()
        elif end.get("code") == 130:
            self._pause()
        else:
            said = UserError(str(end.get("what") or ""), why=end.get("why", ""), next_step=end.get("next_step", ""))
            fallen = self.tr("Its process ended unexpectedly. What was saved is still there: go on from it.")
            self._fail(str(said) if end.get("what") else fallen)

    def _pause(self) -> None:
        if self.run is not None:
            self._set(replace(self.run, state="paused", seconds_left=None))

    def _fail(self, problem: str) -> None:
        if self.run is not None:
            self._set(replace(self.run, state="failed", problem=problem, seconds_left=None))

    def _set(self, run: Run | None) -> None:
        self.run = run
        self._keep()
        self.changed.emit()

    # --- across a restart --------------------------------------------------------------------

    def _keep(self) -> None:
        project = self._workspace.project
        if project is not None:
            self._memory.set_part(project.path, KEPT, _as_plain(self.run) if self.run is not None else None)

    def _let_go(self) -> None:
        """The project closes: the process ends, and what it saved is kept."""
        self._stop_looking()
        job, self._job = self._job, None
        if job is not None:
            job.cancel()
        self._keep()
        self.run = self.prospect = self.problem = None
        self.changed.emit()

    def _take_up(self) -> None:
        """A run that did not come to its end waits to be gone on with."""
        project = self._workspace.project
        if project is None:
            return
        self.run = _read(self._memory.place(project.path).get(KEPT))
        if self.run is not None and not project.read_only and self.run.state != "done":
            self._notices.hint(self.tr("A model was being taught: Model, Improve the model goes on with it"))
        self.changed.emit()


def _as_check(last: Mapping[str, Any]) -> Event:
    """A look ahead that did not come to its end, as one that says why."""
    error = UserError(str(last.get("what") or "It cannot be looked ahead"), why=str(last.get("why") or ""))
    return {"event": "preflight", "ok": False, "fatal": [str(error)], "warnings": [], "plan": None}


def _curve(events: list[Event]) -> tuple[tuple[int, float], ...]:
    losses: tuple[tuple[int, float], ...] = ()
    for event in events:
        if event.get("event") == "step":
            losses = _with_loss(losses, event)
    return losses


def _with_loss(losses: tuple[tuple[int, float], ...], event: Mapping[str, Any]) -> tuple[tuple[int, float], ...]:
    """The curve with the loss of one more step; what a killed process had come to after its last state gives way."""
    step, loss = event.get("step"), event.get("loss")
    if not isinstance(step, int) or not isinstance(loss, float | int):
        return losses
    return (*(point for point in losses if point[0] < step), (step, float(loss)))


def _as_plain(run: Run) -> dict[str, Any]:
    lessons = [asdict(lesson) for lesson in run.lessons]
    return {"lessons": lessons, "wishes": asdict(run.wishes), "at": run.at, "phase": run.phase, "state": run.state}


def _read(kept: object) -> Run | None:
    """What was kept of a run, if it can be understood and its folders are there; it does not run."""
    if not isinstance(kept, dict):
        return None
    try:
        lessons = tuple(Lesson(tuple(one["kinds"]), one["base"], one["against"], one["out"]) for one in kept["lessons"])
        wishes, at = Wishes(**kept["wishes"]), int(kept["at"])
    except (KeyError, TypeError, ValueError):
        return None
    if not lessons or not 0 <= at <= len(lessons):
        return None
    phase: Phase = "measure" if kept.get("phase") == "measure" else "teach"
    if kept.get("state") == "done":
        return Run(lessons, wishes, at, "done", "done") if Path(lessons[-1].out).is_dir() else None
    told = lessons[min(at, len(lessons) - 1)].told
    return Run(lessons, wishes, at, phase, "paused", losses=_curve(read_told(told)[0]))
