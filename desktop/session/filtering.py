"""The filter of the item list: looked up beside the window's own thread, kept with the place in each project."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal

from core.jobs import JobContext
from core.project import Filter
from core.project.queue import UNREVIEWED
from core.schema import Label
from desktop.runner import Callbacks, Job, Priority, Runner
from desktop.session.memory import Memory
from desktop.session.notices import Notices
from desktop.session.workspace import Workspace

EXPRESSIONS_OFFERED = 300


class Filtering(QObject):
    """Sets the filter and says what can be filtered by."""

    changed = Signal(object)  # Filter, as it holds now

    def __init__(
        self, workspace: Workspace, memory: Memory, runner: Runner, notices: Notices, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._memory = memory
        self._runner = runner
        self._notices = notices
        self._job: Job | None = None
        workspace.closing.connect(self._stop)
        workspace.filter_changed.connect(self._on_changed)

    @property
    def wanted(self) -> Filter:
        return self._workspace.items.wanted

    def set(self, wanted: Filter) -> None:
        """List what fits; the list changes when it has been found. The shown item stays shown."""
        project = self._workspace.project
        if project is None:
            return
        self._stop()
        by_benefit = self._workspace.items.by_benefit
        if wanted.is_empty and not by_benefit:
            self._workspace.show_only(wanted)
            return

        def task(_: JobContext) -> list[int]:
            return project.queue.by_benefit(wanted) if by_benefit else project.queue.matching(wanted)

        def found(seqs: list[int]) -> None:
            self._workspace.show_only(wanted, seqs)

        def ended() -> None:
            if self._job is job:
                self._job = None

        callbacks = Callbacks(found=found, failed=self._notices.error, ended=ended)
        job = self._runner.submit("files", task, callbacks, priority=Priority.NOW)
        self._job = job

    def clear(self) -> None:
        """Everything is listed again."""
        self.set(Filter())

    def step_unreviewed(self, step: int) -> None:
        """Show the next (+1) or previous (-1) listed item that is not done yet."""
        current = self._workspace.current
        if current is None:
            return
        row = self._workspace.items.row_of_state(current.id, step, UNREVIEWED)
        if row < 0:
            self._notices.hint(
                self.tr("Every item after this one is done") if step > 0 else self.tr("Every item before this is done")
            )
            return
        self._workspace.show_row(row)

    def words(self) -> tuple[list[Label], list[str]]:
        """Classes and expressions that can be filtered by, the expressions used most first."""
        project = self._workspace.project
        if project is None:
            return [], []
        return project.labels(), project.queue.phrases_by_use()[:EXPRESSIONS_OFFERED]

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _on_changed(self) -> None:
        project = self._workspace.project
        if project is not None:
            self._memory.set_part(project.path, "filter", as_plain(self.wanted))
        self.changed.emit(self.wanted)


def as_plain(wanted: Filter) -> dict[str, Any] | None:
    """A filter as it is kept in a file; None for one that asks for nothing."""
    if wanted.is_empty:
        return None
    return {
        "states": sorted(wanted.states),
        "kinds": sorted(wanted.kinds),
        "expression": wanted.expression,
        "label": wanted.label_id,
        "text": wanted.text,
    }
