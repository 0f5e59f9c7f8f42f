"""Where the work is done: expression bar, canvas, items and objects around it, and what joins them to the session.

It translates between what is shown and what the controllers know; it decides nothing.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import (
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop import core_words
from desktop.actions import Actions
from desktop.ask_desk import AskDesk
from desktop.boxes import annotation_boxes, proposal_boxes
from desktop.canvas_options import CanvasOptions
from desktop.chat_dock import ChatDock
from desktop.desk_frame import TitledDock, ToolBar
from desktop.desk_layout import DeskLayout
from desktop.hand_desk import HandDesk
from desktop.keyboard_desk import KeyboardDesk, Pane
from desktop.objects_desk import ObjectsDesk
from desktop.panels.chat import ChatPanel
from desktop.panels.items import ItemsPanel
from desktop.picture_commands import PictureCommands
from desktop.place import Place
from desktop.session.pictures import Picture
from desktop.session.session import Session
from desktop.session.showing import Contents
from desktop.time_desk import TimeDesk
from desktop.video_desk import VideoDesk, marked_between
from desktop.views.canvas import ImageCanvas
from desktop.views.read_only_banner import ReadOnlyBanner
from desktop.views.view_transform import WHEEL_STEP
from desktop.wrapping import sentences

LOADING_AFTER_MS = 150


class Desk(QMainWindow):
    """The page of the window that a project is worked on."""

    zoom_changed = Signal(object)  # float | None

    def __init__(self, session: Session, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Widget)
        self.setObjectName("desk")
        self._session = session
        self._actions = actions
        self._loading = QTimer(self, singleShot=True, interval=LOADING_AFTER_MS)
        self._loading.timeout.connect(self._show_loading)
        self.canvas = ImageCanvas(self)
        self.canvas.setObjectName("canvas")
        self.video = VideoDesk(session, actions, self.canvas, self)
        self.time = TimeDesk(session, self)
        self.place = Place(session.workspace, session.memory, self.canvas, self)
        self.items = ItemsPanel(session.overview, actions["order_by_benefit"], self)
        self.object_desk = ObjectsDesk(session, actions, self)
        self.objects = self.object_desk.objects
        self.asking = AskDesk(session, actions, self.items, self.video, self.time, self)
        self.bar = self.asking.bar
        self.picture_commands = PictureCommands(session, actions, self.canvas, self.objects, self)
        self.canvas_options = CanvasOptions(session, actions, self.canvas, self)
        self.hand = HandDesk(session, actions, self.bar, self.video, lambda: self._is_in_step, self)
        self._build_centre()
        self._build_docks()
        self.arrangement = DeskLayout(self, self.items_dock, self.objects_dock, self.object_desk.widget)
        self.tool_bar = ToolBar(self.tr("Tools"), actions, self)
        self.addToolBar(self.tool_bar)
        self._join_canvas()
        self._join_panels()
        self._join_session()
        self._join_keyboard()

    # --- building ----------------------------------------------------------------------------

    def _build_centre(self) -> None:
        self._banner = ReadOnlyBanner(self)
        centre = QWidget(self)
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._banner)
        column.addWidget(self.bar)
        column.addWidget(self.asking.meaning)
        column.addWidget(self.asking.run_strip)
        self.stage = QStackedWidget(centre)
        self.stage.addWidget(self.canvas)
        self.stage.addWidget(self.time.sound)
        column.addWidget(self.stage, 1)
        column.addWidget(self.time.timeline)
        column.addWidget(self.video.controls)
        self.setCentralWidget(centre)

    def _build_docks(self) -> None:
        self.items_dock = TitledDock(self.tr("Items"), "items_dock", self.items, self)
        self.objects_dock = TitledDock(self.tr("Objects"), "objects_dock", self.object_desk.widget, self)
        self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, self.items_dock)
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.objects_dock)
        panel = ChatPanel(self)
        self.chat_dock = TitledDock(self.tr("Chat"), "chat_dock", panel, self)
        self.chat = ChatDock(self._session, panel, self.chat_dock, self._actions["chat"])
        self.chat.put_away.connect(lambda: self.canvas.setFocus(Qt.FocusReason.OtherFocusReason))
        self.tabifyDockWidget(self.objects_dock, self.chat_dock)
        self.chat_dock.hide()

    def _join_canvas(self) -> None:
        session, canvas = self._session, self.canvas
        canvas.box_drawn.connect(self.hand.take_box)
        canvas.box_changed.connect(self.hand.move_box)
        canvas.boxes_changed.connect(self.hand.move_boxes)
        canvas.selection_changed.connect(session.selection.set)
        canvas.edit_requested.connect(self.hand.edit)
        canvas.tool_changed.connect(lambda _: self._show_tool())
        self.video.watch_keys(*self.time.grounds)
        self.time.segment_drawn.connect(self.hand.take_segment)
        self.time.edit_wanted.connect(self.hand.edit)
        self.video.frame_shown.connect(self._on_frame)
        self.video.failed.connect(self._on_picture)
        canvas.zoom_changed.connect(lambda zoom: self.zoom_changed.emit(zoom if canvas.has_image() else None))

    def _join_panels(self) -> None:
        session = self._session
        self.bar.absent.connect(self.hand.mark_absent)
        self.asking.begun.connect(self.focus_stage)
        self.items.row_chosen.connect(session.workspace.show_row)
        self.items.filter_wanted.connect(session.filtering.set)
        self.items.words_wanted.connect(lambda: self.items.set_words(*session.filtering.words()))
        self.items.left.connect(lambda: self.canvas.setFocus(Qt.FocusReason.OtherFocusReason))
        self.items.find_wanted.connect(self._actions["find_moved"].trigger)
        self.objects.selection_changed.connect(self.video.jump_to)
        self.objects.edit_requested.connect(self.hand.edit)

    def _join_session(self) -> None:
        session = self._session
        session.workspace.opened.connect(self._on_opened)
        session.workspace.closing.connect(self._on_closing)
        session.workspace.current_changed.connect(self._on_current)
        session.workspace.items_reset.connect(lambda: self.items.show_row(session.workspace.current_row))
        session.relinking.relinked.connect(self.items.look_again)
        session.filtering.changed.connect(lambda _: self._show_filter())
        session.workspace.items_added.connect(self._show_filter)
        session.pictures.loading.connect(lambda _: self._loading.start())
        session.pictures.ready.connect(self._on_picture)
        session.showing.changed.connect(self._on_contents)
        session.selection.changed.connect(self._on_selection)

    def _join_keyboard(self) -> None:
        """The parts in the order in which F6 goes through them, from the line that is asked with."""
        panes = (
            *(Pane(area) for area in (self.bar, self.canvas, self.time.sound, self.time.timeline)),
            Pane(self.video.controls),
            Pane(self.object_desk.widget, self.objects_dock),
            Pane(self.chat_dock.widget(), self.chat_dock),
            Pane(self.items, self.items_dock),
        )
        timelines = (self.time.sound.timeline, self.time.timeline)
        self.keyboard = KeyboardDesk(self._actions, self.canvas, timelines, panes, self)

    # --- the project -------------------------------------------------------------------------

    def _on_opened(self) -> None:
        project = self._session.workspace.project
        if project is None:
            return
        self._banner.show_reason(project.read_only_reason if project.read_only else "")
        self.canvas.set_editable(not project.read_only)
        self.place.recall()
        self.asking.take_up(project)
        self.items.show_row(self._session.workspace.current_row)
        self.asking.show()
        self.focus_stage()

    def _on_closing(self) -> None:
        self.place.remember()
        self._loading.stop()
        self.asking.meaning.hide()
        self.canvas.show_message(self.tr("No item"), "", "empty")

    def command(self, command_id: str) -> QAction:
        """The action of a command, to point at where it stands."""
        return self._actions[command_id]

    # --- the item ----------------------------------------------------------------------------

    def _on_current(self) -> None:
        workspace = self._session.workspace
        self.items.show_row(workspace.current_row)
        if workspace.current is None:
            self.canvas.show_message(
                self.tr("This project is empty"),
                self.tr("Drop pictures or a folder here, or open files{key}.").format(
                    key=self._actions.in_brackets("open_files")
                ),
                "empty",
            )
            self.zoom_changed.emit(None)
        else:
            self._session.models.look_at(workspace.current.kind)
        self.video.show_current()
        self._show_stage()
        source = self._session.transport.source
        if source is not None and source.item.kind == "video":
            self._loading.start()
        elif source is not None:
            self._loading.stop()  # of the item before: a sound has nothing to wait for
            self.zoom_changed.emit(None)
        self.bar.setEnabled(workspace.current is not None)
        self.asking.show()

    def _show_stage(self) -> None:
        """The view that fits the current item; the keyboard goes along."""
        wanted = self.time.sound if self.time.shows_sound else self.canvas
        before = self.stage.currentWidget()
        if before is not wanted:
            had_focus = before is not None and before.isAncestorOf(self.focusWidget() or self)
            self.stage.setCurrentWidget(wanted)
            if had_focus or self.canvas.hasFocus():
                self.focus_stage()
        self.time.timeline.setVisible(self.time.item is not None and not self.time.shows_sound)
        if self.time.shows_sound:
            self._loading.stop()
            self.zoom_changed.emit(None)

    def focus_stage(self) -> None:
        """The keyboard belongs to what is looked at."""
        shown = self.time.sound if self.time.shows_sound else self.canvas
        shown.setFocus(Qt.FocusReason.OtherFocusReason)

    def fit(self) -> None:
        """All of the picture, or all of the sound."""
        if self.time.shows_sound:
            self.time.state.fit()
        else:
            self.canvas.fit()

    def zoom(self, *, closer: bool) -> None:
        """A step nearer or back."""
        if self.time.shows_sound:
            self.time.state.zoom(WHEEL_STEP**2 if closer else WHEEL_STEP**-2)
        elif closer:
            self.canvas.zoom_in()
        else:
            self.canvas.zoom_out()

    def _show_filter(self) -> None:
        items = self._session.workspace.items
        self.items.show_filter(items.wanted, len(items), items.total)

    def find_items(self) -> None:
        """Go to the line that finds items by name."""
        self.items_dock.show()
        self.items.filter.focus()

    def _show_loading(self) -> None:
        item = self._session.workspace.current
        if item is not None and self.canvas.media_id() != item.id:
            self.canvas.show_message(self.tr("Loading…"), item.path, "loading")

    def _on_picture(self, picture: Picture) -> None:
        self._loading.stop()
        if self.time.shows_sound:
            return
        if picture.image is None:
            error = picture.error
            what, parts = self.tr("The picture cannot be shown"), list[str]()
            if error is not None:
                what, *parts = map(core_words.said, (error.what, error.why, error.next_step))
            self.canvas.show_message(what, sentences(*parts, self._reading_again()), "error")
            self.zoom_changed.emit(None)
        else:
            self.canvas.set_image(picture.image, picture.media_id)
            self.place.restore_view()
            self.zoom_changed.emit(self.canvas.zoom())
            for warning in picture.warnings:
                self._session.notices.hint(warning)
        self._on_contents(self._session.showing.contents)

    def _reading_again(self) -> str:
        key = self._actions.keys("reload")
        return self.tr("{key} reads the file again").format(key=key) if key else ""

    def _on_frame(self, first: bool) -> None:
        """Another frame of the video: other boxes belong on it. What is selected stays so, in sight or not."""
        if first:
            self._loading.stop()
            self.place.restore_view()
            self.zoom_changed.emit(self.canvas.zoom())
        self._show_boxes(self._session.showing.contents)

    def reload(self) -> None:
        """Read the current file again, for when it has been mended."""
        self._session.pictures.reload()
        if self._session.transport.source is not None:
            self._session.following.reopen()
            self._session.sounds.follow()
            self._on_current()

    @property
    def _is_in_step(self) -> bool:
        """Whether the picture on the canvas is the current item's: nothing may land on a neighbour."""
        return self.canvas.has_image() and self.canvas.media_id() == self._session.showing.contents.media_id

    def _on_contents(self, contents: Contents) -> None:
        self._show_boxes(contents)
        self.objects.show_contents(contents)
        self.objects.set_selection(self._session.selection.ids)
        self.asking.show()

    def _show_boxes(self, contents: Contents) -> None:
        """The boxes of the picture, or of the frame that is shown."""
        if not self._is_in_step:
            return
        found = self.video.on_frame(contents)
        was_blocked = self.canvas.blockSignals(self.video.is_shown)  # a box on another frame stays selected
        self.canvas.set_annotations(marked_between(annotation_boxes(found.contents), found))
        self.canvas.set_proposals(proposal_boxes(found.contents))
        self.canvas.set_selection(self._session.selection.ids)
        self.canvas.blockSignals(was_blocked)

    def _on_selection(self) -> None:
        ids = self._session.selection.ids
        self.canvas.set_selection(ids)
        self.objects.set_selection(ids)
        if len(ids) == 1 and self._is_in_step:
            self.canvas.reveal(ids[0])

    # --- what a person does ------------------------------------------------------------------

    def set_tool(self, tool: str) -> None:
        """`select` or `draw`."""
        if tool == "draw" and not self._session.workspace.writable:
            self._session.notices.hint(self.tr("The project is read-only: nothing can be drawn"))
            tool = "select"
        elif tool == "draw":
            self._session.notices.hint(self.tr("Drag a box. By keys: arrows move the cross, Enter sets a corner"))
        self.canvas.set_tool("draw" if tool == "draw" else "select")
        self._show_tool()
        self.focus_stage()

    def toggle_draw(self) -> None:
        """R takes the drawing tool, and puts it back."""
        self.set_tool("select" if self.canvas.tool() == "draw" else "draw")

    def _show_tool(self) -> None:
        drawing = self.canvas.tool() == "draw"
        self._actions["draw_tool"].setChecked(drawing)
        self._actions["select_tool"].setChecked(not drawing)

    def cancel(self) -> None:
        """Esc: the drag, then the open answer, then the running question, then the selection, then the line."""
        session = self._session
        if self.canvas.cancel_drag() or self.time.state.cancel_drag():
            return
        if session.showing.dismiss() or session.asking.cancel():
            return
        if session.chatting.cancel():
            return
        if session.selection.ids:
            session.selection.set(())
        elif self.items.has_focus() and self.items.filter.clear():
            return
        elif self.bar.edit.hasFocus():
            self.focus_stage()
        else:
            self.time.clear_marks()

    def showEvent(self, event: QShowEvent) -> None:
        """Widths are known soon."""
        super().showEvent(event)
        if not self.arrangement.is_arranged:
            QTimer.singleShot(0, self, self.arrangement.arrange)  # widths are known once the layout has been done
