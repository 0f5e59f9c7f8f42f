"""A quiet line that asks, once, what a new phrase means; nobody has to answer it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QPushButton, QToolButton, QWidget

from desktop import icons
from desktop.elided_combo import ElidedComboBox
from desktop.elided_label import ElidedLabel
from desktop.session.labelling import NewPhrase
from desktop.tokens import SPACING


class MeaningStrip(QFrame):
    """Shows itself for a new phrase. `settled` says which class it means; closing keeps the label of its own."""

    settled = Signal(object, str)  # NewPhrase, label id

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("meaning_strip")
        self._new: NewPhrase | None = None
        self._text = ElidedLabel(self)
        self._text.setObjectName("meaning_text")
        self._labels = ElidedComboBox(self)
        self._labels.setObjectName("meaning_label")
        self._labels.setAccessibleName(self.tr("Label of the new phrase"))
        self._labels.setMinimumContentsLength(11)
        self._labels.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        keep = QPushButton(self.tr("Remember"), self)
        keep.setObjectName("meaning_keep")
        keep.setToolTip(self.tr("Use this label whenever the phrase is used"))
        keep.clicked.connect(self._settle)
        close = QToolButton(self)
        close.setObjectName("meaning_close")
        close.setIcon(icons.icon("close", role="text_muted"))
        close.setAutoRaise(True)
        close.setToolTip(self.tr("Keep it as a label of its own"))
        close.setAccessibleName(self.tr("Keep it as a label of its own"))
        close.clicked.connect(self.hide)
        line = QHBoxLayout(self)
        line.setContentsMargins(SPACING.m + SPACING.xs, 0, SPACING.m, SPACING.s)
        line.setSpacing(SPACING.s)
        line.addWidget(self._text, 1)
        line.addWidget(self._labels)
        line.addWidget(keep)
        line.addWidget(close)
        self.hide()

    def ask(self, new: NewPhrase) -> None:
        """Offer a label of its own first, then the others."""
        self._new = new
        said = new.phrase.expression
        self._text.setText(self.tr("“{said}” is").format(said=said))
        self._labels.clear()
        self._labels.addItem(self.tr("a new label"), new.label.id)
        for label in new.others:
            self._labels.addItem(f"{label.number}  {label.name}", label.id)
        self.show()

    def _settle(self) -> None:
        self.hide()
        if self._new is not None:
            self.settled.emit(self._new, str(self._labels.currentData()))
