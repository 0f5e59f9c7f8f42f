"""A form for the definition of one attribute: name, kind, values or bounds, default, and whose annotations have it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.attributes import NO, YES, definition_problem, fits, number_text, tidied
from core.project.attributing import RESERVED
from core.project.wording import fold
from core.schema import Attribute, AttributeKind, Label
from desktop import core_words, theme
from desktop.tokens import SPACING
from desktop.wrapping import breakable

_ID = Qt.ItemDataRole.UserRole + 1


class AttributeForm(QWidget):
    """Shows a definition; says the new one once a person presses Save, and why it cannot be used until then."""

    wanted = Signal(object)  # Attribute

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Attribute | None = None
        self._is_new = False
        self._taken: set[str] = set()
        self._is_filling = False
        self._kinds: dict[AttributeKind, str] = {
            "text": self.tr("Text"),
            "number": self.tr("Number"),
            "choice": self.tr("Choice"),
            "yes_no": self.tr("Yes or no"),
        }
        self._form = form = QFormLayout()
        form.setSpacing(SPACING.s)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._name = self._line("attribute_name", self.tr("Name"))
        form.addRow(self.tr("&Name"), self._name)
        self._kind = self._build_kind()
        form.addRow(self.tr("&Kind"), self._kind)
        self._values = self._build_values()
        form.addRow(self.tr("&Values"), self._values)
        self._bounds = self._build_bounds()
        form.addRow(self.tr("Between"), self._bounds)
        self._default = self._line("attribute_default", self.tr("What a new object begins with"))
        self._default.setPlaceholderText(self.tr("Nothing"))
        form.addRow(self.tr("&Default"), self._default)
        self._all = QCheckBox(self.tr("Objects of all labels have it"), self)
        self._all.setObjectName("attribute_all_labels")
        self._all.toggled.connect(lambda _: self._on_edited())
        form.addRow(self.tr("Labels"), self._all)
        self._labels = self._build_labels()
        form.addRow("", self._labels)
        self._problem = QLabel(self)
        self._problem.setObjectName("attribute_problem")
        self._problem.setProperty("problem", True)
        self._problem.setWordWrap(True)
        self._save = QPushButton(self.tr("Save"), self)
        self._save.setObjectName("attribute_save")
        self._save.setAutoDefault(False)
        self._save.setProperty("primary", True)
        self._save.clicked.connect(self._on_save)
        foot = QHBoxLayout()
        foot.setSpacing(SPACING.s)
        foot.addWidget(self._problem, 1)
        foot.addWidget(self._save)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING.s)
        column.addLayout(form)
        column.addStretch(1)
        column.addLayout(foot)

    def _line(self, name: str, accessible: str) -> QLineEdit:
        line = QLineEdit(self)
        line.setObjectName(name)
        line.setAccessibleName(accessible)
        line.setMaxLength(200)
        line.textChanged.connect(lambda _: self._on_edited())
        line.returnPressed.connect(self._on_save)
        return line

    def _build_kind(self) -> QComboBox:
        box = QComboBox(self)
        box.setObjectName("attribute_kind")
        box.setAccessibleName(self.tr("Kind of value"))
        for kind, name in self._kinds.items():
            box.addItem(name, kind)
        box.currentIndexChanged.connect(lambda _: self._on_edited())
        return box

    def _build_values(self) -> QPlainTextEdit:
        edit = QPlainTextEdit(self)
        edit.setObjectName("attribute_values")
        edit.setAccessibleName(self.tr("Values, one in each line"))
        edit.setPlaceholderText(self.tr("One value in each line"))
        edit.setTabChangesFocus(True)
        edit.setFixedHeight(4 * self.fontMetrics().lineSpacing() + 2 * SPACING.s)
        edit.textChanged.connect(self._on_edited)
        return edit

    def _build_labels(self) -> QListWidget:
        labels = QListWidget(self)
        labels.setObjectName("attribute_labels")
        labels.setAccessibleName(self.tr("Labels whose objects have it"))
        labels.itemChanged.connect(lambda _: self._on_edited())
        labels.setMinimumHeight(72)
        labels.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return labels

    def _build_bounds(self) -> QWidget:
        holder = QWidget(self)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACING.s)
        self._low = self._line("attribute_minimum", self.tr("Smallest number"))
        self._high = self._line("attribute_maximum", self.tr("Largest number"))
        between = QLabel(self.tr("and"), holder)
        theme.set_text_role(between, "small", muted=True)
        for part in (self._low, between, self._high):
            row.addWidget(part)
        for line in (self._low, self._high):
            line.setPlaceholderText(self.tr("Any"))
        return holder

    def kind_name(self, kind: AttributeKind) -> str:
        """The word for a kind of value."""
        return self._kinds[kind]

    def focus(self) -> None:
        """To the name."""
        self._name.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- showing -----------------------------------------------------------------------------

    def show_attribute(
        self, attribute: Attribute | None, labels: Sequence[Label], *, taken: Sequence[str] = (), is_new: bool = False
    ) -> None:
        """A definition to be looked at and changed; None for none. `taken` are the names of the others."""
        self._is_filling = True
        self._taken = {fold(name) for name in taken}
        self._shown, self._is_new = attribute, is_new
        self.setVisible(attribute is not None)
        if attribute is not None:
            self._name.setText(attribute.name)
            self._kind.setCurrentIndex(self._kind.findData(attribute.kind))
            self._values.setPlainText("\n".join(attribute.values))
            for line, bound in ((self._low, attribute.minimum), (self._high, attribute.maximum)):
                line.setText("" if bound is None else number_text(bound))
            self._default.setText(self._said(attribute.kind, attribute.default))
            self._all.setChecked(attribute.label_ids is None)
            self._labels.clear()
            for label in labels:
                entry = QListWidgetItem(label.name, self._labels)
                entry.setData(_ID, label.id)
                is_chosen = label.id in (attribute.label_ids or ())
                entry.setCheckState(Qt.CheckState.Checked if is_chosen else Qt.CheckState.Unchecked)
        self._is_filling = False
        self._update()

    def _said(self, kind: AttributeKind, default: str) -> str:
        words = {YES: self.tr("yes"), NO: self.tr("no")}
        return words.get(default, default) if kind == "yes_no" else default

    def _on_edited(self) -> None:
        if not self._is_filling:
            self._update()

    def _update(self) -> None:
        typed = self._typed()
        if typed is None:
            return
        kind = typed.kind
        self._form.setRowVisible(self._values, kind == "choice")
        self._form.setRowVisible(self._bounds, kind == "number")
        self._form.setRowVisible(self._labels, not self._all.isChecked())
        self._default.setPlaceholderText(self.tr("Nothing, yes or no") if kind == "yes_no" else self.tr("Nothing"))
        why = self._bad_bound() or self._bad_name(typed.name) or core_words.said(definition_problem(typed))
        is_touched = typed != self._shown
        self._problem.setText(breakable(why) if is_touched else "")
        self._save.setEnabled(is_touched and not why)
        self._save.setText(self.tr("Add it") if self._is_new else self.tr("Save"))

    def _bad_bound(self) -> str:
        if self._kind.currentData() != "number":
            return ""
        texts = [line.text().strip() for line in (self._low, self._high)]
        return "" if all(not text or _number(text) is not None for text in texts) else self.tr("A bound is a number")

    def _bad_name(self, name: str) -> str:
        if fold(name) in RESERVED:
            return self.tr("Every object has “{name}” anyway").format(name=name)
        return self.tr("There is an attribute “{name}” already").format(name=name) if fold(name) in self._taken else ""

    def _typed(self) -> Attribute | None:
        """The definition as the fields say it."""
        if self._shown is None:
            return None
        kind: AttributeKind = self._kind.currentData()
        lines = [" ".join(line.split()) for line in self._values.toPlainText().splitlines()]
        chosen = [self._labels.item(row) for row in range(self._labels.count())]
        ids = tuple(str(one.data(_ID)) for one in chosen if one.checkState() is Qt.CheckState.Checked)
        bare = replace(
            self._shown,
            name=" ".join(self._name.text().split()),
            kind=kind,
            values=tuple(line for line in lines if line) if kind == "choice" else (),
            minimum=_number(self._low.text()) if kind == "number" else None,
            maximum=_number(self._high.text()) if kind == "number" else None,
            label_ids=None if self._all.isChecked() else ids,
        )
        default = tidied(bare, self._default.text())
        words = {self.tr("yes"): YES, self.tr("no"): NO}
        return replace(bare, default=words.get(default.casefold(), default) if kind == "yes_no" else default)

    def _on_save(self) -> None:
        typed = self._typed()
        if typed is not None and self._save.isEnabled():
            self.wanted.emit(typed)


def _number(text: str) -> float | None:
    bare = Attribute("", "a bound", "number")
    said = tidied(bare, text)
    return float(said) if fits(bare, said) else None
