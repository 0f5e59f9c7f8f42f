"""The order of the items: as they came, or by what looking at them is worth. Worked out in the background."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from core.files import cache_dir
from core.jobs import JobContext, Progress
from core.workflows.ordering import keep, order
from desktop.runner import Callbacks, Job, Priority, Runner
from desktop.session.memory import Memory
from desktop.session.notices import Notices
from desktop.session.workspace import ORDER, Workspace


class Queueing(QObject):
    """Switches the order, kept per project, and works benefits out anew when that is asked for."""

    changed = Signal(bool)  # by benefit

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
        workspace.opened.connect(lambda: self.changed.emit(self.by_benefit))

    @property
    def by_benefit(self) -> bool:
        return self._workspace.items.by_benefit

    @property
    def is_working(self) -> bool:
        return self._job is not None

    def set(self, by_benefit: bool) -> None:
        """List the items in this order; benefits are worked out first where nobody did."""
        project = self._workspace.project
        if project is None or by_benefit == self.by_benefit:
            return
        self._memory.set_part(project.path, ORDER, "benefit" if by_benefit else None)
        self._stop()
        if by_benefit and not project.read_only and not project.measures.benefits():
            self.work_out()
            return
        self._workspace.reorder(by_benefit=by_benefit)
        self.changed.emit(by_benefit)
        if by_benefit:
            self._say_where()

    def work_out(self) -> None:
        """Work the benefits out anew, and list the items by them."""
        project = self._workspace.project
        if project is None or project.read_only or self._job is not None:
            return
        self._memory.set_part(project.path, ORDER, "benefit")

        def task(context: JobContext) -> None:
            keep(project, order(project, cache_dir(), context))

        def done(_: object) -> None:
            if self._workspace.project is project:
                self._workspace.reorder(by_benefit=True)
                self._say_where()
                self.changed.emit(True)

        def ended() -> None:
            if self._job is job:
                self._job = None
                self.changed.emit(self.by_benefit)

        callbacks = Callbacks(done=done, progress=self._tell, failed=self._notices.error, ended=ended)
        job = self._runner.submit("files", task, callbacks, priority=Priority.BACKGROUND)
        self._job = job

    def _say_where(self) -> None:
        """Nobody is taken away from their item; they hear how far down it now stands."""
        row = self._workspace.current_row
        if row > 0:
            told = self.tr("Most worth looking at first; this is number {n}").format(n=f"{row + 1:,}")
        else:
            told = self.tr("The items most worth looking at come first")
        self._notices.hint(told)

    def _tell(self, progress: Progress) -> None:
        if self._job is not None:
            self._notices.hint(
                self.tr("Working out which items are worth most: {done} of {total}").format(
                    done=f"{progress.done:,}", total=f"{progress.total:,}"
                )
            )

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
