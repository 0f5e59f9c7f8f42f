"""The project's table of attributes: what can be said of annotations besides their words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.schema import Attribute, Label, new_id
from desktop import icons, theme
from desktop.dialogs.close_box import close_box
from desktop.dialogs.fitting import resize_within_screen
from desktop.tokens import SPACING
from desktop.views.attribute_form import AttributeForm

_ID = Qt.ItemDataRole.UserRole + 1


class AttributesDialog(QDialog):
    """Shows what it is told with `show_table`; says what a person wants by its signals, one Change each."""

    defined = Signal(object)  # Attribute
    removed = Signal(object)  # Attribute

    def __init__(
        self, table: Sequence[Attribute], labels: Sequence[Label], *, editable: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("attributes_dialog")
        self.setWindowTitle(self.tr("Attributes"))
        resize_within_screen(self, 760, 500)
        self._table: list[Attribute] = []
        self._labels: list[Label] = []
        self._editable = editable
        self._draft: Attribute | None = None  # one that is being added
        note = QLabel(
            self.tr(
                "Attributes are what you note of each object besides its words: occluded, direction, count."
                " They are exported, and train nothing."
            ),
            self,
        )
        note.setWordWrap(True)
        theme.set_text_role(note, "small", muted=True)
        self._form = AttributeForm(self)
        self._form.setEnabled(editable)
        self._form.wanted.connect(self._on_wanted)
        body = QHBoxLayout()
        body.setSpacing(SPACING.l)
        body.addWidget(self._build_list(), 1)
        body.addWidget(self._form, 1)
        buttons = close_box(self, "attributes_close")
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACING.l, SPACING.l, SPACING.l, SPACING.l)
        column.setSpacing(SPACING.m)
        column.addWidget(note)
        column.addLayout(body, 1)
        column.addWidget(buttons)
        self.show_table(table, labels)

    def _build_list(self) -> QWidget:
        holder = QWidget(self)
        self._list = QTreeWidget(holder)
        self._list.setObjectName("attribute_table")
        self._list.setAccessibleName(self.tr("Attributes"))
        self._list.setHeaderLabels([self.tr("Name"), self.tr("Kind"), self.tr("Labels")])
        self._list.setRootIsDecorated(False)
        self._list.setUniformRowHeights(True)
        self._list.ensurePolished()  # rows are measured by the first one, which comes before the list is shown
        header = self._list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for number in (1, 2):
            header.setSectionResizeMode(number, QHeaderView.ResizeMode.ResizeToContents)
        self._list.currentItemChanged.connect(lambda *_: self._show_chosen())
        self._empty = QLabel(self.tr("No attributes yet."), holder)
        self._empty.setObjectName("attributes_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setProperty("muted", True)
        self._add = QPushButton(icons.icon("add"), " " + self.tr("Add"), holder)
        self._add.setObjectName("attribute_add")
        self._add.setAutoDefault(False)
        self._add.setEnabled(self._editable)
        self._add.clicked.connect(self._begin)
        self._remove = QPushButton(icons.icon("delete"), " " + self.tr("Remove"), holder)
        self._remove.setObjectName("attribute_remove")
        self._remove.setAutoDefault(False)
        self._remove.setToolTip(self.tr("Takes the attribute and its values away; Ctrl+Z brings both back"))
        self._remove.clicked.connect(self._on_remove)
        line = QHBoxLayout()
        line.setSpacing(SPACING.s)
        line.addWidget(self._add)
        line.addWidget(self._remove)
        line.addStretch(1)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING.s)
        column.addWidget(self._list, 1)
        column.addWidget(self._empty, 1)
        column.addLayout(line)
        return holder

    # --- what it shows -----------------------------------------------------------------------

    def show_table(self, table: Sequence[Attribute], labels: Sequence[Label]) -> None:
        """The table as it is now; the chosen attribute stays chosen, and so does one that was just added."""
        chosen = self._chosen()
        wanted = self._draft or chosen
        self._table, self._labels = list(table), list(labels)
        if self._draft is not None and any(one.id == self._draft.id for one in table):
            self._draft = None
        blocked = self._list.blockSignals(True)
        self._list.clear()
        for attribute in table:
            entry = QTreeWidgetItem(self._list, [attribute.name, self._form.kind_name(attribute.kind), ""])
            entry.setData(0, _ID, attribute.id)
            ids = attribute.label_ids
            names = [label.name for label in labels if ids is not None and label.id in ids]
            entry.setText(2, self.tr("all") if ids is None else str(len(names)))
            entry.setToolTip(2, ", ".join(names))
            entry.setToolTip(0, attribute.name)
            if wanted is not None and wanted.id == attribute.id:
                self._list.setCurrentItem(entry)
        first = self._list.topLevelItem(0)
        if self._list.currentItem() is None and first is not None and self._draft is None:
            self._list.setCurrentItem(first)
        self._list.blockSignals(blocked)
        self._list.setVisible(bool(table))
        self._empty.setVisible(not table)
        self._show_form()

    def _show_chosen(self) -> None:
        self._draft = None
        self._show_form()

    def _show_form(self) -> None:
        chosen = self._draft or self._chosen()
        taken = [one.name for one in self._table if chosen is None or one.id != chosen.id]
        self._form.show_attribute(chosen, self._labels, taken=taken, is_new=self._draft is not None)
        self._remove.setEnabled(self._editable and self._draft is None and self._chosen() is not None)

    def _chosen(self) -> Attribute | None:
        entry = self._list.currentItem()
        wanted = entry.data(0, _ID) if entry is not None else None
        return next((one for one in self._table if one.id == wanted), None)

    # --- what a person does ------------------------------------------------------------------

    def _begin(self) -> None:
        blocked = self._list.blockSignals(True)
        self._list.setCurrentIndex(QModelIndex())
        self._list.blockSignals(blocked)
        self._draft = Attribute(new_id(), "", "text")
        self._show_form()
        self._form.focus()

    def _on_wanted(self, attribute: Attribute) -> None:
        self.defined.emit(attribute)

    def _on_remove(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self.removed.emit(chosen)
