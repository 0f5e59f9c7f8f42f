"""Keeps the transport at the current item: another item, another medium to play."""

from __future__ import annotations

from PySide6.QtCore import QObject

from core.errors import UserError
from desktop.session.transport import Transport
from desktop.session.workspace import Workspace


class Following(QObject):
    """Opens the current item when it is a video or a sound, and closes it when it is left."""

    def __init__(self, workspace: Workspace, transport: Transport, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._transport = transport
        workspace.current_changed.connect(self.reopen)
        workspace.closing.connect(transport.close)

    def reopen(self) -> None:
        """Open the current item anew, also when its file has been mended."""
        project, item = self._workspace.project, self._workspace.current
        if project is None or item is None or item.kind == "image":
            self._transport.close()
            return
        try:
            source = project.places.source(item)
        except UserError as error:  # its root is not known on this machine
            self._transport.close()
            self._transport.failed.emit(error)
            return
        self._transport.open(source)
