"""Composes the controllers. Holds them, wires them, and ends them in order; does nothing itself."""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop.runner import Runner
from desktop.session.asking import Asking
from desktop.session.attending import Attending
from desktop.session.chatting import Chatting
from desktop.session.copying import Copying
from desktop.session.defining import Defining
from desktop.session.diagnostics import Diagnostics
from desktop.session.editing import Editing
from desktop.session.efforts import Efforts
from desktop.session.filtering import Filtering
from desktop.session.following import Following
from desktop.session.foreseeing import Foreseeing
from desktop.session.gathering import Gathering
from desktop.session.histories import Histories
from desktop.session.improving import Improving
from desktop.session.inspecting import Inspecting
from desktop.session.installation import Installation
from desktop.session.labelling import Labelling
from desktop.session.looking_ahead import LookingAhead
from desktop.session.marks import Marks
from desktop.session.memory import Memory
from desktop.session.model_store import ModelStore
from desktop.session.models import MakeGrounder, Models, host_model
from desktop.session.notices import Notices
from desktop.session.other_windows import OtherWindows
from desktop.session.overview import Overview
from desktop.session.pictures import Pictures, Prepare
from desktop.session.preferences import Preferences
from desktop.session.proposing import Proposing
from desktop.session.queueing import Queueing
from desktop.session.relinking import Relinking
from desktop.session.selection import Selection
from desktop.session.showing import Showing
from desktop.session.sounds import Sounds
from desktop.session.transfer import Transfer
from desktop.session.transport import Transport
from desktop.session.trusting import Trusting
from desktop.session.versioning import Versioning
from desktop.session.wishes import Apply, Wishes
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
        self.other_windows = OtherWindows(self)
        self.workspace.opened.connect(self._be_found)
        self.workspace.closing.connect(self.other_windows.stop)
        # What was said was about another item. First of all listeners: the others may have something new to say.
        self.workspace.current_changed.connect(lambda: self.notices.hint(""))
        self._begin_editing()
        self._begin_media(prepare_picture)
        self._begin_models(make_grounder)
        self.gathering = Gathering(self.workspace, self.runner, self.notices, self)
        self.filtering = Filtering(self.workspace, self.memory, self.runner, self.notices, self)
        self.transfer = Transfer(self.workspace, self.runner, self.notices, self)
        self.diagnostics = Diagnostics(self.workspace, self.runner, self)
        self.installation = Installation(self.workspace, self.runner, self)
        self.wishes = Wishes(self.preferences, self._what_settings_do(), self)

    def _begin_editing(self) -> None:
        """What people do to the current item, and what they did."""
        self.selection = Selection(self)
        self.marks = Marks(self.workspace, parent=self)
        self.showing = Showing(self.workspace, self.selection, self.marks, self)
        self.editing = Editing(self.workspace, self.showing, self.selection, self.notices, self)
        self.labelling = Labelling(
            *(self.workspace, self.showing, self.selection, self.editing, self.notices), parent=self
        )
        self.defining = Defining(self.workspace, self.editing, self)
        self.histories = Histories(self.workspace, self.editing, self.notices, self.runner, self)
        self.inspecting = Inspecting(
            *(self.workspace, self.showing, self.selection, self.editing, self.runner), parent=self
        )

    def _begin_media(self, prepare_picture: Prepare) -> None:
        """Pictures, videos and sounds as they are shown and played, and where their files are."""
        self.pictures = Pictures(self.workspace, self.runner, prepare_picture, self)
        self.transport = Transport(prepare_picture, self)
        self.copying = Copying(
            *(self.workspace, self.showing, self.selection, self.editing, self.notices, self.transport), parent=self
        )
        self.following = Following(self.workspace, self.transport, self)
        self.sounds = Sounds(self.workspace, self.runner, self)
        self.overview = Overview(self.workspace, self.runner, self)
        self.relinking = Relinking(self.workspace, self.overview, self.pictures, self.runner, self.notices, self)

    def _begin_models(self, make_grounder: MakeGrounder) -> None:
        """Models: which there are, how they are taught and measured, and what they are asked."""
        self.models = Models(self.runner, self.notices, self.preferences, make_grounder, self)
        self.model_store = ModelStore(self.runner, self.preferences, self)
        self.versioning = Versioning(self.workspace, self.models, self.runner, self.notices, self)
        ahead = LookingAhead(self.workspace, self.preferences, self.memory, self.runner, self)
        self.improving = Improving(*(self.workspace, ahead, self.memory, self.runner, self.notices), parent=self)
        self.queueing = Queueing(self.workspace, self.memory, self.runner, self.notices, self)
        self.attending = Attending(self.workspace, self.transport, self)
        self.efforts = Efforts(self.workspace, self.attending, self.runner, self)
        self.trusting = Trusting(self.workspace, self.runner, self)
        self.improving.measured.connect(self.versioning.follow)
        self.improving.finished.connect(self.versioning.refresh)
        self.asking = Asking(self.workspace, self.models, self.runner, self.notices, self)
        self.proposing = Proposing(*(self.workspace, self.models, self.memory, self.runner, self.notices), parent=self)
        self.foreseeing = Foreseeing(self.workspace, self.models, self.runner, self)
        self.chatting = Chatting(*(self.workspace, self.models, self.transport, self.runner, self.notices), parent=self)
        self.trusting.changed.connect(self._take_curves)

    def _what_settings_do(self) -> dict[str, Apply]:
        return {
            "person.name": self.workspace.set_author,
            "answers.threshold": self.showing.set_threshold,
            "playback.speed": self.transport.set_speed,
            "model.device": lambda device: self.models.run_on(device, self.models.bits),
            "model.bits": lambda bits: self.models.run_on(self.models.device, bits),
            "storage.ahead": self.pictures.set_ahead,
            "storage.pictures_mb": lambda mb: self.pictures.set_room(mb * 1_000_000),
        }

    def _be_found(self) -> None:
        if self.workspace.project is not None:
            self.other_windows.serve(self.workspace.project.path)

    def _take_curves(self) -> None:
        """Scores mean something else now, wherever they are shown; the chat is read again with the item."""
        self.chatting.curves = self.trusting.curves
        self.showing.set_curves(self.trusting.curves)

    def close(self) -> None:
        """Cancel, quit, wait: the project is closed first, so that nothing is written any more."""
        self.workspace.close()
        self.transport.shutdown()
        self.runner.shutdown()
        self.overview.close()
        self.models.close()
