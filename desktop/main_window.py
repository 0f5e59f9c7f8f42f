"""The window: start page or desk, menus, status bar, messages. It composes, and opens the dialogs; nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QByteArray, Qt, QUrl
from PySide6.QtGui import QAction, QCloseEvent, QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QMainWindow, QMessageBox, QStackedWidget

from core import about
from core.files import home, log_dir
from core.jobs import JobContext, Progress
from core.media.kinds import AUDIO_SUFFIXES, IMAGE_SUFFIXES, VIDEO_SUFFIXES
from core.schema import Box, Change
from core.workflows.sample import open_sample
from desktop import icons
from desktop.actions import Actions, Need, tool_tip
from desktop.desk import Desk
from desktop.dialogs.export import ExportDialog
from desktop.dialogs.import_ import ImportDialog
from desktop.dialogs.model import ModelDialog
from desktop.dialogs.preferences import PreferencesDialog
from desktop.dialogs.shortcuts import ShortcutsDialog
from desktop.dialogs.words import WordsDialog
from desktop.menus import Menus
from desktop.panels.messages import MessageStack
from desktop.panels.start_page import StartPage
from desktop.panels.status import StatusBar
from desktop.runner import Callbacks, Priority
from desktop.session.gathering import PROJECT_SUFFIX
from desktop.session.session import Session
from desktop.session.transfer import format_choices

WAYS_IN = ("open_folder", "open_files", "new_project", "open_project", "open_sample")


class MainWindow(QMainWindow):
    """One window, at most one project."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.setWindowIcon(icons.app_icon())
        self.setMinimumSize(720, 480)
        self.setAcceptDrops(True)
        self._session = session
        self._commands = Actions(self)
        self.desk = Desk(session, self._commands, self)
        self.start_page = StartPage([self._commands[name] for name in WAYS_IN], self)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.start_page)
        self._pages.addWidget(self.desk)
        self.setCentralWidget(self._pages)
        panels = [self.desk.items_dock.toggleViewAction(), self.desk.objects_dock.toggleViewAction()]
        self._menus = Menus(self.menuBar(), self._commands, panels)
        self._status = StatusBar(self)
        self.setStatusBar(self._status)
        self._messages = MessageStack(self._pages)
        self._join_commands()
        self._join_session()
        self._restore_geometry()
        self._show_page()
        self._show_model()

    # --- joining -----------------------------------------------------------------------------

    def _join_commands(self) -> None:
        session, desk, editing = self._session, self.desk, self._session.editing
        does: dict[str, Callable[[], object]] = {
            "new_project": self._new_project,
            "open_project": self._open_project,
            "open_sample": self._open_sample,
            "close_project": session.workspace.close,
            "open_files": self._open_files,
            "open_folder": self._open_folder,
            "import": self._import,
            "export": self._export,
            "preferences": self._edit_preferences,
            "quit": self.close,
            "undo": editing.undo,
            "redo": editing.redo,
            "edit_label": desk.edit_selected,
            "delete": editing.delete_selected,
            "select_tool": lambda: desk.set_tool("select"),
            "draw_tool": desk.toggle_draw,
            "focus_ask": desk.bar.focus,
            "accept": editing.accept_selected,
            "accept_all": editing.accept_all,
            "reject": editing.reject_selected,
            "reject_all": editing.reject_all,
            "not_present": desk.mark_absent,
            "restore": session.showing.restore_dismissed,
            "cancel": desk.cancel,
            "next": lambda: session.workspace.step(1),
            "previous": lambda: session.workspace.step(-1),
            "fit": desk.canvas.fit,
            "actual_size": desk.canvas.actual_size,
            "zoom_in": desk.canvas.zoom_in,
            "zoom_out": desk.canvas.zoom_out,
            "reload": session.pictures.reload,
            "theme_system": lambda: session.preferences.set("appearance.theme", "system"),
            "theme_light": lambda: session.preferences.set("appearance.theme", "light"),
            "theme_dark": lambda: session.preferences.set("appearance.theme", "dark"),
            "choose_model": self._choose_model,
            "shortcuts": self._show_shortcuts,
            "show_logs": lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_dir()))),
            "about": self._show_about,
        }
        for command_id, act in does.items():
            self._commands[command_id].triggered.connect(lambda _=False, act=act: act())
        self._commands["theme_" + session.preferences.get("appearance.theme")].setChecked(True)
        self._commands["select_tool"].setChecked(True)

    def _join_session(self) -> None:
        session = self._session
        session.notices.posted.connect(self._messages.post)
        session.notices.hinted.connect(self._status.show_hint)
        session.editing.done.connect(self._status.show_hint)
        workspace = session.workspace
        workspace.opened.connect(self._on_project)
        workspace.closed.connect(self._on_project)
        workspace.current_changed.connect(self._show_item)
        workspace.items_added.connect(self._show_item)
        workspace.items_reset.connect(self._show_item)
        workspace.changed.connect(self._on_change)
        workspace.answers_changed.connect(lambda _: self._show_saved(datetime.now().astimezone()))
        workspace.refreshed.connect(self._show_available)
        session.showing.changed.connect(lambda _: self._show_available())
        session.selection.changed.connect(self._show_available)
        session.models.changed.connect(self._show_model)
        session.gathering.progressed.connect(self._on_gathering)
        session.gathering.finished.connect(self._on_gathered)
        session.preferences.changed.connect(lambda _: self._show_person())
        self.desk.words_wanted.connect(self._ask_words)
        self.desk.zoom_changed.connect(self._status.show_zoom)
        self.start_page.recent_chosen.connect(session.workspace.open)
        self._menus.recent_chosen.connect(session.workspace.open)
        self._status.model_clicked.connect(self._choose_model)
        self._status.person_clicked.connect(self._edit_preferences)

    # --- what is shown -----------------------------------------------------------------------

    def _on_project(self) -> None:
        self._show_page()
        self._show_item()
        project = self._session.workspace.project
        if project is None:
            self._status.show_hint("")
            self._status.show_saved("", good=True)
            self._status.show_zoom(None)
        elif project.read_only:
            self._status.show_saved(self.tr("Read-only"), good=False)
        else:
            self._show_saved(datetime.fromtimestamp(project.path.stat().st_mtime, tz=UTC).astimezone())

    def _show_page(self) -> None:
        workspace = self._session.workspace
        project = workspace.project
        recent = self._session.preferences.recent_projects()
        self.start_page.set_recent(recent)
        self._menus.set_recent(recent)
        self._pages.setCurrentWidget(self.start_page if project is None else self.desk)
        name = "" if project is None else project.path.stem
        if project is not None and project.read_only:
            name = self.tr("{name} (read-only)").format(name=name)
        self.setWindowTitle(f"{name} – GroundLabel" if name else "GroundLabel")
        self._show_person()
        self._show_available()

    def _show_item(self) -> None:
        workspace = self._session.workspace
        item = workspace.current
        self._show_available()
        if item is None:
            self._status.show_item(-1, 0, "", "")
            return
        size = f"{item.width} × {item.height}" if item.width and item.height else ""
        self._status.show_item(workspace.current_row, len(workspace.items), item.path, size)

    def _on_change(self, change: Change) -> None:
        at = datetime.fromisoformat(change.at) if change.at else datetime.now(UTC)
        self._show_saved(at.astimezone())
        self._show_available()

    def _show_saved(self, at: datetime) -> None:
        self._status.show_saved(self.tr("Saved {time}").format(time=at.strftime("%H:%M:%S")), good=True)

    def _show_available(self) -> None:
        """Which commands would do something now, and what undo and redo would do."""
        workspace, contents = self._session.workspace, self._session.showing.contents
        writable = workspace.project if workspace.writable else None
        titles = {
            "undo": (self.tr("&Undo"), writable.undo_title() if writable is not None else None),
            "redo": (self.tr("&Redo"), writable.redo_title() if writable is not None else None),
        }
        for command_id, (word, title) in titles.items():
            action = self._commands[command_id]
            action.setText(f"{word} {title.replace('&', '&&')}" if title else word)
            action.setToolTip(tool_tip(action))
        there_is: dict[Need, object] = {
            "project": workspace.project is not None,
            "writable": workspace.writable,
            "item": workspace.current is not None,
            "editable": writable is not None and workspace.current is not None,
            "selection": writable is not None and self._session.selection.ids,
            "proposals": writable is not None and contents.pending,
            "put_away": contents.put_away,
            "undo": titles["undo"][1],
            "redo": titles["redo"][1],
        }
        self._commands.set_available({need for need, found in there_is.items() if found})

    def _show_model(self) -> None:
        models = self._session.models
        self._status.show_model(models.name, models.device, models.state, models.info, bundled=models.is_bundled)

    def _show_person(self) -> None:
        self._status.show_person(self._session.workspace.author)

    def _on_gathering(self, progress: Progress) -> None:
        if progress.total:
            text = self.tr("Adding {done} of {total}…").format(done=progress.done, total=progress.total)
        else:
            text = self.tr("Looking for pictures…")
        self._status.show_hint(text)

    def _on_gathered(self, count: int) -> None:
        text = self.tr("1 item added") if count == 1 else self.tr("{count} items added").format(count=count)
        self._status.show_hint(text if count else self.tr("Nothing new to add"))

    # --- projects and files ------------------------------------------------------------------

    def _file_dialog(
        self, title: str, name: str, mode: QFileDialog.FileMode, chosen: Callable[[list[Path]], object]
    ) -> None:
        """A file dialog that blocks nothing; `chosen` gets the list of paths."""
        project = self._session.workspace.project
        dialog = QFileDialog(self, title, str(project.path.parent) if project is not None else str(Path.home()))
        dialog.setObjectName(name)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(mode)
        projects = self.tr("Projects") + f" (*{PROJECT_SUFFIX})"
        if mode is QFileDialog.FileMode.ExistingFiles:
            suffixes = sorted({*IMAGE_SUFFIXES, *VIDEO_SUFFIXES, *AUDIO_SUFFIXES})
            media = self.tr("Media") + " (" + " ".join(f"*{suffix}" for suffix in suffixes) + ")"
            dialog.setNameFilters([media, self.tr("All files") + " (*)"])
        elif mode is QFileDialog.FileMode.ExistingFile:
            dialog.setNameFilters([projects, self.tr("All files") + " (*)"])
        elif mode is QFileDialog.FileMode.AnyFile:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setNameFilters([projects])
            dialog.setDefaultSuffix(PROJECT_SUFFIX.lstrip("."))
        dialog.filesSelected.connect(lambda files: chosen([Path(file) for file in files]))
        dialog.open()

    def _new_project(self) -> None:
        def make(paths: list[Path]) -> None:
            path = paths[0]
            self._session.workspace.create(
                path if path.suffix == PROJECT_SUFFIX else path.with_name(path.name + PROJECT_SUFFIX)
            )

        self._file_dialog(self.tr("New project"), "new_project_dialog", QFileDialog.FileMode.AnyFile, make)

    def _open_project(self) -> None:
        title, mode = self.tr("Open a project"), QFileDialog.FileMode.ExistingFile
        self._file_dialog(title, "open_project_dialog", mode, lambda paths: self._session.workspace.open(paths[0]))

    def _open_files(self) -> None:
        title, mode = self.tr("Open files"), QFileDialog.FileMode.ExistingFiles
        self._file_dialog(title, "open_files_dialog", mode, self._session.gathering.take)

    def _open_folder(self) -> None:
        title, mode = self.tr("Open a folder"), QFileDialog.FileMode.Directory
        self._file_dialog(title, "open_folder_dialog", mode, self._session.gathering.take)

    def _open_sample(self) -> None:
        session = self._session

        def task(_: JobContext) -> Path:
            return open_sample(home() / "sample", author=session.workspace.author)

        callbacks = Callbacks(done=session.workspace.open, failed=session.notices.error)
        session.runner.submit("files", task, callbacks, priority=Priority.NOW)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and folders are welcome anywhere."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """A project is opened, media and folders are added."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self._session.gathering.take(paths)

    # --- dialogs -----------------------------------------------------------------------------

    def _ask_words(self, box: Box | None, annotation_id: str) -> None:
        """For a box that was just drawn, or an annotation that is to be called something else."""
        project = self._session.workspace.project
        if project is None:
            return
        editing, contents = self._session.editing, self._session.showing.contents
        annotation = contents.annotation(annotation_id)

        def label_for(expression: str) -> str:
            known = project.label_for(expression)
            return known.name if known is not None else expression

        labels = sorted(contents.labels.values(), key=lambda label: label.number)
        own = contents.labels.get(annotation.label_id) if annotation is not None else None
        dialog = WordsDialog(
            self.tr("What is this?") if annotation is None else self.tr("Edit expression and label"),
            expressions=annotation.expressions if annotation is not None else (editing.last_expression,),
            label=None if annotation is None else (own.name if own is not None else ""),
            known=project.known_expressions(),
            labels=[label.name for label in labels],
            label_for=label_for,
            parent=self,
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        media_id = contents.media_id

        def take() -> None:
            if self._session.showing.contents.media_id != media_id:
                return
            if box is not None:
                editing.draw(box, dialog.expressions)
            else:
                editing.rename(annotation_id, dialog.expressions, dialog.label)

        dialog.accepted.connect(take)
        dialog.rejected.connect(self._session.showing.refresh)  # takes the frame away that was only drawn
        dialog.open()

    def _export(self) -> None:
        project, transfer = self._session.workspace.project, self._session.transfer
        if project is None:
            return
        annotations, verdicts = len(project.annotations()), project.verdicts()
        absent = sum(verdict.kind == "not_present" for verdict in verdicts)
        summary = self.tr("{media} items  ·  {annotations} annotations  ·  {absent} × not present").format(
            media=project.media_count(), annotations=annotations, absent=absent
        )
        dialog = ExportDialog(format_choices(), project.path, summary, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.wanted.connect(transfer.export)
        dialog.stop_wanted.connect(transfer.cancel)
        transfer.progressed.connect(dialog.show_progress)
        transfer.exported.connect(lambda report, _: dialog.show_report(report), Qt.ConnectionType.AutoConnection)
        transfer.failed.connect(dialog.show_error)
        dialog.open()

    def _import(self) -> None:
        project, transfer = self._session.workspace.project, self._session.transfer
        if project is None:
            return
        dialog = ImportDialog(format_choices(), project.path.parent, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.wanted.connect(transfer.bring_in)
        dialog.stop_wanted.connect(transfer.cancel)
        transfer.progressed.connect(dialog.show_progress)
        transfer.imported.connect(dialog.show_report)
        transfer.failed.connect(dialog.show_error)
        dialog.open()

    def _choose_model(self) -> None:
        models = self._session.models
        dialog = ModelDialog(models.choices(), models.model, models.device, models.info, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: models.choose(dialog.model, dialog.device))
        dialog.open()

    def _edit_preferences(self) -> None:
        preferences = self._session.preferences
        dialog = PreferencesDialog(preferences.get("person.name"), preferences.get("appearance.theme"), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def take() -> None:
            preferences.set("person.name", dialog.name)
            preferences.set("appearance.theme", dialog.scheme)
            self._commands["theme_" + dialog.scheme].setChecked(True)
            self._session.workspace.set_author(dialog.name)
            self._show_person()

        dialog.accepted.connect(take)
        dialog.open()

    def _show_shortcuts(self) -> None:
        actions = [action for action in self.findChildren(QAction) if action.objectName().startswith("action_")]
        mouse = (
            (self.tr("Zoom at the pointer"), self.tr("Wheel")),
            (self.tr("Move the picture"), self.tr("Middle button, or Space and drag")),
            (self.tr("Edit the words of a box"), self.tr("Double click, or Enter")),
            (self.tr("Move a selected box by 1 or 10 pixels"), self.tr("Arrows, Shift + arrows")),
            (self.tr("Select several"), self.tr("Shift or Ctrl + click, or drag a frame")),
        )
        dialog = ShortcutsDialog(actions, mouse, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _show_about(self) -> None:
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(self.tr("About GroundLabel"))
        box.setIconPixmap(icons.app_icon().pixmap(64, 64))
        box.setText(f"<b>{about.title()}</b>")
        box.setInformativeText(
            self.tr(
                "Say in words what you look for, correct what the model finds, and train it on your corrections."
                " Everything stays on this machine. Licence: Apache-2.0."
            )
        )
        box.open()

    # --- the window itself -------------------------------------------------------------------

    def _restore_geometry(self) -> None:
        preferences = self._session.preferences
        geometry = preferences.get("window.geometry")
        if not (geometry and self.restoreGeometry(QByteArray.fromBase64(geometry.encode("ascii", "ignore")))):
            room = self.screen().availableGeometry()
            self.resize(min(1320, room.width() - 40), min(860, room.height() - 60))
        self.desk.restore_layout(preferences.get("window.state"))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing is unsaved: remember the place, and go."""
        self.desk.remember_place()
        preferences = self._session.preferences
        preferences.set("window.geometry", bytes(self.saveGeometry().toBase64().data()).decode("ascii"))
        preferences.set("window.state", self.desk.layout_state())
        super().closeEvent(event)
