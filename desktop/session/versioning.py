"""The versions of models as the window shows them, and which one the open project asks: its choice is followed."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from core.jobs import JobContext
from core.project.queue import KINDS
from core.schema import MediaKind
from core.settings import Settings
from core.workflows.versions import Version, use, versions
from desktop.runner import Callbacks, Priority, Runner
from desktop.session.models import Models
from desktop.session.notices import Notices
from desktop.session.workspace import Workspace


class Versioning(QObject):
    """Reads and writes the project's choice of models, and tells `Models` of it."""

    listed = Signal()  # the versions are there, or changed

    def __init__(
        self, workspace: Workspace, models: Models, runner: Runner, notices: Notices, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._models = models
        self._runner = runner
        self._notices = notices
        self.versions: list[Version] = []
        self.is_listed = False
        workspace.opened.connect(self.follow)
        workspace.refreshed.connect(self.follow)
        workspace.closed.connect(lambda: models.follow({}))
        models.chosen.connect(self._take_choice)

    def refresh(self) -> None:
        """Look again at what is here; `listed` follows."""
        project = self._workspace.project

        def task(_: JobContext) -> list[Version]:
            return versions(project, Settings.load())

        self._runner.submit(
            "files", task, Callbacks(done=self._take, failed=self._notices.error), priority=Priority.NOW
        )

    def use(self, model: str, kinds: Iterable[MediaKind], why: str = "") -> None:
        """From now on the project asks this model about media of these kinds."""
        project, wanted = self._workspace.project, frozenset(kinds)
        if project is None or project.read_only:
            return

        def task(_: JobContext) -> None:
            use(project, model, Settings.load(), kinds=wanted, why=why)

        def done(_: object) -> None:
            self.follow()
            self.refresh()

        self._runner.submit("files", task, Callbacks(done=done, failed=self._notices.error), priority=Priority.NOW)

    def _take(self, found: list[Version]) -> None:
        self.versions = found
        self.is_listed = True
        self.listed.emit()

    def follow(self) -> None:
        """Ask what the project has chosen by now, also by a command."""
        project = self._workspace.project
        if project is None:
            return
        choices: dict[MediaKind, str] = {}
        for choice in project.measures.model_choices():
            choices |= {kind: choice.model for kind in KINDS if not choice.kinds or kind in choice.kinds}
        self._models.follow(choices)

    def _take_choice(self, model: str, kinds: frozenset[MediaKind]) -> None:
        """Somebody chose another model for what the project had a choice of: that is its choice now."""
        self.use(model, kinds)
