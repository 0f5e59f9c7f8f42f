"""Which annotations are locked or hidden: how one person looks at their work, no part of the work itself.

Kept on this machine beside the place in the project, so that the next start finds them as they were; never in the
project file, where they would hide a colleague's boxes.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from core.files import config_dir
from desktop.session.memory import Memory
from desktop.session.workspace import Workspace

FILE_NAME = "marks.json"
MARKS_KEPT = 20_000  # of each kind in one project, the latest; a bound for the file, not for people


class Marks(QObject):
    """Ids of the open project's locked and hidden annotations."""

    changed = Signal()

    def __init__(self, workspace: Workspace, memory: Memory | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._memory = memory or Memory(config_dir() / FILE_NAME)
        self._locked: dict[str, None] = {}  # in the order of marking
        self._hidden: dict[str, None] = {}
        workspace.opened.connect(self._recall)
        workspace.closed.connect(self._recall)

    @property
    def locked(self) -> frozenset[str]:
        """Those that can be selected, not changed."""
        return frozenset(self._locked)

    @property
    def hidden(self) -> frozenset[str]:
        """Those that stand in the list only."""
        return frozenset(self._hidden)

    def toggle_locked(self, ids: Iterable[str]) -> None:
        """Lock these; unlock them if all were locked."""
        self._toggle(self._locked, ids)

    def toggle_hidden(self, ids: Iterable[str]) -> None:
        """Hide these; show them if all were hidden."""
        self._toggle(self._hidden, ids)

    def show(self, ids: Iterable[str]) -> None:
        """Hide none of these any more."""
        gone = [self._hidden.pop(one, None) for one in ids if one in self._hidden]
        if gone:
            self._keep()

    def _toggle(self, marked: dict[str, None], ids: Iterable[str]) -> None:
        wanted = list(ids)
        if not wanted:
            return
        if all(one in marked for one in wanted):
            for one in wanted:
                del marked[one]
        else:
            marked.update(dict.fromkeys(wanted))
        self._keep()

    def _keep(self) -> None:
        project = self._workspace.project
        if project is not None:
            kept = {"locked": list(self._locked)[-MARKS_KEPT:], "hidden": list(self._hidden)[-MARKS_KEPT:]}
            self._memory.set_place(project.path, kept)
        self.changed.emit()

    def _recall(self) -> None:
        project = self._workspace.project
        kept = {} if project is None else self._memory.place(project.path)
        self._locked, self._hidden = _ids(kept.get("locked")), _ids(kept.get("hidden"))
        self.changed.emit()


def _ids(kept: object) -> dict[str, None]:
    return dict.fromkeys(one for one in kept if isinstance(one, str)) if isinstance(kept, list) else {}
