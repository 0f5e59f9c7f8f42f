"""Joins the transport with the canvas: frames, the boxes that belong on them, and the keys.

It translates between the item and the frame that is shown; it decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from core.errors import MediaError
from core.jobs import Progress
from core.schema import Annotation, Box, Change, Region, Segment, Track
from core.workflows.ask import EVERYTHING, Aim
from desktop.actions import COMMANDS, Actions
from desktop.place import REMEMBER_AFTER_MS
from desktop.session.frame_worker import Frame
from desktop.session.on_frame import OnFrame, keyed, moment_of, moment_of_change, moved, on_frame, unkeyed
from desktop.session.pictures import Picture
from desktop.session.playing import SPEEDS, SpanS
from desktop.session.session import Session
from desktop.session.showing import Contents
from desktop.views.canvas import CanvasBox, ImageCanvas
from desktop.views.player_keys import PlayerKeys
from desktop.views.video_view import VideoControls

_ON_CONTROLS = ("play", "frame_back", "frame_forward", "loop", "mute")
_KEYS = tuple(command.id for command in COMMANDS if command.where == "player")
_TIME_KEYS = tuple(command.id for command in COMMANDS if command.where == "timeline")


class VideoDesk(QObject):
    """The part of the desk that a video or a sound needs; idle while a picture is shown."""

    frame_shown = Signal(bool)  # True for the first one of a medium
    failed = Signal(object)  # Picture with the reason

    def __init__(self, session: Session, actions: Actions, canvas: ImageCanvas, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._transport = session.transport
        self._canvas = canvas
        self._actions = actions
        self._marked: SpanS | None = None
        self._wanted: tuple[str, float] | None = None  # where to go in a medium as soon as it is open
        self._later = QTimer(self, singleShot=True, interval=REMEMBER_AFTER_MS)
        self._later.timeout.connect(self.remember)
        self.controls = VideoControls(self._transport, {name: actions[name] for name in _ON_CONTROLS}, parent)
        self.controls.hide()
        for name in (*_KEYS, *_TIME_KEYS):  # these work where a medium has the keyboard, not in lists and on buttons
            actions[name].setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        keys = {name: actions[name] for name in (*_KEYS, *_TIME_KEYS)}
        self._keys = PlayerKeys(keys, self._is_playable, self._is_taken, self)
        self._keys.watch(canvas)
        self._keys.touched.connect(self._transport.pause)
        self._transport.frame_changed.connect(self._on_frame)
        self._transport.failed.connect(self._on_failure)
        self._transport.progressed.connect(self._on_progress)
        self._transport.settings_changed.connect(self._follow_marks)
        self._transport.moved.connect(lambda _: self._later.isActive() or self._later.start())  # also while it plays
        session.workspace.changed.connect(self._on_change)
        session.workspace.opened.connect(self._recall)

    def watch_keys(self, *widgets: QWidget) -> None:
        """The keys of playing and of segments work in these; a press of the mouse there goes on playing."""
        actions = {name: self._actions[name] for name in (*_KEYS, *_TIME_KEYS)}
        PlayerKeys(actions, self._is_playable, lambda _: False, self).watch(*widgets)

    def commands(self) -> dict[str, Callable[[], object]]:
        """What the commands of playing do."""
        transport = self._transport
        return {
            "play": transport.toggle,
            "frame_back": lambda: transport.step(-1),
            "frame_forward": lambda: transport.step(1),
            "second_back": lambda: transport.seek(transport.position_s - self._jump_s),
            "second_forward": lambda: transport.seek(transport.position_s + self._jump_s),
            "to_start": lambda: transport.seek(transport.start_s),
            "to_end": lambda: transport.seek(transport.end_s),
            "slower": lambda: self._change_speed(-1),
            "faster": lambda: self._change_speed(1),
            "loop": self._toggle_loop,
            "mute": lambda: transport.set_volume(transport.volume, muted=not transport.muted),
            "mark_in": transport.mark_in,
            "mark_out": transport.mark_out,
            "clear_marks": lambda: transport.set_marks((None, None)),
            "add_key": self._add_key,
            "remove_key": self._remove_key,
        }

    @property
    def _jump_s(self) -> float:
        return float(self._session.preferences.get("playback.jump_s"))

    # --- the medium --------------------------------------------------------------------------

    def show_current(self) -> None:
        """Another item is current: controls for it, or none."""
        item = self._session.workspace.current
        self.controls.setVisible(item is not None and item.kind != "image")
        if item is None or item.kind == "image":
            return
        self.controls.show_medium(item.kind)
        if item.kind == "audio":
            self._canvas.show_message(self.tr("A sound"), self.tr("Ask above when something is to be heard."), "info")
        wanted, self._wanted = self._wanted, None
        if wanted is not None and wanted[0] == self._transport.media_id:
            self._transport.seek(wanted[1])

    def remember(self) -> None:
        """Keep where the medium stands, for the next start, however this one ends."""
        self._later.stop()
        project, media_id = self._session.workspace.project, self._transport.media_id
        if project is not None and media_id and self._transport.is_open:
            position = {"item": media_id, "at_s": self._transport.position_s}
            kept = self._session.memory.place(project.path)
            current = self._session.workspace.current
            if current is not None and current.id == media_id != kept.get("item"):
                kept = {name: part for name, part in kept.items() if name != "view"}  # the item before's
                kept["item"] = media_id
            self._session.memory.set_place(project.path, {**kept, "position": position})

    def _recall(self) -> None:
        """A project was opened: the medium that was left in the midst of it is taken up there."""
        project = self._session.workspace.project
        position = self._session.memory.place(project.path).get("position") if project is not None else None
        if isinstance(position, dict) and isinstance(position.get("at_s"), int | float):
            self._wanted = (str(position.get("item")), float(position["at_s"]))

    @property
    def is_shown(self) -> bool:
        """Whether a frame of the current item is on the canvas."""
        frame, current = self._transport.frame, self._session.workspace.current
        return frame is not None and current is not None and self._transport.media_id == current.id

    def _follow_marks(self) -> None:
        """Who marks a part of a sound wants to ask about it."""
        marked, item = self._transport.marked_s, self._session.workspace.current
        if marked != self._marked and marked is not None and item is not None and item.kind == "audio":
            self.controls.set_scope("marked")
        self._marked = marked

    def aim(self) -> Aim:
        """What a question that is asked now is about: the frame, at which playing ends, the marked part, or all."""
        transport, scope = self._transport, self.controls.scope
        if not self._is_playable() or scope == "whole":
            return EVERYTHING
        if scope == "marked":
            return Aim(window_s=transport.marked_s)
        transport.pause()  # at rest it stands at the time of a frame
        return Aim(at_s=transport.position_s)

    def _is_playable(self) -> bool:
        return bool(self._transport.media_id) and not self.controls.isHidden()

    def _on_frame(self, frame: Frame) -> None:
        media_id = self._transport.media_id
        if frame.image is None:
            self._on_failure(MediaError(frame.warnings[0], next_step="Go on to another frame"))
            return
        first = self._canvas.media_id() != media_id
        self._canvas.set_image(frame.image, media_id)
        self.frame_shown.emit(first)
        if first:
            for warning in frame.warnings:
                self._session.notices.hint(warning)

    def _on_progress(self, progress: Progress) -> None:
        """Counting the frames of hours takes a while."""
        item = self._session.workspace.current
        if item is None or self._canvas.has_image() or not progress.total:
            return
        part = f"{progress.done / progress.total:.0%}"
        self._canvas.show_message(self.tr("Reading the video… {part}").format(part=part), item.path, "loading")

    def _on_failure(self, error: Exception) -> None:
        item = self._session.workspace.current
        if item is None:
            return
        told = error if isinstance(error, MediaError) else MediaError(str(error) or type(error).__name__)
        self.failed.emit(Picture(item.id, error=told))

    # --- boxes -------------------------------------------------------------------------------

    def on_frame(self, contents: Contents) -> OnFrame:
        """What of the item stands on the frame that is shown; everything of a picture."""
        frame = self._transport.frame
        if frame is None or contents.media_id != self._transport.media_id:
            return OnFrame(contents)
        return on_frame(contents, frame.at_s, self._is_here)

    def here(self, box: Box) -> Box:
        """A box on the frame that is shown."""
        frame = self._transport.frame
        return replace(box, at_s=frame.at_s) if self.is_shown and frame is not None else box

    def region_after(self, box_id: str, box: Box) -> Region:
        """The whole region of an object after its box on this frame was changed."""
        region = self._region(box_id)
        return moved(region, self.here(box)) if region is not None else self.here(box)

    def jump_to(self, ids: Sequence[str]) -> None:
        """Go to where the one thing is that was chosen in a list, unless it is on the screen."""
        region = self._region(ids[0]) if len(ids) == 1 and self._is_playable() else None
        shown = {box.id for box in self._canvas.boxes()}
        at_s = moment_of(region)
        if at_s is not None and ids[0] not in shown:
            self._transport.pause()
            self._transport.seek(at_s)

    def _region(self, object_id: str) -> Region | None:
        contents = self._session.showing.contents
        annotation, pending = contents.annotation(object_id), contents.proposal(object_id)
        if annotation is not None:
            return annotation.region
        return pending.proposal.region if pending is not None else None

    def _is_here(self, at_s: float) -> bool:
        index, frame = self._transport.index, self._transport.frame
        return index is not None and frame is not None and index.index_at(at_s) == frame.number

    def _is_taken(self, event: QKeyEvent) -> bool:
        sets_corner = self._canvas.tool() == "draw" and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        return self._canvas.hasFocus() and (sets_corner or self._canvas.takes(event))

    def _chosen(self) -> Annotation | None:
        ids = self._session.selection.ids
        return self._session.showing.contents.annotation(ids[0]) if len(ids) == 1 else None

    def _is_at_rest_here(self, at_s: float) -> bool:
        """Whether a time means the frame that a key of the keyboard has gone to, on the screen yet or not."""
        index = self._transport.index
        return index is not None and index.index_at(at_s) == index.index_at(self._transport.position_s)

    def _add_key(self) -> None:
        self._transport.pause()
        chosen, at_s, key = self._chosen(), self._transport.position_s, self._actions.keys("add_key")
        region = keyed(chosen.region, at_s, self._is_at_rest_here) if chosen is not None else None
        if chosen is not None and region is not None:
            self._session.editing.move(chosen.id, region)
        elif chosen is not None and isinstance(chosen.region, Box | Track):
            self._session.notices.hint(
                self.tr("There is a key box on this frame; go to another one and press {key} there").format(key=key)
            )
        else:
            self._session.notices.hint(
                self.tr("Select one box, go to another frame and press {key}: it becomes a track").format(key=key)
            )

    def _remove_key(self) -> None:
        self._transport.pause()
        chosen = self._chosen()
        region = unkeyed(chosen.region, self._is_at_rest_here) if chosen is not None else None
        if chosen is not None and region is not None:
            self._session.editing.move(chosen.id, region)
        else:
            self._session.notices.hint(self.tr("Select a track that has another key box besides the one here"))

    # --- playing -----------------------------------------------------------------------------

    def _toggle_loop(self) -> None:
        transport = self._transport
        if transport.loop_s is not None:
            transport.set_loop(None)
        else:
            ids = self._session.selection.ids
            chosen = extent(self._region(ids[0])) if len(ids) == 1 else None
            transport.set_loop(chosen or transport.marked_s or (transport.start_s, transport.end_s))
        self.controls.show_settings()

    def _change_speed(self, by: int) -> None:
        nearest = min(range(len(SPEEDS)), key=lambda number: abs(SPEEDS[number] - self._transport.speed))
        self._transport.set_speed(SPEEDS[min(max(nearest + by, 0), len(SPEEDS) - 1)])

    def _on_change(self, change: Change) -> None:
        """An undo shows the frame where it happened; of another item, as soon as that is open."""
        moment = moment_of_change(change) if change.undoes is not None and change.batch is None else None
        if moment is None:
            return
        if moment[0] == self._transport.media_id:
            self._transport.pause()
            self._transport.seek(moment[1])
        else:
            self._wanted = moment


def extent(region: Region | None) -> SpanS | None:
    """From when to when a region lasts; None for a box, which is on one frame."""
    if isinstance(region, Segment):
        return region.start_s, region.end_s
    if isinstance(region, Track) and len(region.keys) > 1:
        return region.keys[0].at_s or 0.0, region.keys[-1].at_s or 0.0
    return None


def marked_between(boxes: Sequence[CanvasBox], found: OnFrame) -> list[CanvasBox]:
    """Boxes of tracks that stand between two key boxes are drawn dashed."""
    return [replace(box, between=box.id in found.between) for box in boxes]
