"""How long somebody works on each item: the time between what they do, pauses left out. The project keeps it.

Only input into the app's own windows counts, and playing; a pause longer than `PAUSE_S` counts as being away.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QGuiApplication, QWindow

from core.errors import UserError
from core.project.measures import Attention
from desktop.session.transport import Transport
from desktop.session.workspace import Workspace

PAUSE_S = 60.0
KEEP_EVERY_MS = 30_000
_PLAYED_EVERY_MS = 5000
_SHORTEST_S = 0.5  # of a stretch that is worth a line
_INPUT = frozenset(
    {
        *(QEvent.Type.KeyPress, QEvent.Type.KeyRelease),  # of a key that is a shortcut only the release comes
        *(QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease),
        *(QEvent.Type.MouseMove, QEvent.Type.Wheel, QEvent.Type.TabletMove, QEvent.Type.TabletPress),
    }
)
_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class _Stretch:
    media_id: str
    began_at: str
    last: float  # when something was done last, on the clock
    seconds: float = 0.0


class Attending(QObject):
    """Watches the app's input; `clock` gives seconds."""

    def __init__(
        self,
        workspace: Workspace,
        transport: Transport,
        parent: QObject | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._transport = transport
        self._clock = clock
        self._stretch: _Stretch | None = None
        self._waiting: list[Attention] = []
        self._keep_timer = QTimer(self, interval=KEEP_EVERY_MS)
        self._keep_timer.timeout.connect(self.keep)
        self._play_timer = QTimer(self, interval=_PLAYED_EVERY_MS)
        self._play_timer.timeout.connect(self._on_play_time)
        transport.playing_changed.connect(self._on_playing)
        workspace.opened.connect(self._keep_timer.start)
        workspace.current_changed.connect(self._on_current)
        workspace.closing.connect(self._on_closing)
        workspace.changed.connect(lambda _: self.note())
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.connect(self._watch)

    def _watch(self, window: QWindow | None) -> None:
        """Input comes to windows first, and little else does: a filter on the whole app would be asked all the time."""
        if window is not None:
            window.installEventFilter(self)  # once, however often

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Anything that a person does; nothing is held back."""
        if event.type() in _INPUT:
            self.note()
        return super().eventFilter(watched, event)

    def note(self) -> None:
        """Somebody is at work on the current item now."""
        item, now = self._workspace.current, self._clock()
        if item is None or not self._workspace.writable:
            return
        if self._stretch is None or self._stretch.media_id != item.id:
            self._end_stretch()
            self._stretch = _Stretch(item.id, datetime.now(UTC).isoformat(timespec="milliseconds"), now)
            return
        gap = now - self._stretch.last
        if gap > PAUSE_S:
            self._end_stretch()
            self.note()
            return
        self._stretch.seconds += gap
        self._stretch.last = now

    def keep(self) -> None:
        """Write down what has come together."""
        self._end_stretch()
        project = self._workspace.project
        if project is None or not self._waiting or project.read_only:
            return
        waiting, self._waiting = self._waiting, []
        try:
            project.measures.record_attention(waiting)
        except UserError as error:  # a figure is lost, no work is
            _LOG.warning("the time of work cannot be kept: %s", error)

    def _end_stretch(self) -> None:
        stretch, self._stretch = self._stretch, None
        if stretch is not None and stretch.seconds >= _SHORTEST_S:
            self._waiting.append(Attention(stretch.media_id, stretch.began_at, stretch.seconds))

    def _on_current(self) -> None:
        """The way to the next item belongs to the one that was left; from now on it is the next one's time."""
        if self._stretch is not None and self._clock() - self._stretch.last <= PAUSE_S:
            self._stretch.seconds += self._clock() - self._stretch.last
            self._end_stretch()
            self.note()

    def _on_closing(self) -> None:
        self._keep_timer.stop()
        self._play_timer.stop()
        self.keep()
        self._stretch, self._waiting = None, []

    def _on_playing(self, playing: bool) -> None:
        if playing:
            self.note()
            self._play_timer.start()
        else:
            self._play_timer.stop()

    def _on_play_time(self) -> None:
        if self._transport.playing:
            self.note()
