"""Composes the controllers. Holds them, wires them, and ends them in order; does nothing itself."""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop.runner import Runner
from desktop.session.asking import Asking
from desktop.session.chatting import Chatting
from desktop.session.editing import Editing
from desktop.session.gathering import Gathering
from desktop.session.memory import Memory
from desktop.session.models import MakeGrounder, Models, host_model
from desktop.session.notices import Notices
from desktop.session.overview import Overview
from desktop.session.pictures import Pictures, Prepare
from desktop.session.preferences import Preferences
from desktop.session.selection import Selection
from desktop.session.showing import Showing
from desktop.session.transfer import Transfer
from desktop.session.workspace import Workspace


class Session(QObject):
    """Everything behind one window."""

    def __init__(
        self, prepare_picture: Prepare, make_grounder: MakeGrounder = host_model, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.notices = Notices(self)
        self.preferences = Preferences(self.notices, self)
        self.memory = Memory()
        self.runner = Runner(self)
        self.workspace = Workspace(self.preferences, self.notices, self.memory, self)
        # What was said was about another item. First of all listeners: the others may have something new to say.
        self.workspace.current_changed.connect(lambda: self.notices.hint(""))
        self.selection = Selection(self)
        self.showing = Showing(self.workspace, self.selection, self)
        self.editing = Editing(self.workspace, self.showing, self.selection, self.notices, self)
        self.pictures = Pictures(self.workspace, self.runner, prepare_picture, self)
        self.overview = Overview(self.workspace, self.runner, self)
        self.models = Models(self.runner, self.notices, self.preferences, make_grounder, self)
        self.asking = Asking(self.workspace, self.models, self.runner, self.notices, self)
        self.chatting = Chatting(self.workspace, self.models, self.runner, self.notices, self)
        self.gathering = Gathering(self.workspace, self.runner, self.notices, self)
        self.transfer = Transfer(self.workspace, self.runner, self.notices, self)

    def close(self) -> None:
        """Cancel, quit, wait: the project is closed first, so that nothing is written any more."""
        self.workspace.close()
        self.runner.shutdown()
        self.models.close()
