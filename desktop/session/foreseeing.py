"""Has the loaded model look at what is shown, and at what comes next, before anybody asks: a first question then costs
what the next one does.

Behind everything else, and given up as soon as a person asks, or goes on. It never loads a model.
"""

from __future__ import annotations

import threading
from contextlib import suppress

from PySide6.QtCore import QObject, QTimer

from core.errors import UserError
from core.grounding.protocol import Grounder
from core.jobs import GivingWay, JobContext
from core.schema import MediaSource
from desktop.runner import Callbacks, Job, Priority, Runner
from desktop.session.models import Models
from desktop.session.workspace import Workspace

PAUSE_MS = 250  # who leafs through items does not wait for each to be looked at
AHEAD = 2  # items behind the one that is shown


class Foreseeing(QObject):
    """The item that is shown is looked at, then those that follow it in the list."""

    def __init__(self, workspace: Workspace, models: Models, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._models, self._runner = workspace, models, runner
        self._job: Job | None = None
        self._seen: tuple[str, str] | None = None  # the item and the model that has looked at it, or tries to
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self._look)
        workspace.current_changed.connect(self._wait)
        workspace.closing.connect(self._give_up)
        models.changed.connect(self._wait)

    def _wait(self) -> None:
        """Another item is shown, or another model is there."""
        wanted = self._wanted()
        if wanted is None or wanted != self._seen:
            self._give_up()
            self._timer.start()

    def _give_up(self) -> None:
        self._timer.stop()
        self._seen = None
        if self._job is not None:
            self._job.cancel()

    def _wanted(self) -> tuple[str, str] | None:
        """The item that is shown and the model that would be asked about it, once that is loaded."""
        item = self._workspace.current
        if item is None:
            return None
        model = self._models.model_for(item.kind)
        return (item.id, model) if self._models.state_of(model) == "ready" else None

    def _look(self) -> None:
        wanted = self._wanted()
        media = self._media()
        if wanted is None or not media:
            return
        gives_way = threading.Event()

        def task(context: JobContext) -> None:
            job = JobContext(GivingWay(context.token, gives_way))
            for source, grounder in media:
                with suppress(UserError):  # the question that follows says it aloud
                    grounder.prepare(source, job)

        def ended() -> None:
            if self._job is job:
                self._job = None

        self._seen = wanted
        callbacks = Callbacks(ended=ended)
        job = self._runner.submit("model", task, callbacks, priority=Priority.BACKGROUND, gives_way=gives_way)
        self._job = job

    def _media(self) -> list[tuple[MediaSource, Grounder]]:
        """What is shown and what comes next, as far as it is there and a loaded model would be asked about it."""
        project, row = self._workspace.project, self._workspace.current_row
        items = [self._workspace.current, *(self._workspace.items.at(row + step) for step in range(1, AHEAD + 1))]
        found: list[tuple[MediaSource, Grounder]] = []
        for item in items:
            if project is None or item is None:
                continue
            if self._models.state_of(self._models.model_for(item.kind)) == "ready":
                with suppress(UserError):
                    found.append((project.places.source(item), self._models.grounder(item.kind)))
        return found
