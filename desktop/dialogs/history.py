"""The history of an item: who did what and when, what each Change did here, and going back to any state."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.project.past import Moment
from desktop import core_words, icons, theme
from desktop.dialogs.close_box import close_box
from desktop.dialogs.fitting import resize_within_screen
from desktop.elided_label import ElidedLabel
from desktop.session.differences import Source
from desktop.session.histories import Entry, Page
from desktop.tokens import SPACING

_SEQ = Qt.ItemDataRole.UserRole + 1


class HistoryDialog(QDialog):
    """Shows the pages that it asks for; says what is looked at, and what is to be restored."""

    page_wanted = Signal(object)  # number of the Change below which to go on; None for the latest
    look_wanted = Signal(object)  # Moment of an import
    shown = Signal(tuple)  # ids of the records that the chosen Change left
    restore_wanted = Signal(object)  # Moment

    def __init__(self, name: str, object_name: str, *, editable: bool, parent: QWidget | None = None) -> None:
        """`name` of the item; `object_name` of the one object that was selected, "" for none."""
        super().__init__(parent)
        self.setObjectName("history_dialog")
        self.setWindowTitle(self.tr("History"))
        resize_within_screen(self, 720, 520)
        self._entries: dict[int, Entry] = {}
        self._rows: dict[int, QTreeWidgetItem] = {}
        self._is_whole = False
        self._is_waiting = True
        self._editable = editable
        self._latest = 0
        head = QHBoxLayout()
        head.setSpacing(SPACING.m)
        title = ElidedLabel(self)
        title.setText(name)
        title.setFont(theme.font("body", bold=True))
        head.addWidget(title, 1)
        self.only = QCheckBox(self)
        self.only.setObjectName("history_only")
        self.only.setText(self.tr("Only “{name}”").format(name=_short(object_name).replace("&", "&&")))
        self.only.setToolTip(object_name)
        self.only.setVisible(bool(object_name))
        self.only.toggled.connect(lambda _: self.reload())
        head.addWidget(self.only)
        parts = QSplitter(Qt.Orientation.Vertical, self)
        parts.setChildrenCollapsible(False)
        parts.addWidget(self._build_list())
        self._preview = QPlainTextEdit(parts)
        self._preview.setObjectName("history_preview")
        self._preview.setReadOnly(True)
        self._preview.setTabChangesFocus(True)
        self._preview.setAccessibleName(self.tr("What the chosen change did"))
        parts.addWidget(self._preview)
        parts.setStretchFactor(0, 3)
        parts.setStretchFactor(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACING.l, SPACING.l, SPACING.l, SPACING.l)
        column.setSpacing(SPACING.m)
        column.addLayout(head)
        column.addWidget(parts, 1)
        column.addLayout(self._build_foot())
        self._list.setFocus()
        self._show_chosen()

    def _build_list(self) -> QTreeWidget:
        self._list = QTreeWidget(self)
        self._list.setObjectName("history_list")
        self._list.setAccessibleName(self.tr("Changes, the latest first"))
        self._list.setHeaderLabels([self.tr("When"), self.tr("Who"), self.tr("What")])
        self._list.setRootIsDecorated(False)
        self._list.setUniformRowHeights(True)
        self._list.setIconSize(QSize(16, 16))
        header = self._list.header()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self._list.currentItemChanged.connect(lambda *_: self._show_chosen())
        bar = self._list.verticalScrollBar()
        bar.valueChanged.connect(lambda _: self._go_on())
        bar.rangeChanged.connect(lambda *_: self._go_on())
        return self._list

    def _build_foot(self) -> QHBoxLayout:
        self._note = QLabel(self)
        self._note.setObjectName("history_note")
        self._note.setWordWrap(True)
        theme.set_text_role(self._note, "small", muted=True)
        buttons = close_box(self, "history_close")
        self._restore = QPushButton(icons.icon("history"), " " + self.tr("Restore this state"), self)
        self._restore.setObjectName("history_restore")
        self._restore.setAutoDefault(False)
        self._restore.clicked.connect(self._on_restore)
        foot = QHBoxLayout()
        foot.setSpacing(SPACING.s)
        foot.addWidget(self._note, 1)
        foot.addWidget(self._restore)
        foot.addWidget(buttons)
        return foot

    # --- showing -----------------------------------------------------------------------------

    def reload(self) -> None:
        """Ask for the latest Changes anew."""
        self._is_waiting = True
        self.page_wanted.emit(None)

    def show_page(self, page: Page) -> None:
        """The latest Changes, or those that follow what is shown."""
        self._is_waiting = False
        if page.first:
            chosen = self._chosen()
            self._list.clear()
            self._entries.clear()
            self._rows.clear()
            self._latest = max((entry.moment.seq for entry in page.entries), default=0)
        else:
            chosen = None
        for entry in page.entries:
            self._add(entry)
        self._is_whole = page.last
        if page.first and page.entries:
            kept = self._rows.get(chosen.moment.seq) if chosen is not None else None
            self._list.setCurrentItem(kept or self._rows[self._latest])
        self._show_chosen()
        self._go_on()

    def _add(self, entry: Entry) -> None:
        moment = entry.moment
        row = QTreeWidgetItem(self._list, [_when(moment), moment.author or "?", self._what(entry)])
        row.setData(0, _SEQ, moment.seq)
        row.setToolTip(2, row.text(2))
        self._entries[moment.seq] = entry
        self._rows[moment.seq] = row
        if moment.batch is not None and moment.undoes is None:
            row.setIcon(2, icons.icon("import", role="text_muted"))
        if moment.undone or moment.undoes is not None:
            quiet = QBrush(QColor(theme.colours(self.palette()).text_muted))
            face = self._list.font()
            face.setStrikeOut(moment.undone and moment.undoes is None)
            face.setItalic(moment.undoes is not None)
            for column in range(3):
                row.setForeground(column, quiet)
            row.setFont(2, face)

    def _what(self, entry: Entry) -> str:
        text = core_words.said(entry.moment.title)
        if len(entry.sources) == 1:
            text += "  ·  " + self._source(entry.sources[0])
        elif entry.sources:  # each has a score of its own: they stand below
            text += "  ·  " + ", ".join(dict.fromkeys(self._model(source) for source in entry.sources))
        if entry.moment.undone and entry.moment.undoes is None:
            text += "  ·  " + self.tr("undone")
        return text

    def _source(self, source: Source) -> str:
        return self._model(source) if source.score is None else f"{self._model(source)}, {source.score:.2f}"

    def _model(self, source: Source) -> str:
        return source.model_id.partition("@")[0] or self.tr("model")

    def show_looked(self, entry: Entry) -> None:
        """What an import did here, found by now."""
        if entry.moment.seq in self._entries:
            self._entries[entry.moment.seq] = entry
            self._show_chosen()

    def _chosen(self) -> Entry | None:
        row = self._list.currentItem()
        return self._entries.get(row.data(0, _SEQ)) if row is not None else None

    def _show_chosen(self) -> None:
        entry = self._chosen()
        is_past = entry is not None and (entry.moment.seq != self._latest or self.only.isChecked())
        self._restore.setEnabled(self._editable and is_past)
        self._note.setText(
            self.tr("Annotations and “no” come back as they were after the chosen change. Ctrl+Z takes that back.")
            if self._editable
            else self.tr("The project is read-only: nothing can be restored.")
        )
        if entry is None:
            waiting = self.tr("Reading the history…")
            self._preview.setPlainText(waiting if self._is_waiting else self.tr("Nothing was done on this item yet."))
            return
        if entry.lines is None:
            self._preview.setPlainText(self.tr("Looking into the import…"))
            self.look_wanted.emit(entry.moment)
            return
        told = [
            self.tr("From a proposal of {model} to “{words}”").format(
                model=self._source(source), words=source.expression
            )
            for source in entry.sources
        ]
        lines = entry.lines or (self.tr("Nothing but where the item stands in the work."),)
        self._preview.setPlainText("\n".join((*lines, *told)))
        self.shown.emit(entry.ids)

    def _go_on(self) -> None:
        """The next page, once the end is near."""
        bar = self._list.verticalScrollBar()
        if not self._is_whole and not self._is_waiting and self._entries and bar.value() >= bar.maximum() - 5:
            self._is_waiting = True
            self.page_wanted.emit(min(self._entries))

    # --- what a person does ------------------------------------------------------------------

    def _on_restore(self) -> None:
        entry = self._chosen()
        if entry is not None:
            self.restore_wanted.emit(entry.moment)


def _short(text: str, most: int = 32) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _when(moment: Moment) -> str:
    return f"{datetime.fromisoformat(moment.at).astimezone():%Y-%m-%d %H:%M:%S}" if moment.at else ""
