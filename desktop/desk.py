"""Where the work is done: expression bar, canvas, items and objects around it, and what joins them to the session.

It translates between what is shown and what the controllers know; it decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDockWidget, QFrame, QHBoxLayout, QLabel, QMainWindow, QToolBar, QVBoxLayout, QWidget

from core.jobs import Progress
from core.schema import Answer, Box
from desktop import icons, theme
from desktop.actions import Actions
from desktop.boxes import annotation_boxes, proposal_boxes
from desktop.chat_dock import ChatDock
from desktop.panels.chat import ChatPanel
from desktop.panels.expression_bar import ExpressionBar
from desktop.panels.items import ItemsPanel
from desktop.panels.objects import ObjectsPanel
from desktop.place import Place
from desktop.session.asking import Question
from desktop.session.pictures import Picture
from desktop.session.session import Session
from desktop.session.showing import Contents
from desktop.summaries import answer_lines, bar_summary
from desktop.tokens import SPACING
from desktop.views.canvas import ImageCanvas
from desktop.wrapping import sentence

LOADING_AFTER_MS = 150


class Desk(QMainWindow):
    """The page of the window that a project is worked on."""

    words_wanted = Signal(object, str)  # Box that was drawn | None, id of the annotation to rename | ""
    zoom_changed = Signal(object)  # float | None

    def __init__(self, session: Session, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Widget)
        self.setObjectName("desk")
        self._session = session
        self._actions = actions
        self._is_arranged = False
        self._wanted_layout = ""
        self._loading = QTimer(self, singleShot=True, interval=LOADING_AFTER_MS)
        self._loading.timeout.connect(self._show_loading)
        self.bar = ExpressionBar(actions["accept_all"], actions["reject_all"], self)
        self.canvas = ImageCanvas(self)
        self.canvas.setObjectName("canvas")
        self.place = Place(session.workspace, session.memory, self.canvas, self)
        self.items = ItemsPanel(session.overview, self)
        self.objects = ObjectsPanel(self)
        self._build_centre()
        self._build_docks()
        self._build_tool_bar()
        self._join_canvas()
        self._join_panels()
        self._join_session()

    # --- building ----------------------------------------------------------------------------

    def _build_centre(self) -> None:
        self._banner = QFrame(self)
        self._banner.setObjectName("read_only_banner")
        self._banner_text = QLabel(self._banner)
        self._banner_text.setObjectName("read_only_text")
        self._banner_text.setWordWrap(True)
        self._banner_icon = QLabel(self._banner)
        self._banner_icon.setPixmap(icons.icon("lock", role="warning").pixmap(18, 18))
        line = QHBoxLayout(self._banner)
        line.setContentsMargins(SPACING.m, SPACING.s, SPACING.m, SPACING.s)
        line.addWidget(self._banner_icon)
        line.addWidget(self._banner_text, 1)
        self._banner.hide()
        centre = QWidget(self)
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._banner)
        column.addWidget(self.bar)
        column.addWidget(self.canvas, 1)
        self.setCentralWidget(centre)

    def _build_docks(self) -> None:
        self.items_dock = self._dock(self.tr("Items"), "items_dock", self.items)
        self.objects_dock = self._dock(self.tr("Objects"), "objects_dock", self.objects)
        self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, self.items_dock)
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.objects_dock)
        panel = ChatPanel(self)
        self.chat_dock = self._dock(self.tr("Chat"), "chat_dock", panel)
        self.chat = ChatDock(self._session, panel, self.chat_dock, self._actions["chat"])
        self.chat.put_away.connect(lambda: self.canvas.setFocus(Qt.FocusReason.OtherFocusReason))
        self.tabifyDockWidget(self.objects_dock, self.chat_dock)
        self.chat_dock.hide()

    def _dock(self, title: str, name: str, panel: QWidget) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setWidget(panel)
        head = QLabel(title, dock)
        head.setContentsMargins(SPACING.m, SPACING.s, SPACING.m, SPACING.s)
        head.setFont(theme.font("body", bold=True))
        dock.setTitleBarWidget(head)
        dock.setAllowedAreas(Qt.DockWidgetArea.LeftDockWidgetArea | Qt.DockWidgetArea.RightDockWidgetArea)
        dock.setFeatures(
            QDockWidget.DockWidgetFeature.DockWidgetClosable | QDockWidget.DockWidgetFeature.DockWidgetMovable
        )
        return dock

    def _build_tool_bar(self) -> None:
        bar = QToolBar(self.tr("Tools"), self)
        bar.setObjectName("tool_bar")
        bar.setMovable(False)
        bar.setIconSize(QSize(20, 20))
        groups = (
            ("open_files", "open_folder", "import", "export"),
            ("undo", "redo"),
            ("select_tool", "draw_tool", "edit_label", "delete"),
            ("accept", "accept_all", "reject", "not_present"),
            ("previous", "next"),
            ("zoom_out", "zoom_in", "fit", "actual_size"),
            ("chat",),
        )
        for number, group in enumerate(groups):
            if number:
                bar.addSeparator()
            for command_id in group:
                bar.addAction(self._actions[command_id])
        self.addToolBar(bar)
        self.tool_bar = bar

    def _join_canvas(self) -> None:
        session, canvas = self._session, self.canvas
        canvas.box_drawn.connect(self._on_drawn)
        canvas.box_changed.connect(self._on_box_changed)
        canvas.boxes_changed.connect(self._on_boxes_changed)
        canvas.selection_changed.connect(session.selection.set)
        canvas.edit_requested.connect(self._on_edit)
        canvas.tool_changed.connect(lambda _: self._show_tool())
        canvas.zoom_changed.connect(lambda zoom: self.zoom_changed.emit(zoom if canvas.has_image() else None))

    def _join_panels(self) -> None:
        session = self._session
        self.bar.asked.connect(self._on_asked)
        self.bar.absent.connect(self.mark_absent)
        self.bar.cancelled.connect(session.asking.cancel)
        self.bar.typing.connect(session.models.warm_up)
        self.items.row_chosen.connect(session.workspace.show_row)
        self.objects.selection_changed.connect(session.selection.set)
        self.objects.edit_requested.connect(self._on_edit)

    def _join_session(self) -> None:
        session = self._session
        session.workspace.opened.connect(self._on_opened)
        session.workspace.closing.connect(self._on_closing)
        session.workspace.current_changed.connect(self._on_current)
        session.workspace.items_reset.connect(lambda: self.items.show_row(session.workspace.current_row))
        session.pictures.loading.connect(lambda _: self._loading.start())
        session.pictures.ready.connect(self._on_picture)
        session.showing.changed.connect(self._on_contents)
        session.selection.changed.connect(self._on_selection)
        session.asking.started.connect(self._show_asking)
        session.asking.progressed.connect(self._on_progress)
        session.asking.answered.connect(self._on_answered)
        session.asking.finished.connect(lambda _: self._show_asking())
        session.asking.stopped.connect(self._on_stopped)

    # --- the project -------------------------------------------------------------------------

    def _on_opened(self) -> None:
        project = self._session.workspace.project
        if project is None:
            return
        self._banner.setVisible(project.read_only)
        reason = sentence(project.read_only_reason)
        self._banner_text.setText(self.tr("{reason} You can look at everything, and export it.").format(reason=reason))
        self.canvas.set_editable(not project.read_only)
        self.place.recall()
        self.bar.set_known(project.known_expressions())
        self.items.show_row(self._session.workspace.current_row)
        self._show_asking()
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_closing(self) -> None:
        self.place.remember()
        self._loading.stop()
        self.canvas.show_message(self.tr("No item"), "", "empty")

    def _arrange(self) -> None:
        """As it was left, else panels as wide as their words need, and most of it for the picture."""
        self._is_arranged = True
        if self._wanted_layout and self.restoreState(
            QByteArray.fromBase64(self._wanted_layout.encode("ascii", "ignore"))
        ):
            return
        widths = [min(250, self.width() // 4), min(290, self.width() // 4)]
        self.resizeDocks([self.items_dock, self.objects_dock], widths, Qt.Orientation.Horizontal)

    def layout_state(self) -> str:
        """The arrangement of docks and tool bar, as text."""
        if not self._is_arranged:  # never shown: what was kept still holds
            return self._wanted_layout
        return bytes(self.saveState().toBase64().data()).decode("ascii")

    def restore_layout(self, text: str) -> None:
        """Take up an earlier arrangement once the desk has its size; a spoiled one changes nothing."""
        self._wanted_layout = text

    # --- the item ----------------------------------------------------------------------------

    def _on_current(self) -> None:
        workspace = self._session.workspace
        self.items.show_row(workspace.current_row)
        if workspace.current is None:
            self.canvas.show_message(
                self.tr("This project is empty"), self.tr("Drop pictures or a folder here, or press Ctrl+O."), "empty"
            )
            self.zoom_changed.emit(None)
        self.bar.setEnabled(workspace.current is not None)
        self._show_asking()

    def _show_loading(self) -> None:
        item = self._session.workspace.current
        if item is not None and self.canvas.media_id() != item.id:
            self.canvas.show_message(self.tr("Loading…"), item.path, "loading")

    def _on_picture(self, picture: Picture) -> None:
        self._loading.stop()
        if picture.image is None:
            error = picture.error
            parts = (error.why, error.next_step, self.tr("F5 reads the file again")) if error else ()
            why = " ".join(sentence(part) for part in parts if part)
            self.canvas.show_message(error.what if error else self.tr("The picture cannot be shown"), why, "error")
            self.zoom_changed.emit(None)
        else:
            self.canvas.set_image(picture.image, picture.media_id)
            self.place.restore_view()
            self.zoom_changed.emit(self.canvas.zoom())
            for warning in picture.warnings:
                self._session.notices.hint(warning)
        self._on_contents(self._session.showing.contents)

    @property
    def _is_in_step(self) -> bool:
        """Whether the picture on the canvas is the current item's: nothing may land on a neighbour."""
        return self.canvas.has_image() and self.canvas.media_id() == self._session.showing.contents.media_id

    def _on_contents(self, contents: Contents) -> None:
        if self._is_in_step:
            self.canvas.set_annotations(annotation_boxes(contents))
            self.canvas.set_proposals(proposal_boxes(contents))
            self.canvas.set_selection(self._session.selection.ids)
        self.objects.show_contents(contents)
        self.objects.set_selection(self._session.selection.ids)
        self._show_asking()

    def _on_selection(self) -> None:
        ids = self._session.selection.ids
        self.canvas.set_selection(ids)
        self.objects.set_selection(ids)
        if len(ids) == 1 and self._is_in_step:
            self.canvas.reveal(ids[0])

    # --- asking ------------------------------------------------------------------------------

    def _on_asked(self, expressions: tuple[str, ...]) -> None:
        item = self._session.workspace.current
        if item is not None and self._session.asking.ask(item, expressions):
            self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_asking(self, _: Question | None = None) -> None:
        """The strip under the line: the running question, or what is known of this item."""
        question = self._session.asking.running
        if question is not None:
            self.bar.show_running(self._running_text(question, ""))
            return
        contents = self._session.showing.contents
        text = bar_summary(contents)
        if self._session.workspace.current is None:
            self.bar.show_hint("")
        elif text:
            self.bar.show_answer(text, open_proposals=len(contents.pending))
        else:
            self.bar.show_hint(self.tr("Enter asks the model. R draws a box by hand. N says that it is not there."))

    def _running_text(self, question: Question, note: str) -> str:
        asked = "; ".join(question.expressions)
        current = self._session.workspace.current
        name = question.item.path.rsplit("/", 1)[-1]
        where = "" if current is not None and current.id == question.item.id else f"  ·  {name}"
        loading = self._session.models.state != "ready"
        return (
            note or (self.tr("Loading the model for") if loading else self.tr("Looking for"))
        ) + f"  “{asked}”{where}"

    def _on_progress(self, progress: Progress) -> None:
        question = self._session.asking.running
        if question is not None:
            self.bar.show_progress(progress, self._running_text(question, progress.note and f"{progress.note}  ·"))

    def _on_answered(self, answer: Answer) -> None:
        workspace = self._session.workspace
        current = workspace.current
        if workspace.project is not None:
            self.bar.set_known(workspace.project.known_expressions())
        if current is not None and current.id == answer.query.media_id:
            self._session.editing.select_first_pending()
            return
        item = workspace.item(answer.query.media_id)
        if item is not None:
            name = item.path.rsplit("/", 1)[-1]
            self._session.notices.hint(f"{name}: {answer_lines(answer)}")

    def _on_stopped(self, question: Question) -> None:
        self._show_asking()
        self._session.notices.hint(self.tr("Stopped looking for “{text}”").format(text="; ".join(question.expressions)))

    # --- what a person does ------------------------------------------------------------------

    def _on_drawn(self, box: Box) -> None:
        if not self._is_in_step:
            return
        expressions = self.bar.expressions
        if len(expressions) == 1:
            self._session.editing.draw(box, expressions)
        else:
            self.words_wanted.emit(box, "")

    def _on_box_changed(self, box_id: str, box: Box) -> None:
        if self._is_in_step:
            self._session.editing.move(box_id, box)

    def _on_boxes_changed(self, boxes: dict[str, Box]) -> None:
        if self._is_in_step:
            self._session.editing.move_several(boxes)

    def _on_edit(self, box_id: str) -> None:
        contents = self._session.showing.contents
        if contents.annotation(box_id) is not None:
            self.words_wanted.emit(None, box_id)
        elif contents.proposal(box_id) is not None:
            self._session.notices.hint(self.tr("Accept the proposal first (Ctrl+Enter), then edit its words"))

    def edit_selected(self) -> None:
        """Edit the words of the selected annotation."""
        ids = self._session.selection.ids
        if len(ids) == 1:
            self._on_edit(ids[0])
        else:
            self._session.notices.hint(self.tr("Select one annotation to edit its words"))

    def mark_absent(self, expressions: Sequence[str] = ()) -> None:
        """Say that something is not there: what stands in the bar, else what the selection or last answer is about."""
        contents, selected = self._session.showing.contents, self._session.selection.ids
        wanted = list(expressions) or list(self.bar.expressions)
        if not wanted:
            wanted = [p.answer.query.expression for p in contents.pending if p.proposal.id in selected]
        if not wanted:
            wanted = [answer.query.expression for answer in contents.answers if answer.present is False][-1:]
        if len(wanted) > 1:  # of several, those that somebody or the model has found may well be there
            found = {text.casefold() for item in contents.annotations for text in item.expressions}
            found |= {pending.answer.query.expression.casefold() for pending in contents.pending}
            wanted = [text for text in wanted if text.casefold() not in found] or wanted
        if wanted:
            self._session.editing.mark_absent(wanted)
        else:
            self._session.notices.hint(self.tr("Type what is not there, then press N outside the line"))

    def set_tool(self, tool: str) -> None:
        """`select` or `draw`."""
        if tool == "draw" and not self._session.workspace.writable:
            self._session.notices.hint(self.tr("The project is read-only: nothing can be drawn"))
            tool = "select"
        self.canvas.set_tool("draw" if tool == "draw" else "select")
        self._show_tool()
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

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
        if self.canvas.cancel_drag() or session.showing.dismiss() or session.asking.cancel():
            return
        if session.chatting.cancel():
            return
        if session.selection.ids:
            session.selection.set(())
        elif self.bar.edit.hasFocus():
            self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def changeEvent(self, event: QEvent) -> None:
        """The banner is painted in the colours of the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_banner"):
            self._paint_banner()

    def showEvent(self, event: QShowEvent) -> None:
        """The colours are known now."""
        super().showEvent(event)
        self._paint_banner()
        if not self._is_arranged:
            QTimer.singleShot(0, self, self._arrange)  # widths are known once the layout has been done

    def _paint_banner(self) -> None:
        named = theme.colours(self.palette())
        wanted = f"#read_only_banner {{ background: {named.sunken}; border-bottom: 2px solid {named.warning}; }}"
        if self._banner.styleSheet() != wanted:
            self._banner.setStyleSheet(wanted)
