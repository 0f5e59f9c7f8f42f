"""The window: start page or desk, menus, status bar, messages. It composes; nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget

from core.files import log_dir
from core.jobs import Progress
from core.schema import Change
from desktop import core_words, icons
from desktop.actions import Actions, Need, tool_tip
from desktop.desk import Desk
from desktop.dialog_opening import Dialogs
from desktop.help_dialogs import HelpDialogs
from desktop.key_desk import KeyDesk
from desktop.layout_memory import LayoutMemory
from desktop.menus import Menus
from desktop.panels.messages import MessageStack
from desktop.panels.start_page import StartPage
from desktop.panels.status import StatusBar
from desktop.record_dialogs import RecordDialogs
from desktop.session.session import Session
from desktop.teaching_dialogs import TeachingDialogs
from desktop.tour import Tour

WAYS_IN = ("open_folder", "open_files", "new_project", "open_project", "open_sample", "tour")


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
        self._keys = KeyDesk(session.preferences, self._commands, self)
        self._dialogs = Dialogs(session, self._commands, self._keys, self)
        self._records = RecordDialogs(session, self)
        self._teaching = TeachingDialogs(session, self)
        self._help = HelpDialogs(session, self)
        self.desk = Desk(session, self._commands, self)
        self.start_page = StartPage([self._commands[name] for name in WAYS_IN], self)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.start_page)
        self._pages.addWidget(self.desk)
        self.setCentralWidget(self._pages)
        panels = [
            self.desk.items_dock.toggleViewAction(),
            self.desk.objects_dock.toggleViewAction(),
            self._commands["chat"],
        ]
        self._menus = Menus(self.menuBar(), self._commands, panels)
        self._status = StatusBar(self)
        self.setStatusBar(self._status)
        self._messages = MessageStack(self._pages)
        self.tour = Tour(session, self.desk, self._status.model_button, self._dialogs.open_sample, self)
        self._join_commands()
        self._join_session()
        watched = (self, self.desk.items_dock, self.desk.objects_dock, self.desk.objects, self.desk.chat_dock)
        self._layout_memory = LayoutMemory(session.preferences, watched, self.desk.arrangement.as_text, self)
        self._layout_memory.restore_geometry()
        self.desk.arrangement.restore(session.preferences.get("window.state"))
        self._show_page()
        self._show_model()

    # --- joining -----------------------------------------------------------------------------

    def _join_commands(self) -> None:
        does = {
            **self._what_dialogs_do(),
            **self._what_the_desk_does(),
            **self.desk.video.commands(),
            **self.desk.time.commands(),
        }
        for command_id, act in does.items():
            self._commands[command_id].triggered.connect(lambda _=False, act=act: act())
        in_no_menu = [f"digit_{digit}" for digit in range(10)] + ["context_menu"]
        self.addActions([self._commands[name] for name in in_no_menu])
        self._show_theme("appearance.theme")
        self._commands["select_tool"].setChecked(True)

    def _what_dialogs_do(self) -> dict[str, Callable[[], object]]:
        """Commands of files, of what is set and taught, and of help."""
        session, dialogs = self._session, self._dialogs
        return {
            "new_project": dialogs.new_project,
            "open_project": dialogs.open_project,
            "open_sample": dialogs.open_sample,
            "close_project": session.workspace.close,
            "open_files": dialogs.open_files,
            "open_folder": dialogs.open_folder,
            "open_pair": dialogs.open_pair,
            "import": dialogs.import_,
            "export": dialogs.export,
            "preferences": dialogs.edit_preferences,
            "keys": dialogs.edit_keys,
            "quit": self.close,
            "find_moved": dialogs.find_moved,
            "labels": self._records.show_labels,
            "attributes": self._records.show_attributes,
            "history": self._records.show_history,
            "theme_system": lambda: session.preferences.set("appearance.theme", "system"),
            "theme_light": lambda: session.preferences.set("appearance.theme", "light"),
            "theme_dark": lambda: session.preferences.set("appearance.theme", "dark"),
            "choose_model": dialogs.choose_model,
            "improve": self._teaching.improve,
            "versions": self._teaching.versions,
            "effort": self._teaching.effort,
            "tour": self.tour.begin,
            "shortcuts": dialogs.show_shortcuts,
            "check_installation": self._help.check_installation,
            "report_fault": dialogs.show_diagnostics,
            "show_logs": lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_dir()))),
            "about": dialogs.show_about,
        }

    def _what_the_desk_does(self) -> dict[str, Callable[[], object]]:
        """Commands of the work itself: words and boxes, answers, going from item to item, the view."""
        session, desk, editing = self._session, self.desk, self._session.editing
        return {
            "undo": editing.undo,
            "redo": editing.redo,
            "edit_label": desk.hand.edit_selected,
            "delete": editing.delete_selected,
            "select_tool": lambda: desk.set_tool("select"),
            "draw_tool": desk.toggle_draw,
            "focus_ask": desk.bar.focus,
            "ask_selected": desk.asking.ask_selected,
            "ask_all": desk.asking.ask_all,
            "chat": desk.chat.toggle,
            "accept": editing.accept_selected,
            "accept_all": editing.accept_all,
            "reject": editing.reject_selected,
            "reject_all": editing.reject_all,
            "not_present": desk.hand.mark_absent,
            "restore": session.showing.restore_dismissed,
            "cancel": desk.cancel,
            "next": lambda: session.workspace.step(1),
            "previous": lambda: session.workspace.step(-1),
            "next_unreviewed": lambda: session.filtering.step_unreviewed(1),
            "previous_unreviewed": lambda: session.filtering.step_unreviewed(-1),
            "mark_done": lambda: editing.mark("done", desk.items.chosen_ids),
            "mark_review": lambda: editing.mark("needs_review", desk.items.chosen_ids),
            "filter_items": desk.find_items,
            **{f"digit_{digit}": partial(desk.hand.choose_digit, digit) for digit in range(10)},
            "fit": desk.fit,
            "actual_size": desk.canvas.actual_size,
            "zoom_in": lambda: desk.zoom(closer=True),
            "zoom_out": lambda: desk.zoom(closer=False),
            "reload": desk.reload,
            "order_by_benefit": lambda: session.queueing.set(self._commands["order_by_benefit"].isChecked()),
            "order_anew": session.queueing.work_out,
        }

    def _join_session(self) -> None:
        session = self._session
        session.notices.posted.connect(self._messages.post)
        self._messages.report_wanted.connect(self._dialogs.show_diagnostics)
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
        session.model_store.worked.connect(lambda: self._status.show_work(session.model_store.work))
        session.improving.changed.connect(self._show_teaching)
        session.queueing.changed.connect(self._commands["order_by_benefit"].setChecked)
        session.gathering.progressed.connect(self._on_gathering)
        session.gathering.finished.connect(self._on_gathered)
        session.preferences.changed.connect(lambda _: self._show_person())
        session.preferences.changed.connect(self._show_theme)
        self.desk.hand.words_wanted.connect(self._dialogs.ask_words)
        self.desk.hand.words_of_several_wanted.connect(self._dialogs.ask_words_of_several)
        self.desk.zoom_changed.connect(self._status.show_zoom)
        self.start_page.recent_chosen.connect(session.workspace.open)
        self._menus.recent_chosen.connect(session.workspace.open)
        self._status.model_clicked.connect(self._dialogs.choose_model)
        self._status.teaching_clicked.connect(self._teaching.improve)
        self._status.person_clicked.connect(self._dialogs.edit_preferences)
        session.other_windows.raise_wanted.connect(self.come_forward)

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
        for command_id, (word, change) in titles.items():
            action, title = self._commands[command_id], core_words.said(change or "")
            action.setText(f"{word} {title.replace('&', '&&')}" if title else word)
            action.setToolTip(tool_tip(action))
        there_is: dict[Need, object] = {
            "project": workspace.project is not None,
            "writable": workspace.writable,
            "item": workspace.current is not None,
            "editable": writable is not None and workspace.current is not None,
            "drawable": writable is not None and workspace.current is not None and workspace.current.kind != "audio",
            "selection": writable is not None and self._session.selection.ids,
            "proposals": writable is not None and contents.pending,
            "put_away": contents.put_away,
            "playable": workspace.current is not None and workspace.current.kind != "image",
            "keyable": writable is not None and self.desk.video.is_shown and self._session.selection.ids,
            "undo": titles["undo"][1],
            "redo": titles["redo"][1],
        }
        self._commands.set_available({need for need, found in there_is.items() if found})

    def _show_model(self) -> None:
        models = self._session.models
        self._status.show_model(
            models.name, models.device, models.state, models.info,
            bundled=models.is_bundled, chosen_here=models.is_followed,
        )  # fmt: skip

    def _show_teaching(self) -> None:
        improving = self._session.improving
        run = improving.run
        self._status.show_teaching(run if run is not None and (run.state != "done" or improving.is_new) else None)

    def _show_theme(self, key: str) -> None:
        if key == "appearance.theme":
            self._commands["theme_" + self._session.preferences.get(key)].setChecked(True)

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

    # --- the window itself -------------------------------------------------------------------

    def come_forward(self) -> None:
        """Somebody wants to open the project that is open here. Where no window may push itself forward, it asks to."""
        self.setWindowState((self.windowState() & ~Qt.WindowState.WindowMinimized) | Qt.WindowState.WindowActive)
        self.show()
        self.raise_()
        self.activateWindow()
        QApplication.alert(self)

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

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing is unsaved: remember the place, and go."""
        self.desk.place.remember()
        self.desk.video.remember()
        self._layout_memory.remember()
        super().closeEvent(event)
