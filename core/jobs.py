"""What a long job is given: progress, cancellation, and partial results. It does not know threads or processes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from core.errors import Cancelled
from core.schema import Answer


class CancelToken(Protocol):
    """Anything that remembers a wish to stop: `threading.Event` and `multiprocessing.Event` both fit."""

    def is_set(self) -> bool: ...


class NeverCancelled:
    """A token for jobs that nobody can stop."""

    def is_set(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A token that is set when one of two is."""

    one: CancelToken
    other: CancelToken

    def is_set(self) -> bool:
        return self.one.is_set() or self.other.is_set()


@dataclass(frozen=True, slots=True)
class GivingWay:
    """The token of a job that shall end for another's sake: `wish` is no order, and nothing is broken off for it."""

    order: CancelToken
    wish: CancelToken

    def is_set(self) -> bool:
        return self.order.is_set() or self.wish.is_set()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is. `total` 0 means unknown; `note` is a short text for people; `unit` "bytes": what is counted.

    `step` names the part of a long job that `done` and `total` are of; "" where it has no parts.
    `so_far`: what a long question has found by now; each replaces the one before, and the final answers all of them.
    """

    done: int
    total: int
    note: str = ""
    so_far: tuple[Answer, ...] = ()
    unit: Literal["", "bytes"] = ""
    step: str = ""


@dataclass(frozen=True, slots=True)
class JobContext:
    """Handed to every long callable; the callable polls `cancelled` and reports `progress`.

    Immutable, and free of Qt: the window and the command line each pass their own `report`.
    """

    token: CancelToken = field(default_factory=NeverCancelled)
    report: Callable[[Progress], None] = field(default=lambda _: None)

    def cancelled(self) -> bool:
        """True once somebody asked to stop."""
        return self.token.is_set()

    def ordered(self) -> bool:
        """True once somebody asked to stop who is not to be kept waiting (all but the wish of `GivingWay`)."""
        return self.token.order.is_set() if isinstance(self.token, GivingWay) else self.token.is_set()

    def raise_if_cancelled(self) -> None:
        """Raise `Cancelled` once somebody asked to stop."""
        if self.token.is_set():
            raise Cancelled("stopped by the person who started it")

    def progress(self, done: int, total: int, note: str = "", so_far: tuple[Answer, ...] = ()) -> None:
        """Say how far the job is, and what was found by now."""
        self.report(Progress(done, total, note, so_far))

    def in_step(self, step: str) -> JobContext:
        """The same job in a step that begins here: what it reports bears the step's name, which is for people."""
        named = replace(self, report=lambda told: self.report(replace(told, step=told.step or step)))
        named.progress(0, 0)
        return named

    def bytes_progress(self, done: int, total: int, note: str) -> None:
        """Say how many bytes have come, been copied or read."""
        self.report(Progress(done, total, note, unit="bytes"))


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that a person should know about a finished job: `where` names file, line or item."""

    what: str
    where: str = ""


@dataclass(slots=True)
class Report:
    """How an import, export, or any other batch ended: counts, and every thing changed or skipped with its reason."""

    read: int = 0
    written: int = 0
    changed: list[Note] = field(default_factory=list)
    skipped: list[Note] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 when everything was done (changes included), 3 when something was skipped (`docs/cli.md`)."""
        return 3 if self.skipped else 0

    def as_json(self) -> dict[str, object]:
        """Plain values for `--json`."""
        return {
            "read": self.read,
            "written": self.written,
            "changed": [{"what": note.what, "where": note.where} for note in self.changed],
            "skipped": [{"what": note.what, "where": note.where} for note in self.skipped],
        }


def duration(seconds: float) -> str:
    """About how long, in the unit that fits."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{max(1, round(seconds))} s"
    return f"{minutes} min" if minutes < 90 else f"{minutes / 60:.1f} h"
