"""What improving the model would do: what there is to learn from, what stands against it, and how long it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

from PySide6.QtCore import QObject, Signal

from core.commands.behind import Event, run_behind
from core.errors import UserError
from core.files import cache_dir
from core.jobs import JobContext
from core.project import Project
from core.schema import MediaKind
from core.settings import Settings
from core.workflows import improving
from core.workflows.improving import Lesson, Material, Wishes
from desktop.runner import Callbacks, Job, Runner
from desktop.session.memory import Memory
from desktop.session.preferences import Preferences
from desktop.session.workspace import Workspace

PACES = "teaching_paces"  # the name under which they are kept with a project's place
Timing = Literal["unknown", "trying", "tried", "known"]


@dataclass(frozen=True, slots=True)
class Prospect:
    """What a start would do: what there is, bases by the first kind of each run, and what `finetune --check` said.

    `would_hold`: media that a first freeze would keep apart. `seconds`: of learning, or None. `timing`: how that is
    known: from steps of an earlier run, or from one that was tried.
    """

    material: Material
    bases: Mapping[MediaKind, tuple[str, ...]]
    lessons: tuple[Lesson, ...]
    checks: tuple[Event, ...] = ()
    would_hold: int = 0
    seconds: float | None = None
    timing: Timing = "unknown"

    @property
    def is_checked(self) -> bool:
        return len(self.checks) == len(self.lessons)

    @property
    def too_little(self) -> bool:
        """Whether there would be nothing to learn from, or nothing to measure by."""
        return not any(self.material.is_measured(lesson.kinds) for lesson in self.lessons)

    @property
    def fatal(self) -> str:
        """Why nothing can be started, of all runs; "" when at least one can."""
        told = [str(reason) for check in self.checks for reason in check.get("fatal", [])]
        return told[0] if self.checks and len(told) >= len(self.lessons) else ""


class _Pace(NamedTuple):
    """Seconds of a step, and of what a run does beside its steps; from a run, or from a step that was tried."""

    step_s: float
    beside_s: float
    was_run: bool


class LookingAhead(QObject):
    """One look at a time; a new one ends the one before."""

    looked = Signal()  # the prospect is there, or knows more

    def __init__(
        self,
        workspace: Workspace,
        preferences: Preferences,
        memory: Memory,
        runner: Runner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._preferences = preferences
        self._memory = memory
        self._runner = runner
        self._jobs: list[Job] = []
        self._number = 0  # of the look: what an earlier one still delivers is not wanted any more
        self.prospect: Prospect | None = None
        self.problem: Exception | None = None  # why there is no prospect

    @property
    def device(self) -> str:
        """Where a person wants models to run."""
        return str(self._preferences.get("model.device"))

    def look(
        self, wishes: Wishes | None = None, bases: Mapping[MediaKind, str] | None = None, *, checked: bool = True
    ) -> None:
        """Count what there is; then, unless a run has the machine, let `finetune --check` look. `looked` after each."""
        project = self._workspace.project
        if project is None:
            return
        wanted, chosen = wishes or Wishes(), dict(bases or {})
        self.stop()
        number = self._number

        def task(_: JobContext) -> Prospect:
            settings = Settings.load()
            found = improving.material(project, wanted.share)
            groups = improving.lessons(project, settings, found.kinds, chosen)
            known = {one.kinds[0]: tuple(improving.bases_for(project, settings, one.kinds[0])) for one in groups}
            would_hold = 0 if found.frozen else improving.would_hold(project, wanted.share)
            return Prospect(found, known, tuple(groups), would_hold=would_hold)

        def found(prospect: Prospect) -> None:
            self.prospect, self.problem = prospect, None
            self.looked.emit()
            if checked and prospect.lessons:
                self._check(prospect, project, wanted, number)

        self._jobs.append(self._runner.submit("files", task, Callbacks(found=found, failed=self._fail)))

    def stop(self) -> None:
        """Nobody wants to know any more."""
        self._number += 1
        jobs, self._jobs = self._jobs, []
        for job in jobs:
            job.cancel()

    def clear(self) -> None:
        """Another project: nothing is known of it."""
        self.stop()
        self.prospect = self.problem = None

    def _fail(self, error: Exception) -> None:
        self.problem = error
        self.looked.emit()

    # --- what a command says -----------------------------------------------------------------

    def _check(self, found: Prospect, project: Project, wishes: Wishes, number: int) -> None:
        def item(check: Event) -> None:
            if self.prospect is not None and self._number == number:
                self.prospect = replace(self.prospect, checks=(*self.prospect.checks, check))
                if self.prospect.is_checked:
                    self._tell_time(self.prospect, project, wishes, number)
                self.looked.emit()

        callbacks = Callbacks(item=item, failed=self._fail)
        self._ask(found, found.lessons, project, wishes, callbacks, measured=False)

    def _tell_time(self, found: Prospect, project: Project, wishes: Wishes, number: int) -> None:
        """From steps that were done here before; else a step is tried."""
        self.prospect = _timed(found, self._paces(project))
        if self.prospect.timing != "unknown" or found.fatal:
            return
        self.prospect = replace(self.prospect, timing="trying")
        unknown = [
            lesson
            for lesson, check in zip(found.lessons, found.checks, strict=True)
            if check.get("plan") and pace_key(lesson, check["plan"]) not in self._paces(project)
        ]
        tried: list[Event] = []

        def ended() -> None:
            if self.prospect is None or self._number != number:
                return
            for lesson, event in zip(unknown, tried, strict=False):
                self._note_tried(lesson, event, project)
            self.prospect = _timed(self.prospect, self._paces(project))
            self.looked.emit()

        callbacks = Callbacks(item=tried.append, done=lambda _: ended(), failed=lambda _: ended())
        self._ask(found, unknown, project, wishes, callbacks, measured=True)

    def _ask(
        self,
        found: Prospect,
        lessons: Sequence[Lesson],
        project: Project,
        wishes: Wishes,
        callbacks: Callbacks,
        *,
        measured: bool,
    ) -> None:
        device = self.device

        def task(context: JobContext) -> Iterator[Event]:
            for lesson in lessons:
                told = cache_dir() / "look-ahead.jsonl"
                told.unlink(missing_ok=True)
                words = improving.check_words(
                    project.path, lesson, wishes, device=device, found=found.material, measured=measured
                )
                events = list(run_behind(words, told, context))
                last = events[-1] if events else {}
                yield next((one for one in events if one.get("event") == "preflight"), _as_check(last))

        self._jobs.append(self._runner.submit("behind", task, callbacks))

    # --- how long a step takes here ----------------------------------------------------------

    def note_pace(self, lesson: Lesson, plan: Mapping[str, Any], step_s: float) -> None:
        """A run took so long for a step: that is what the next look goes by."""
        project = self._workspace.project
        if project is not None:
            known = self._paces(project)
            key = pace_key(lesson, plan)
            beside_s = known[key].beside_s if key in known else 0.0
            self._keep(project, key, _Pace(step_s, beside_s, True))

    def _note_tried(self, lesson: Lesson, event: Event, project: Project) -> None:
        step_s, run_s, plan = event.get("seconds_a_step"), event.get("seconds"), event.get("plan")
        if isinstance(step_s, float | int) and isinstance(run_s, float | int) and isinstance(plan, dict):
            beside_s = max(0.0, run_s - step_s * plan["steps"])
            self._keep(project, pace_key(lesson, plan), _Pace(step_s, beside_s, False))

    def _keep(self, project: Project, key: str, pace: _Pace) -> None:
        paces = {known: list(one) for known, one in self._paces(project).items()} | {key: list(pace)}
        self._memory.set_part(project.path, PACES, paces)

    def _paces(self, project: Project) -> dict[str, _Pace]:
        """By `pace_key`."""
        kept = self._memory.place(project.path).get(PACES)
        return {
            str(key): _Pace(float(pace[0]), float(pace[1]), bool(pace[2]))
            for key, pace in (kept.items() if isinstance(kept, dict) else ())
            if isinstance(pace, list) and len(pace) == 3 and all(isinstance(part, float | int) for part in pace)
        }


def pace_key(lesson: Lesson, plan: Mapping[str, Any]) -> str:
    """What a step's duration depends on."""
    return f"{lesson.base} {plan.get('method')} {plan.get('batch')}x{plan.get('accumulate')}"


def _timed(found: Prospect, paces: Mapping[str, _Pace]) -> Prospect:
    """With the time that all runs take together, where it is known of all that can be started."""
    total, all_run = 0.0, True
    for lesson, check in zip(found.lessons, found.checks, strict=True):
        plan = check.get("plan")
        if not plan:
            continue
        pace = paces.get(pace_key(lesson, plan))
        if pace is None:
            return replace(found, seconds=None, timing="unknown")
        total += pace.step_s * float(plan["steps"]) + pace.beside_s
        all_run = all_run and pace.was_run
    if not total:
        return replace(found, seconds=None, timing="unknown")
    return replace(found, seconds=total, timing="known" if all_run else "tried")


def _as_check(last: Mapping[str, Any]) -> Event:
    """A look ahead that did not come to its end, as one that says why."""
    error = UserError(str(last.get("what") or "It cannot be looked ahead"), why=str(last.get("why") or ""))
    return {"event": "preflight", "ok": False, "fatal": [str(error)], "warnings": [], "plan": None}
