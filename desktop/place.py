"""Where a person was in a project: which item, how far zoomed and where. Kept while working, for the next start."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from desktop.session.memory import Memory
from desktop.session.workspace import Workspace
from desktop.views.canvas import ImageCanvas
from desktop.views.view_transform import fit

REMEMBER_AFTER_MS = 800
OWN = ("item", "view")  # all else that is kept of a project is others'


class Place(QObject):
    """Remembers a little after each move, in case the app is killed, and restores once after opening."""

    def __init__(self, workspace: Workspace, memory: Memory, canvas: ImageCanvas, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._memory = memory
        self._canvas = canvas
        self._wanted: dict[str, object] | None = None
        self._later = QTimer(self, singleShot=True, interval=REMEMBER_AFTER_MS)
        self._later.timeout.connect(self.remember)
        canvas.zoom_changed.connect(lambda _: self._later.start())
        workspace.current_changed.connect(self._later.start)

    def recall(self) -> None:
        """A project was opened: the view that was left there is wanted for the first picture."""
        project = self._workspace.project
        view = self._memory.place(project.path).get("view") if project is not None else None
        self._wanted = view if isinstance(view, dict) else None

    def remember(self) -> None:
        """Keep which item is shown, and how."""
        self._later.stop()
        project, item = self._workspace.project, self._workspace.current
        if project is None or item is None:
            return
        kept = self._memory.place(project.path)
        place = {key: value for key, value in kept.items() if key not in OWN} | {"item": item.id}
        view = self._view_now()
        if view is not None:
            place["view"] = view
        self._memory.set_place(project.path, place)

    def restore_view(self) -> None:
        """Zoom and scroll as they were left; does something only for the first picture after opening."""
        view, self._wanted = self._wanted, None
        if view is None:
            return
        zoom, centre = view.get("zoom"), view.get("centre")
        if not isinstance(zoom, int | float) or not isinstance(centre, list) or len(centre) != 2:
            return
        canvas = self._canvas
        canvas.set_zoom(float(zoom))
        at_x, at_y = canvas.view_transform().to_widget((float(centre[0]), float(centre[1])))
        canvas.pan_by(canvas.width() / 2 - at_x, canvas.height() / 2 - at_y)

    def _view_now(self) -> dict[str, object] | None:
        """Zoom and the picture point in the middle; None when the picture is fitted to the window."""
        canvas = self._canvas
        if not canvas.has_image():
            return self._wanted
        size = (float(canvas.width()), float(canvas.height()))
        if canvas.view_transform() == fit(canvas.picture_size(), size):
            return None
        x, y = canvas.view_transform().to_picture((size[0] / 2, size[1] / 2))
        return {"zoom": canvas.zoom(), "centre": [x, y]}
