"""The status bar: which item, what was just done, which model on which device, who, and when it was saved."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStatusBar, QToolButton, QWidget

from core.schema import ModelInfo
from desktop import core_words, icons
from desktop.elided_label import ElidedLabel
from desktop.model_words import size_words, work_words
from desktop.session.model_store import Work
from desktop.session.models import ModelState
from desktop.session.teaching_run import Run
from desktop.teaching_words import progress_words, run_words
from desktop.tokens import SPACING

_ROOM_FOR_ALL_PX = 1050


class StatusBar(QStatusBar):
    """Always the same places, so that the eye finds them."""

    model_clicked = Signal()
    person_clicked = Signal()
    teaching_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status_bar")
        self.setSizeGripEnabled(False)
        self._model_words: list[str] = []
        self._model_details: tuple[str, ...] = ()  # those of the words that give way first
        self._item = self._label("status_item")
        self._hint = ElidedLabel(self)
        self._hint.setObjectName("status_hint")
        left = QWidget(self)
        line = QHBoxLayout(left)
        line.setContentsMargins(SPACING.s, 0, 0, 0)
        line.setSpacing(SPACING.m)
        line.addWidget(self._item)
        line.addWidget(self._hint, 1)
        self.addWidget(left, 1)
        self._zoom = self._label("status_zoom")
        self._work = self._button("status_work", "import")
        self._work.setAccessibleName(self.tr("Models: what is being done"))
        self._work.clicked.connect(self.model_clicked)
        self._work.hide()
        self._teaching = self._button("status_teaching", "train")
        self._teaching.setAccessibleName(self.tr("Improve the model: how far it is"))
        self._teaching.clicked.connect(self.teaching_clicked)
        self._teaching.hide()
        self._model = self._button("status_model", "model")
        self._model.clicked.connect(self.model_clicked)
        self._person = self._button("status_person", "person")
        self._person.clicked.connect(self.person_clicked)
        self._saved = self._label("status_saved")
        for widget in (self._zoom, self._work, self._teaching, self._model, self._person, self._saved):
            self.addPermanentWidget(widget)

    @property
    def model_button(self) -> QWidget:
        """Where the model is told, and a click opens the models."""
        return self._model

    def show_item(self, row: int, count: int, name: str, size: str) -> None:
        """Which item is shown; counted from 1 for people."""
        if row < 0:
            self._item.setText("")
            return
        text = self.tr("Item {row} of {count}").format(row=row + 1, count=count)
        self._item.setText(f"{text}  ·  {size}" if size else text)
        self._item.setToolTip(name)

    def show_hint(self, text: str) -> None:
        """A short remark about what was just done."""
        self._hint.setText(core_words.said(text))

    def show_zoom(self, zoom: float | None) -> None:
        self._zoom.setText("" if zoom is None else f"{zoom * 100:.0f} %")

    def show_model(
        self, name: str, device: str, state: ModelState, info: ModelInfo | None, *, bundled: bool,
        chosen_here: bool = False,
    ) -> None:  # fmt: skip
        """Which model, where and how it runs, and that the bundled one is only a demonstrator.

        How it runs and why (the device, the attention, what was given up for want of memory) is the tip, in words.
        """
        states = {
            "idle": self.tr("not loaded"),
            "loading": self.tr("loading…"),
            "failed": self.tr("not available"),
            "ready": "",
        }
        parts = [name + (" " + self.tr("(demonstrator)") if bundled else "")]
        if info is not None and state == "ready":
            parts += [info.device.upper(), info.dtype, info.attention]
            if info.memory_bytes:
                parts.append(f"{info.memory_bytes / 1e6:,.0f} MB")
        else:
            parts += [device.upper() if device != "auto" else "", states[state]]
        self._model_words = [part for part in parts if part]
        self._model_details = () if info is None else (info.dtype, info.attention)
        self._fit_model()
        tip = [self.tr("Models"), *self._in_words(device, state, info)]
        if chosen_here:
            tip.append(self.tr("This project has chosen it; Model, Versions goes to another one."))
        if bundled:
            tip.append(
                self.tr("mini: a small demonstrator model, trained on drawn shapes. Train it on your corrections.")
            )
        if info is not None:
            tip += map(core_words.said, (info.summary, *info.notes))
        self._model.setToolTip("\n".join(text for text in tip if text))

    def _fit_model(self) -> None:
        """All that is told of how the model runs, or in a narrow window where it runs and what it takes."""
        words = self._model_words
        if self.width() < _ROOM_FOR_ALL_PX:
            words = [word for word in words if word not in self._model_details]
        self._model.setText("  ·  ".join(words))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What was just done is worth more than how the model computes."""
        super().resizeEvent(event)
        self._fit_model()

    def _in_words(self, device: str, state: ModelState, info: ModelInfo | None) -> list[str]:
        """Where and how the model runs, as sentences."""
        if info is None or state != "ready":
            where = {
                "auto": self.tr("It will run on the graphics card where there is one, else on the processor."),
                "cpu": self.tr("It will run on the processor, as was chosen."),
                "cuda": self.tr("It will run on the graphics card, as was chosen."),
            }
            return [self.tr("It is loaded by the first question."), where.get(device, "")] if state == "idle" else []
        on = self.tr("the processor") if info.device.lower() == "cpu" else info.device
        said = [self.tr("Runs on {on}, computing in {dtype}.").format(on=on, dtype=info.dtype)]
        if info.memory_bytes:
            said.append(self.tr("It takes {size} of memory.").format(size=size_words(info.memory_bytes)))
        return said

    def show_work(self, work: Work | None) -> None:
        """What is being done to a model on the disk, also while its dialog is closed; None hides it."""
        self._work.setVisible(work is not None)
        if work is None:
            return
        share = f"{100 * work.done // work.total} %" if work.total else ""
        self._work.setText("  ·  ".join(part for part in (work_words(work).split("  ·  ")[0], share) if part))
        self._work.setToolTip(work_words(work))

    def show_teaching(self, run: Run | None) -> None:
        """How far the teaching is, also while its dialog is closed; None hides it."""
        self._teaching.setVisible(run is not None)
        if run is None:
            return
        words = run_words(run)
        learns = run.state == "running" and run.phase == "teach" and not run.note  # what it prepares has another end
        share = f"{100 * run.step // run.of} %" if run.of and learns else ""
        self._teaching.setText("  ·  ".join(part for part in (words.split("  ·  ")[0], share) if part))
        if run.state in ("paused", "failed"):
            self._teaching.setText(self.tr("Teaching stopped") if run.state == "paused" else self.tr("Teaching failed"))
        self._teaching.setToolTip("\n".join(part for part in (words, progress_words(run), run.problem) if part))

    def show_person(self, name: str) -> None:
        self._person.setText(name)
        self._person.setToolTip(
            self.tr("{name} is written beside everything you do. Click to change.").format(name=name)
        )

    def show_saved(self, text: str, *, good: bool) -> None:
        """When the last edit reached the disk, or that nothing can be written."""
        self._saved.setText(text)
        self._saved.setToolTip(
            self.tr("Every edit is on the disk as soon as you make it.") if good else self.tr("Nothing is written.")
        )

    def _label(self, name: str) -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        return label

    def _button(self, name: str, icon: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setIcon(icons.icon(icon, role="text_muted"))
        button.setIconSize(icons.BESIDE_TEXT)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button
