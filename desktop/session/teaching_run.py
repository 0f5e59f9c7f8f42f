"""What a run of teaching and measuring is: how far it is, and how it is kept across a restart. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from core.commands.behind import Event, read_told
from core.workflows.improving import Lesson, Wishes

Phase = Literal["teach", "measure", "done"]
State = Literal["running", "paused", "failed", "done"]
Losses = tuple[tuple[int, float], ...]


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
    losses: Losses = ()
    problem: str = ""

    @property
    def lesson(self) -> Lesson:
        return self.lessons[min(self.at, len(self.lessons) - 1)]


def curve(events: Iterable[Event]) -> Losses:
    """The losses that a command told of."""
    losses: Losses = ()
    for event in events:
        if event.get("event") == "step":
            losses = with_loss(losses, event)
    return losses


def with_loss(losses: Losses, event: Mapping[str, Any]) -> Losses:
    """The curve with the loss of one more step; what a killed process had come to after its last state gives way.

    Every step tells the loss that was worked out last, of some steps together: only a new one is a point.
    """
    step, loss = event.get("step"), event.get("loss")
    if not isinstance(step, int) or not isinstance(loss, float | int):
        return losses
    before = tuple(point for point in losses if point[0] < step)
    return before if before and before[-1][1] == loss else (*before, (step, float(loss)))


def as_plain(run: Run) -> dict[str, Any]:
    """A run as it is kept with the project's place."""
    lessons = [asdict(lesson) for lesson in run.lessons]
    return {"lessons": lessons, "wishes": asdict(run.wishes), "at": run.at, "phase": run.phase, "state": run.state}


def read_run(kept: object) -> Run | None:
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
    return Run(lessons, wishes, at, phase, "paused", losses=curve(read_told(told)[0]))
