"""The controls under a video or sound: play and step, where it is, what is asked about, speed, volume.

They command a `Transport` and show what it says; the frame itself is drawn by the canvas above.
"""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QFont, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QSlider, QToolButton, QVBoxLayout, QWidget

from core.jobs import Progress
from desktop import icons, theme
from desktop.session.playing import SPEEDS, clock_text
from desktop.session.transport import Transport
from desktop.tokens import SPACING

Scope = Literal["whole", "marked", "frame"]
_ROOM_FOR_LOOP_PX = 470
_ROOM_FOR_ALL_PX = 760
_VOLUME_PX = 84
_VOLUME_HEIGHT_PX = 24  # the whole handle


class VideoControls(QWidget):
    """Made for one transport and the actions that drive it: play, frame_back, frame_forward, loop, mute."""

    scope_changed = Signal(str)

    def __init__(self, transport: Transport, actions: dict[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("video_controls")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._transport = transport
        self._actions = actions
        self._kind = "video"
        self._time = QLabel(self)
        self._time.setObjectName("time_label")
        self._time.setFont(_even_digits())
        self._time.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._note = ""
        self._speed = self._menu_button("speed_button", self.tr("Speed"))
        self._scope = self._menu_button("scope_button", self.tr("What is asked about"))
        self._volume = QSlider(Qt.Orientation.Horizontal, self)
        self._volume.setObjectName("volume_slider")
        self._volume.setAccessibleName(self.tr("Volume"))
        self._volume.setRange(0, 100)
        self._volume.setValue(100)
        self._volume.setFixedSize(_VOLUME_PX, _VOLUME_HEIGHT_PX)
        self._build()
        self._scopes = self._fill_scopes()
        self._speeds = self._fill_speeds()
        self._join()
        self.show_medium("video")

    # --- building ----------------------------------------------------------------------------

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(SPACING.s, 0, SPACING.s, SPACING.xs)
        row.setSpacing(SPACING.xs)
        for name in ("frame_back", "play", "frame_forward"):
            button = self._button(name)
            row.addWidget(button)
            if name == "play":
                self.setFocusProxy(button)
        row.addSpacing(SPACING.s)
        row.addWidget(self._time, 1)
        row.addWidget(self._scope)
        row.addWidget(self._speed)
        for name in ("loop", "mute"):
            row.addWidget(self._button(name))
        row.addWidget(self._volume)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACING.xs, 0, 0)
        column.setSpacing(SPACING.xs)
        column.addLayout(row)

    def _button(self, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"{name}_button")
        button.setDefaultAction(self._actions[name])
        button.setIconSize(QSize(20, 20))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        button.setAccessibleName(self._actions[name].property("command"))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _menu_button(self, name: str, what: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setToolTip(what)
        button.setAccessibleName(what)
        button.setMenu(QMenu(button))
        return button

    def _fill_speeds(self) -> dict[float, QAction]:
        group = QActionGroup(self)
        found = {}
        for speed in SPEEDS:
            action = self._speed.menu().addAction(speed_text(speed))
            action.setCheckable(True)
            group.addAction(action)
            action.triggered.connect(lambda _=False, speed=speed: self._transport.set_speed(speed))
            found[speed] = action
        return found

    def _fill_scopes(self) -> dict[Scope, QAction]:
        group = QActionGroup(self)
        found: dict[Scope, QAction] = {}
        scopes: tuple[Scope, ...] = ("whole", "marked", "frame")
        for scope in scopes:
            action = self._scope.menu().addAction("")
            action.setCheckable(True)
            group.addAction(action)
            action.triggered.connect(lambda _=False, scope=scope: self.set_scope(scope))
            found[scope] = action
        return found

    def _join(self) -> None:
        transport = self._transport
        transport.opened.connect(self._on_opened)
        transport.closed.connect(self._on_closed)
        transport.moved.connect(lambda _: self._show_time())
        transport.frame_changed.connect(lambda _: self._show_time())
        transport.playing_changed.connect(lambda _: self._show_playing())
        transport.settings_changed.connect(self.show_settings)
        transport.progressed.connect(self._on_progress)
        self._volume.valueChanged.connect(lambda value: transport.set_volume(value / 100, muted=value == 0))

    # --- what is asked about -----------------------------------------------------------------

    @property
    def scope(self) -> Scope:
        """What a question is about: the whole medium, the marked part, or the frame that is shown."""
        return next((scope for scope, action in self._scopes.items() if action.isChecked()), "whole")

    def set_scope(self, scope: Scope) -> None:
        """Ask about this from now on; a sound has no frames, and nothing marked is the whole."""
        if (scope == "frame" and self._kind != "video") or (scope == "marked" and self._transport.marked_s is None):
            scope = "whole"
        changed = scope != self.scope
        self._scopes[scope].setChecked(True)
        self._scope.setText(self._scopes[scope].text())
        if changed:
            self.scope_changed.emit(scope)

    # --- showing -----------------------------------------------------------------------------

    def show_medium(self, kind: str) -> None:
        """Words for a video or a sound, before it is opened."""
        self._kind = kind
        whole = self.tr("Whole video") if kind == "video" else self.tr("Whole sound")
        self._scopes["whole"].setText(whole)
        self._scopes["marked"].setText(self.tr("Marked part"))
        self._scopes["frame"].setText(self.tr("This frame"))
        self._scopes["frame"].setVisible(kind == "video")
        self.set_scope(self.scope)
        self._note = ""
        self.setEnabled(self._transport.is_open)
        self.show_settings()
        self._show_time()

    def _on_opened(self) -> None:
        self._note = ""
        self.setEnabled(True)
        self.show_settings()
        self._show_time()

    def _on_closed(self) -> None:
        self.setEnabled(False)
        self._show_playing()

    def _on_progress(self, progress: Progress) -> None:
        if progress.total and not self._transport.is_open:
            part = f"{progress.done / progress.total:.0%}"
            self._note = self.tr("Reading the video… {part}").format(part=part)
            self._show_time()

    def _show_time(self) -> None:
        """Time and frame, as much of it as there is room for; while the frames are counted, how far that is."""
        transport = self._transport
        time_text, of_text = clock_text(transport.position_s), f" / {clock_text(transport.end_s)}"
        index = transport.index
        number = index.index_at(transport.position_s) if index is not None else None
        frame_text = "" if number is None else self.tr("  ·  frame {number}").format(number=number)
        wordings: tuple[str, ...] = (time_text + of_text + frame_text, time_text + frame_text, time_text)
        if not transport.is_open:
            wordings = (self._note,)
        metrics, room = self._time.fontMetrics(), self._time.width()
        fitting = (text for text in wordings if metrics.horizontalAdvance(text) <= room)
        self._time.setText(next(fitting, wordings[-1]))
        self._time.setToolTip(wordings[0])
        self._time.setAccessibleDescription(wordings[0])

    def _show_playing(self) -> None:
        playing = self._transport.playing
        self._actions["play"].setIcon(icons.icon("pause" if playing else "play"))

    def show_settings(self) -> None:
        """Speed, loop, marks and sound as they are."""
        transport = self._transport
        self._speed.setText(speed_text(transport.speed))
        if transport.speed in self._speeds:
            self._speeds[transport.speed].setChecked(True)
        self._actions["loop"].setChecked(transport.loop_s is not None)
        self._scopes["marked"].setEnabled(transport.marked_s is not None)
        self.set_scope(self.scope)
        heard = transport.sound_state == "on"
        silent = transport.muted or not heard
        self._actions["mute"].setChecked(transport.muted and heard)
        self._actions["mute"].setIcon(icons.icon("mute" if silent else "audio"))
        self._actions["mute"].setToolTip(self._sound_text())
        for widget in self.findChildren(QToolButton, "mute_button"):
            widget.setEnabled(heard)
        self._volume.setEnabled(heard)

    def _sound_text(self) -> str:
        return {
            "on": self.tr("Mute (M)"),
            "none": self.tr("This video has no sound"),
            "no_card": self.tr("No sound card was found: it plays without its sound"),
            "broken": self.tr("Its sound cannot be read: it plays without"),
        }[self._transport.sound_state]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, what the keys do as well goes first."""
        super().resizeEvent(event)
        self._volume.setVisible(self.width() >= _ROOM_FOR_ALL_PX)
        for button in self.findChildren(QToolButton, "loop_button"):
            button.setVisible(self.width() >= _ROOM_FOR_LOOP_PX)
        self._show_time()

    def changeEvent(self, event: QEvent) -> None:
        """Another font: digits of one width again."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationFontChange and hasattr(self, "_time"):
            self._time.setFont(_even_digits())


def speed_text(speed: float) -> str:
    """`1×`, `0.25×`."""
    return f"{speed:g}×"


def _even_digits() -> QFont:
    """The body face with digits of one width, so that a running time does not jitter."""
    face = theme.font("body")
    face.setFeature(QFont.Tag("tnum"), 1)
    return face
