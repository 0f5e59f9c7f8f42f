"""The project's table of classes: number, colour, digit key, name, and the expressions that mean each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.project.acts import LABEL_COLOURS
from core.schema import Label
from desktop import icons, theme
from desktop.dialogs.close_box import close_box
from desktop.dialogs.fitting import resize_within_screen
from desktop.elided_combo import ElidedComboBox
from desktop.session.labelling import LabelRow
from desktop.tokens import SPACING, readable

_SWATCH_PX = 16
NAME_PX = 140
_ID = Qt.ItemDataRole.UserRole + 1


class LabelsDialog(QDialog):
    """Shows what it is told with `show_rows`; says what a person wants by its signals, one Change each."""

    renamed = Signal(object, str)  # Label, name
    recoloured = Signal(object, str)  # Label, colour
    mapped = Signal(str, object)  # expression, Label
    added = Signal(str)  # name
    merged = Signal(object, object)  # the Label that goes, the one that stays
    deleted = Signal(object)  # Label

    def __init__(self, rows: Sequence[LabelRow], *, editable: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("labels_dialog")
        self.setWindowTitle(self.tr("Labels"))
        resize_within_screen(self, 820, 480)
        self._rows: list[LabelRow] = []
        self._is_filling = False
        note = QLabel(
            self.tr(
                "Numbers are frozen: exports rely on them. 0 to 9 are the keys that label the selected boxes."
                " A name is changed by a double click."
            ),
            self,
        )
        note.setWordWrap(True)
        theme.set_text_role(note, "small", muted=True)
        self._editor = self._build_editor()
        body = QHBoxLayout()
        body.setSpacing(SPACING.l)
        body.addWidget(self._build_table(editable), 3)
        body.addWidget(self._editor, 2)
        buttons = close_box(self, "labels_close")
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACING.l, SPACING.l, SPACING.l, SPACING.l)
        column.setSpacing(SPACING.m)
        column.addWidget(note)
        column.addLayout(body, 1)
        column.addWidget(buttons)
        self._editor.setEnabled(editable)
        self.show_rows(rows)

    def _build_table(self, editable: bool) -> QWidget:
        holder = QWidget(self)
        self._table = QTreeWidget(holder)
        self._table.setObjectName("label_table")
        self._table.setAccessibleName(self.tr("Labels"))
        self._table.setHeaderLabels(
            [self.tr("Name"), self.tr("Number"), self.tr("Key"), self.tr("Expressions"), self.tr("Used")]
        )
        self._table.setRootIsDecorated(False)
        self._table.setUniformRowHeights(True)
        self._table.ensurePolished()  # rows are measured by the first one, which comes before the table is shown
        self._table.setIconSize(QSize(_SWATCH_PX, _SWATCH_PX))
        trigger = QAbstractItemView.EditTrigger
        self._table.setEditTriggers(
            trigger.DoubleClicked | trigger.EditKeyPressed if editable else trigger.NoEditTriggers
        )
        header = self._table.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for number in (1, 2, 3, 4):
            header.setSectionResizeMode(number, QHeaderView.ResizeMode.ResizeToContents)
        narrow = sum(header.sectionSizeHint(number) for number in (1, 2, 3, 4))
        self._table.setMinimumWidth(narrow + NAME_PX)  # names have room beside the longest headings
        self._table.currentItemChanged.connect(lambda *_: self._show_label())
        self._table.itemChanged.connect(self._on_edited)
        self._new = QLineEdit(holder)
        self._new.setObjectName("label_new")
        self._new.setPlaceholderText(self.tr("A new label"))
        self._new.setAccessibleName(self.tr("Name of a new label"))
        self._new.setEnabled(editable)
        self._new.returnPressed.connect(self._add)
        add = QPushButton(icons.icon("add"), " " + self.tr("Add"), holder)
        add.setObjectName("label_add")
        add.setAutoDefault(False)
        add.setEnabled(editable)
        add.clicked.connect(self._add)
        line = QHBoxLayout()
        line.setSpacing(SPACING.s)
        line.addWidget(self._new, 1)
        line.addWidget(add)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING.s)
        column.addWidget(self._table, 1)
        column.addLayout(line)
        return holder

    def _build_editor(self) -> QWidget:
        holder = QWidget(self)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING.s)
        column.addWidget(self._heading(self.tr("Colour")))
        palette = QHBoxLayout()
        palette.setSpacing(SPACING.xs)
        self._colours: list[QToolButton] = []
        names = (
            *(self.tr("blue"), self.tr("orange"), self.tr("green"), self.tr("purple")),
            *(self.tr("vermilion"), self.tr("sky blue"), self.tr("yellow"), self.tr("grey")),
        )
        for colour, name in zip(LABEL_COLOURS, names, strict=True):
            button = QToolButton(holder)
            button.setObjectName(f"colour_{colour[1:]}")
            button.setCheckable(True)
            button.setAutoRaise(True)
            button.setIcon(self._swatch(colour))
            button.setToolTip(name.capitalize())
            button.setAccessibleName(self.tr("Colour {name}").format(name=name))
            button.clicked.connect(lambda _=False, colour=colour: self._recolour(colour))
            self._colours.append(button)
            palette.addWidget(button)
        palette.addStretch(1)
        column.addLayout(palette)
        column.addSpacing(SPACING.s)
        column.addWidget(self._heading(self.tr("Expressions that mean it")))
        self._phrases = QListWidget(holder)
        self._phrases.setObjectName("label_phrases")
        self._phrases.setAccessibleName(self.tr("Expressions that mean the label"))
        self._phrases.currentRowChanged.connect(lambda _: self._update())
        column.addWidget(self._phrases, 1)
        self._move_to, self._merge_into = ElidedComboBox(holder), ElidedComboBox(holder)
        self._move_to.setObjectName("phrase_move")
        for box in (self._move_to, self._merge_into):  # not as wide as the longest name
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(12)
        self._move_to.setAccessibleName(self.tr("The label that the chosen expression means"))
        self._move_to.activated.connect(self._move)
        column.addWidget(self._move_to)
        self._phrase = QLineEdit(holder)
        self._phrase.setObjectName("phrase_new")
        self._phrase.setPlaceholderText(self.tr("Another expression for it"))
        self._phrase.setAccessibleName(self.tr("Another expression for the label"))
        self._phrase.returnPressed.connect(self._map)
        column.addWidget(self._phrase)
        column.addSpacing(SPACING.s)
        column.addWidget(self._heading(self.tr("The whole label")))
        column.addLayout(self._build_end(holder))
        return holder

    def _build_end(self, holder: QWidget) -> QHBoxLayout:
        self._merge_into.setObjectName("label_merge")
        self._merge_into.setAccessibleName(self.tr("The label that this one is merged into"))
        self._merge_into.setToolTip(
            self.tr("Objects and expressions go along; the number is retired. Ctrl+Z undoes it.")
        )
        self._merge_into.activated.connect(self._merge)
        self._delete = QPushButton(icons.icon("delete"), " " + self.tr("Delete"), holder)
        self._delete.setObjectName("label_delete")
        self._delete.setAutoDefault(False)
        self._delete.clicked.connect(self._on_delete)
        line = QHBoxLayout()
        line.setSpacing(SPACING.s)
        line.addWidget(self._merge_into, 1)
        line.addWidget(self._delete)
        return line

    def _heading(self, text: str) -> QLabel:
        label = QLabel(text, self)
        theme.set_text_role(label, "small", muted=True)
        return label

    # --- what it shows -----------------------------------------------------------------------

    def show_rows(self, rows: Sequence[LabelRow]) -> None:
        """The table as it is now; the chosen label stays chosen."""
        chosen = self._chosen()
        self._is_filling = True
        self._rows = list(rows)
        self._table.clear()
        for row in rows:
            label = row.label
            key = str(label.number) if label.number <= 9 else ""
            texts = [label.name, str(label.number), key, str(len(row.phrases)), str(row.uses)]
            entry = QTreeWidgetItem(self._table, texts)
            entry.setFlags(entry.flags() | Qt.ItemFlag.ItemIsEditable)
            entry.setData(0, _ID, label.id)
            entry.setIcon(0, self._swatch(label.colour))
            entry.setToolTip(0, ", ".join(phrase.expression for phrase in row.phrases))
            for column in (1, 2, 3, 4):
                entry.setTextAlignment(column, Qt.AlignmentFlag.AlignCenter)
            if chosen is not None and chosen.label.id == label.id:
                self._table.setCurrentItem(entry)
        first = self._table.topLevelItem(0)
        if self._table.currentItem() is None and first is not None:
            self._table.setCurrentItem(first)
        self._is_filling = False
        self._show_label()

    def _show_label(self) -> None:
        if self._is_filling:
            return
        row = self._chosen()
        self._phrases.clear()
        self._move_to.clear()
        self._move_to.addItem(self.tr("Let it mean another label…"), "")
        self._merge_into.clear()
        self._merge_into.addItem(self.tr("Merge it into…"), "")
        for other in self._rows:
            if row is not None and other.label.id != row.label.id:
                for box in (self._move_to, self._merge_into):
                    box.addItem(f"{other.label.number}  {other.label.name}", other.label.id)
        if row is not None:
            self._phrases.addItems([phrase.expression for phrase in row.phrases])
        for button, colour in zip(self._colours, LABEL_COLOURS, strict=True):
            button.setChecked(row is not None and row.label.colour == colour)
        self._update()

    def _update(self) -> None:
        self._move_to.setEnabled(self._phrases.currentRow() >= 0 and self._move_to.count() > 1)
        row = self._chosen()
        self._phrase.setEnabled(row is not None)
        self._merge_into.setEnabled(row is not None and self._merge_into.count() > 1)
        self._delete.setEnabled(row is not None and row.uses == 0)
        uses = row.uses if row is not None else 0
        tip = self.tr("{n} annotations and “no” use it: merge it into another label instead").format(n=uses)
        if uses == 1:
            tip = self.tr("One annotation or “no” uses it: merge it into another label instead")
        self._delete.setToolTip(tip if uses else self.tr("Nothing uses it"))

    def _chosen(self) -> LabelRow | None:
        entry = self._table.currentItem()
        wanted = entry.data(0, _ID) if entry is not None else None
        return next((row for row in self._rows if row.label.id == wanted), None)

    def _label(self, label_id: object) -> Label | None:
        return next((row.label for row in self._rows if row.label.id == label_id), None)

    def _swatch(self, colour: str) -> QIcon:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(round(_SWATCH_PX * ratio), round(_SWATCH_PX * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(readable(colour or LABEL_COLOURS[0], theme.colours(self.palette()).surface)))
        painter.drawRoundedRect(1, 1, _SWATCH_PX - 2, _SWATCH_PX - 2, 3, 3)
        painter.end()
        icon = QIcon(pixmap)
        icon.addPixmap(pixmap, QIcon.Mode.Selected)
        return icon

    # --- what a person does ------------------------------------------------------------------

    def _on_edited(self, entry: QTreeWidgetItem, column: int) -> None:
        label, text = self._label(entry.data(0, _ID)), entry.text(0)
        if self._is_filling or label is None or column != 0:
            return
        # once the editor has closed: the rows are made anew, as the project has them then
        QTimer.singleShot(0, self, lambda: self._rename(label, text))

    def _rename(self, label: Label, text: str) -> None:
        if text.strip() and text != label.name:
            self.renamed.emit(label, text)
        self.show_rows(self._rows)

    def _recolour(self, colour: str) -> None:
        row = self._chosen()
        if row is not None:
            self.recoloured.emit(row.label, colour)

    def _add(self) -> None:
        if self._new.text().strip():
            self.added.emit(self._new.text())
            self._new.clear()

    def _map(self) -> None:
        row = self._chosen()
        if row is not None and self._phrase.text().strip():
            self.mapped.emit(self._phrase.text(), row.label)
            self._phrase.clear()

    def _move(self, _: int) -> None:
        said, label = self._phrases.currentItem(), self._label(self._move_to.currentData())
        if said is not None and label is not None:
            self.mapped.emit(said.text(), label)

    def _merge(self, _: int) -> None:
        row, kept = self._chosen(), self._label(self._merge_into.currentData())
        if row is not None and kept is not None:
            self.merged.emit(row.label, kept)

    def _on_delete(self) -> None:
        row = self._chosen()
        if row is not None:
            self.deleted.emit(row.label)
