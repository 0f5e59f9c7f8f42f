"""Checks this installation behind the window: what the machine has, and the whole job once on bundled media."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.jobs import JobContext, Progress
from desktop.runner import Callbacks, Job, Runner
from desktop.session.workspace import Workspace

if TYPE_CHECKING:
    from core.workflows.checks import Check
    from core.workflows.self_test import Step


class Installation(QObject):
    """One check at a time, in the lane of what runs behind the window: asking and looking go on beside it."""

    checked = Signal(object)  # Check: one thing of the machine was looked at
    stepped = Signal(object)  # Step of the self-test, when it begins and when it has ended
    progressed = Signal(str)  # what the running step is at
    ended = Signal()
    stopped = Signal()
    failed = Signal(object)  # Exception

    def __init__(self, workspace: Workspace, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._runner = runner
        self._job: Job | None = None
        self._number = 0  # of the check that is told of; one that was given up tells nothing any more
        self.checks: list[Check] = []
        self.steps: list[Step] = []

    def start(self) -> None:
        """Check everything anew; something that is being taught now is waited for."""
        self.stop()
        self._number += 1
        self.checks, self.steps = [], []

        def task(context: JobContext) -> Iterator[object]:
            from core.commands.behind import run_behind  # what it needs is not needed to open the window
            from core.workflows.checks import all_checks
            from core.workflows.self_test import self_test

            for check in all_checks():
                context.raise_if_cancelled()
                yield check
            yield from self_test(run_behind, context)

        callbacks = Callbacks(
            done=self._of_this(lambda _: self.ended.emit()),
            item=self._of_this(self._take),
            progress=self._of_this(self._tell),
            failed=self._of_this(self.failed.emit),
            cancelled=self._of_this(self.stopped.emit),
        )
        self._job = self._runner.submit("behind", task, callbacks)

    def stop(self) -> None:
        """Stop it; `stopped` follows when its processes have ended."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def report(self) -> str:
        """All that was found so far, as text without names of people and places."""
        from core.workflows.diagnostics import installation_report

        project = self._workspace.project
        return installation_report(self.checks, self.steps, [project.path] if project is not None else [])

    def _of_this(self, call: Callable[..., object]) -> Callable[..., None]:
        """The call, as long as no later check was begun."""
        number = self._number

        def told(*arguments: object) -> None:
            if number == self._number:
                call(*arguments)

        return told

    def _take(self, found: Check | Step) -> None:
        from core.workflows.self_test import Step

        if not isinstance(found, Step):
            self.checks.append(found)
            self.checked.emit(found)
            return
        if found.state != "running":
            self.steps.append(found)
        self.stepped.emit(found)

    def _tell(self, progress: Progress) -> None:
        if progress.note:
            self.progressed.emit(progress.note)
