"""Opens each dialog over the window, and passes on what was decided in it. None of them blocks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFileDialog, QMainWindow, QMessageBox

from core import about
from core.files import home
from core.jobs import JobContext
from core.media.kinds import AUDIO_SUFFIXES, IMAGE_SUFFIXES, VIDEO_SUFFIXES
from core.schema import Region
from core.workflows.sample import open_sample
from desktop import icons
from desktop.actions import COMMANDS, Actions
from desktop.dialogs.export import ExportDialog
from desktop.dialogs.find_moved import FindMovedDialog
from desktop.dialogs.import_ import ImportDialog
from desktop.dialogs.keys_page import KeysPage
from desktop.dialogs.preferences import KEYS, PreferencesDialog
from desktop.dialogs.shortcuts import ShortcutsDialog
from desktop.dialogs.words import WordsDialog
from desktop.key_desk import KeyDesk
from desktop.runner import Callbacks, Priority
from desktop.session.gathering import PROJECT_SUFFIX
from desktop.session.session import Session
from desktop.session.transfer import format_choices


class Dialogs(QObject):
    """One method for each dialog."""

    def __init__(self, session: Session, commands: Actions, keys: KeyDesk, window: QMainWindow) -> None:
        super().__init__(window)
        self._session = session
        self._commands = commands
        self._keys = keys
        self._window = window

    # --- projects and files ------------------------------------------------------------------

    def _file_dialog(
        self, title: str, name: str, mode: QFileDialog.FileMode, chosen: Callable[[list[Path]], object]
    ) -> None:
        """A file dialog that blocks nothing; `chosen` gets the list of paths."""
        project = self._session.workspace.project
        dialog = QFileDialog(self._window, title, str(project.path.parent) if project is not None else str(Path.home()))
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

    def new_project(self) -> None:
        def make(paths: list[Path]) -> None:
            path = paths[0]
            self._session.workspace.create(
                path if path.suffix == PROJECT_SUFFIX else path.with_name(path.name + PROJECT_SUFFIX)
            )

        self._file_dialog(self.tr("New project"), "new_project_dialog", QFileDialog.FileMode.AnyFile, make)

    def open_project(self) -> None:
        title, mode = self.tr("Open a project"), QFileDialog.FileMode.ExistingFile
        self._file_dialog(title, "open_project_dialog", mode, lambda paths: self._session.workspace.open(paths[0]))

    def open_files(self) -> None:
        title, mode = self.tr("Open files"), QFileDialog.FileMode.ExistingFiles
        self._file_dialog(title, "open_files_dialog", mode, self._session.gathering.take)

    def open_pair(self) -> None:
        title, mode = self.tr("Open a picture with its sound: choose both"), QFileDialog.FileMode.ExistingFiles
        self._file_dialog(title, "open_pair_dialog", mode, self._session.gathering.add_pair)

    def open_folder(self) -> None:
        title, mode = self.tr("Open a folder"), QFileDialog.FileMode.Directory
        self._file_dialog(title, "open_folder_dialog", mode, self._session.gathering.take)

    def open_sample(self, then: Callable[[], object] = lambda: None) -> None:
        """Open the sample project, made anew where it is not there; `then` is called once it is open."""
        session = self._session

        def task(_: JobContext) -> Path:
            return open_sample(home() / "sample", author=session.workspace.author)

        def done(path: Path) -> None:
            if session.workspace.open(path):
                then()

        callbacks = Callbacks(done=done, failed=session.notices.error)
        session.runner.submit("files", task, callbacks, priority=Priority.NOW)

    # --- dialogs -----------------------------------------------------------------------------

    def ask_words(self, box: Region | None, annotation_id: str) -> None:
        """For a region that was just drawn, or an annotation that is to be called something else."""
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
            parent=self._window,
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

    def ask_words_of_several(self, ids: list[str]) -> None:
        """For annotations that are to be called alike: what they do not share is left open, and kept if left so."""
        project, contents = self._session.workspace.project, self._session.showing.contents
        chosen = contents.chosen(ids)
        if project is None or not chosen:
            return
        said = {annotation.expressions for annotation in chosen}
        owned = {annotation.label_id for annotation in chosen}
        own = contents.labels.get(next(iter(owned))) if len(owned) == 1 else None
        labels = sorted(contents.labels.values(), key=lambda label: label.number)

        def label_for(expression: str) -> str:
            known = project.label_for(expression)
            return known.name if known is not None else expression

        dialog = WordsDialog(
            self.tr("Edit {n} annotations").format(n=len(chosen)),
            expressions=next(iter(said)) if len(said) == 1 else (),
            label=own.name if own is not None else "",
            known=project.known_expressions(),
            labels=[label.name for label in labels],
            label_for=label_for,
            may_keep=True,
            parent=self._window,
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        media_id = contents.media_id

        def take() -> None:
            if self._session.showing.contents.media_id == media_id:
                self._session.editing.rename_several(ids, dialog.expressions, dialog.label)

        dialog.accepted.connect(take)
        dialog.open()

    def export(self) -> None:
        project, transfer = self._session.workspace.project, self._session.transfer
        if project is None:
            return
        annotations, verdicts = len(project.every_annotation()), project.every_verdict()
        absent = sum(verdict.kind == "not_present" for verdict in verdicts)
        summary = self.tr("{media} items  ·  {annotations} annotations  ·  {absent} × not present").format(
            media=f"{project.media_count():,}", annotations=f"{annotations:,}", absent=f"{absent:,}"
        )
        dialog = ExportDialog(format_choices(), project.path, summary, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.wanted.connect(transfer.export)
        dialog.look_wanted.connect(transfer.look_at_export)
        transfer.export_looked.connect(dialog.show_preview)
        dialog.stop_wanted.connect(transfer.cancel)
        transfer.progressed.connect(dialog.show_progress)
        transfer.exported.connect(lambda report, _: dialog.show_report(report), Qt.ConnectionType.AutoConnection)
        transfer.failed.connect(dialog.show_error)
        dialog.open()

    def import_(self) -> None:
        project, transfer = self._session.workspace.project, self._session.transfer
        if project is None:
            return
        dialog = ImportDialog(format_choices(), project.path.parent, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.wanted.connect(transfer.bring_in)
        dialog.look_wanted.connect(transfer.look)
        transfer.looked.connect(dialog.show_preview)
        dialog.stop_wanted.connect(transfer.cancel)
        transfer.progressed.connect(dialog.show_progress)
        transfer.imported.connect(dialog.show_report)
        transfer.failed.connect(dialog.show_error)
        dialog.open()

    def find_moved(self) -> None:
        project, relinking = self._session.workspace.project, self._session.relinking
        if project is None:
            return
        dialog = FindMovedDialog(project.path.parent, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.look_wanted.connect(relinking.look)
        dialog.relink_wanted.connect(relinking.apply)
        dialog.stop_wanted.connect(relinking.cancel)
        relinking.progressed.connect(dialog.show_progress)
        relinking.found.connect(dialog.show_plan)
        relinking.failed.connect(dialog.show_error)
        dialog.open()

    def choose_model(self) -> None:
        from desktop.dialogs.models import ModelsDialog  # brings the network along, which the window opens without

        if self._window.findChild(ModelsDialog) is not None:
            return
        dialog = ModelsDialog(self._session.model_store, self._session.models, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def edit_preferences(self) -> None:
        self._open_preferences()

    def edit_keys(self) -> None:
        self._open_preferences(KEYS)

    def _open_preferences(self, page: str = "") -> None:
        names = {command.id: str(self._commands[command.id].property("command")) for command in COMMANDS}
        keys = KeysPage(self._keys, names, self._menu_keys())
        dialog = PreferencesDialog(self._session.preferences, keys, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open_at(page)

    def _menu_keys(self) -> dict[str, str]:
        """The Alt keys that open menus, with the titles of these."""
        titles = [action.text() for action in self._window.menuBar().actions()]
        found = ((QKeySequence.mnemonic(title), title.replace("&", "")) for title in titles)
        return {keys.toString(QKeySequence.SequenceFormat.PortableText): title for keys, title in found}

    def show_shortcuts(self) -> None:
        actions = [self._commands[command.id] for command in COMMANDS]
        mouse = (
            (self.tr("Zoom at the pointer"), self.tr("Wheel")),
            (self.tr("Move the picture"), self.tr("Middle button, or Space and drag")),
            (self.tr("Edit the words of a box"), self.tr("Double click, or Enter")),
            (self.tr("Zoom the timeline, move along it"), self.tr("Wheel, Shift + wheel or middle button")),
            (self.tr("Make a segment, snap to where sound begins and ends"), self.tr("Drag, Alt + drag")),
            (self.tr("Play a segment"), self.tr("Double click")),
            (self.tr("Draw a box by keys"), self.tr("Arrows, Enter, arrows, Enter while drawing")),
            (self.tr("What can be done here"), self.tr("Right click, or the menu key")),
            (self.tr("Select several"), self.tr("Shift or Ctrl + click, or drag a frame")),
        )
        dialog = ShortcutsDialog(actions, mouse, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.change_wanted.connect(self.edit_keys)
        dialog.open()

    def show_diagnostics(self) -> None:
        from desktop.dialogs.diagnostics import DiagnosticsDialog  # as above: the checks come with it

        if self._window.findChild(DiagnosticsDialog) is not None:
            return
        diagnostics = self._session.diagnostics
        dialog = DiagnosticsDialog(self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.save_wanted.connect(diagnostics.save)
        dialog.rejected.connect(diagnostics.cancel)
        diagnostics.collected.connect(dialog.show_bundle)
        diagnostics.saved.connect(dialog.show_saved)
        diagnostics.failed.connect(dialog.show_error)
        diagnostics.collect()
        dialog.open()

    def show_about(self) -> None:
        box = QMessageBox(self._window)
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
