"""What can be chosen before a model is taught: bases, the share that is held out, and what is folded away."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.schema import MediaKind
from core.workflows.improving import Wishes
from desktop import theme
from desktop.session.looking_ahead import Prospect
from desktop.teaching_words import kinds_words, model_words
from desktop.tokens import SPACING

PAUSE_MS = 400  # of typing, before it is looked ahead anew


class ImproveOptions(QWidget):
    """Says `changed` when something else is wanted; a field at its least leaves it to the recipe."""

    changed = Signal()
    unfolded = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("improve_options")
        self._bases: dict[MediaKind, QComboBox] = {}
        self._later = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._later.timeout.connect(self.changed)
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(SPACING.m)
        self._form.setVerticalSpacing(SPACING.s)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        self._share = QSpinBox(self)
        self._share.setObjectName("improve_share")
        self._share.setRange(5, 50)
        self._share.setSingleStep(5)
        self._share.setValue(20)
        self._share.setSuffix(" %")
        self._share.valueChanged.connect(lambda _: self._later.start())
        self._held = QLabel(self)
        self._held.setObjectName("improve_held")
        self._held.setWordWrap(True)
        theme.set_text_role(self._held, "small", muted=True)
        self._add(self._form, self.tr("&Hold out"), self._share)
        self._form.addRow(self._held)
        self._more = QToolButton(self)
        self._more.setObjectName("improve_more")
        self._more.setText(self.tr("More options"))
        self._more.setCheckable(True)
        self._more.setAutoRaise(True)
        self._more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._more.setArrowType(Qt.ArrowType.RightArrow)
        self._more.toggled.connect(self._unfold)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING.s)
        column.addLayout(self._form)
        column.addWidget(self._more)
        self._advanced = self._build_advanced()
        column.addWidget(self._advanced)
        self._advanced.hide()

    def _build_advanced(self) -> QWidget:
        page = QWidget(self)
        form = QFormLayout(page)
        form.setContentsMargins(SPACING.l, 0, 0, 0)
        form.setHorizontalSpacing(SPACING.m)
        form.setVerticalSpacing(SPACING.s)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        self._method = QComboBox(page)
        self._method.setObjectName("improve_method")
        for text, method in (
            (self.tr("By the model's size"), ""),
            (self.tr("All weights"), "full"),
            (self.tr("Adapters (LoRA)"), "lora"),
            (self.tr("Adapters on a small copy (QLoRA)"), "qlora"),
        ):
            self._method.addItem(text, method)
        self._method.currentIndexChanged.connect(lambda _: self._later.start())
        by_recipe = self.tr("As usual")
        self._epochs = QSpinBox(page)
        self._epochs.setObjectName("improve_epochs")
        self._epochs.setRange(0, 500)
        self._rate = QDoubleSpinBox(page)
        self._rate.setObjectName("improve_rate")
        self._rate.setDecimals(6)
        self._rate.setRange(0.0, 0.1)
        self._rate.setSingleStep(0.0001)
        self._replay = QSpinBox(page)
        self._replay.setObjectName("improve_replay")
        self._replay.setRange(-1, 90)
        self._replay.setValue(-1)
        self._replay.setSuffix(" %")
        self._seed = QSpinBox(page)
        self._seed.setObjectName("improve_seed")
        self._seed.setRange(0, 999_999)
        for spin in (self._epochs, self._rate, self._replay):
            spin.setSpecialValueText(by_recipe)
        for spin in (self._epochs, self._rate, self._replay, self._seed):
            spin.valueChanged.connect(lambda _: self._later.start())
        self._replay.setToolTip(self.tr("Rendered scenes among what is shown, so that nothing is forgotten"))
        self._add(form, self.tr("&Method"), self._method)
        self._add(form, self.tr("&Epochs"), self._epochs)
        self._add(form, self.tr("Learning &rate"), self._rate)
        self._add(form, self.tr("O&ld material"), self._replay)
        self._add(form, self.tr("See&d"), self._seed)
        return page

    def _add(self, form: QFormLayout, text: str, field: QWidget) -> None:
        if isinstance(field, QAbstractSpinBox):
            field.lineEdit().setTextMargins(SPACING.s - 2, 0, 0, 0)  # its text stands where that of other fields does
        label = QLabel(text, self)
        label.setBuddy(field)
        field.setAccessibleName(text.replace("&", ""))
        form.addRow(label, field)

    def _unfold(self, on: bool) -> None:
        self._more.setArrowType(Qt.ArrowType.DownArrow if on else Qt.ArrowType.RightArrow)
        self._advanced.setVisible(on)
        if on:
            self.unfolded.emit()

    # --- what it shows and says --------------------------------------------------------------

    def show_prospect(self, prospect: Prospect) -> None:
        """Bases for what there is, and how the hold-out stands."""
        hold_out, frozen = prospect.material.hold_out, prospect.material.frozen
        self._share.setEnabled(not frozen)
        if frozen:
            held, more = len(hold_out.held), len(hold_out.unassigned)
            text = self.tr("{n} media are held out for good: every version is measured on them.").format(n=held)
            text += " " + self.tr("{n} new ones are divided in the same way.").format(n=more) if more else ""
        else:
            text = self.tr(
                "{n} of {all} media will be held out for good: nothing learns from them, every version is measured"
                " on them. The share cannot be changed later."
            ).format(n=prospect.would_hold, all=len(hold_out.unassigned) + len(hold_out.learnt))
        self._held.setText(text)
        for lesson in prospect.lessons:
            kind = lesson.kinds[0]
            if kind not in self._bases:
                self._bases[kind] = self._build_base(lesson.kinds)
            box = self._bases[kind]
            chosen = box.currentData()
            with QSignalBlocker(box):
                box.clear()
                for base in prospect.bases.get(kind, (lesson.base,)):
                    box.addItem(model_words(base), base)
                box.setCurrentIndex(max(0, box.findData(chosen or lesson.base)))

    def _build_base(self, kinds: tuple[MediaKind, ...]) -> QComboBox:
        box = QComboBox(self)
        box.setObjectName(f"improve_base_{kinds[0]}")
        box.setMinimumContentsLength(16)
        box.setToolTip(self.tr("What is taught starts from this model, which stays as it is"))
        box.currentIndexChanged.connect(lambda _: self._later.start())
        label = QLabel(self.tr("{kinds}: start from").format(kinds=kinds_words(kinds)), self)
        label.setBuddy(box)
        box.setAccessibleName(label.text())
        self._form.insertRow(len(self._bases), label, box)
        return box

    @property
    def bases(self) -> dict[MediaKind, str]:
        """The chosen base by the first kind of each run."""
        return {kind: str(box.currentData()) for kind, box in self._bases.items() if box.currentData()}

    @property
    def wishes(self) -> Wishes:
        replay = self._replay.value()
        return Wishes(
            method=str(self._method.currentData() or ""),
            epochs=self._epochs.value(),
            rate=self._rate.value(),
            replay=None if replay < 0 else replay / 100,
            seed=self._seed.value(),
            share=self._share.value() / 100,
        )
