"""What is known of the selected objects, in fields that can be edited. Knows no project: it shows what it is told."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.project.past import Moment
from core.schema import Attribute, Segment, Track
from desktop import core_words, icons, theme
from desktop.elided_label import ElidedLabel
from desktop.object_rows import model_name, score_text, time_text, trust_text
from desktop.session.inspecting import Inspected, Told
from desktop.session.pending import Pending, split_expressions
from desktop.tokens import SPACING
from desktop.views.attribute_field import AttributeField
from desktop.views.form_line import FormLine
from desktop.views.place_fields import PlaceFields
from desktop.views.quiet_combo import QuietCombo
from desktop.views.swatches import Swatches
from desktop.wrapping import breakable


class Inspector(QWidget):
    """A form below the list of objects. Every edit is said with the ids that the form showed when it was made."""

    label_wanted = Signal(tuple, str)  # ids, label id
    words_wanted = Signal(tuple, tuple)  # ids, expressions
    region_wanted = Signal(str, object)  # id, Region
    value_wanted = Signal(tuple, object, str)  # ids, Attribute, text
    history_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector")
        self._shown = Inspected()
        self._swatches = Swatches(self)
        self._fields: list[AttributeField] = []
        self._listed: tuple[Attribute, ...] | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._build_head())
        holder = QWidget(self)
        self._stack = QStackedLayout(holder)
        self._empty = QLabel(holder)
        self._empty.setObjectName("inspector_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setProperty("muted", True)
        self._empty.setMargin(SPACING.l)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._build_form())
        column.addWidget(holder, 1)
        self.show_inspected(Inspected())

    def _build_head(self) -> QWidget:
        head = QWidget(self)
        row = QHBoxLayout(head)
        row.setContentsMargins(SPACING.m, SPACING.xs, SPACING.s, SPACING.xs)
        row.setSpacing(SPACING.s)
        self._title = ElidedLabel(head)
        self._title.setObjectName("inspector_title")
        self._title.setFont(theme.font("body", bold=True))
        row.addWidget(self._title, 1)
        history = QToolButton(head)
        history.setObjectName("inspector_history")
        history.setIcon(icons.icon("history"))
        history.setIconSize(QSize(16, 16))
        history.setToolTip(self.tr("The history of this item"))
        history.setAccessibleName(self.tr("The history of this item"))
        history.clicked.connect(self.history_wanted)
        row.addWidget(history)
        return head

    def _build_form(self) -> QScrollArea:
        self._scroll = QScrollArea(self)
        self._scroll.setObjectName("inspector_form")
        self._scroll.setAccessibleName(self.tr("What is known of the selected object"))
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QWidget(self._scroll)
        self._form = form = QFormLayout(page)
        form.setContentsMargins(SPACING.m, SPACING.xs, SPACING.m, SPACING.m)
        form.setHorizontalSpacing(SPACING.s)
        form.setVerticalSpacing(SPACING.s)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._words = FormLine(page)
        self._words.setObjectName("inspector_words")
        self._words.setAccessibleName(self.tr("Expressions"))
        self._words.editingFinished.connect(self._commit_words)
        form.addRow(self._name(self.tr("Expressions")), self._words)
        self._label = QuietCombo(page)
        self._label.setObjectName("inspector_label")
        self._label.setAccessibleName(self.tr("Label"))
        self._label.setPlaceholderText(self.tr("Various"))
        self._label.activated.connect(lambda _: self._on_label())
        form.addRow(self._name(self.tr("Label")), self._label)
        self._place = PlaceFields(page)
        self._place.changed.connect(self._on_place)
        self._place_name = self._name(self.tr("Place"))
        form.addRow(self._place_name, self._place)
        self._time = self._text("inspector_time")
        form.addRow(self._name(self.tr("Time")), self._time)
        self._first_attribute = form.rowCount()
        self._origin = self._text("inspector_origin")
        form.addRow(self._name(self.tr("Origin")), self._origin)
        self._log = self._text("inspector_log")
        form.addRow(self._name(self.tr("Log")), self._log)
        self._others = self._text("inspector_others")
        form.addRow(self._name(self.tr("Other fields")), self._others)
        self._scroll.setWidget(page)
        return self._scroll

    def _name(self, text: str) -> QLabel:
        label = QLabel(breakable(text), self)
        theme.set_text_role(label, "small", muted=True)
        label.setWordWrap(True)
        label.setFixedWidth(72)
        return label

    def _text(self, name: str) -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setFont(theme.font("small"))
        return label

    def sizeHint(self) -> QSize:
        """Room for the words, the place and where it comes from."""
        return QSize(290, 340)

    def minimumSizeHint(self) -> QSize:
        """The list above goes first where there is little room."""
        return QSize(200, 60)

    # --- showing -----------------------------------------------------------------------------

    def show_inspected(self, inspected: Inspected) -> None:
        """What is selected now. What was being typed for something else is taken first."""
        if inspected.ids != self._shown.ids:
            self._commit()
        self._shown = inspected
        self._title.setText(self._title_text(inspected))
        self._empty.setText(
            self.tr("Select one kind of object to see what they share.")
            if inspected.what == "mixed"
            else self.tr("Select an object to see and edit what is known of it.")
        )
        has_form = inspected.what not in ("nothing", "mixed")
        if has_form:
            self._show_fields(inspected)
        self._stack.setCurrentIndex(1 if has_form else 0)

    def _show_fields(self, seen: Inspected) -> None:
        editable = seen.editable and not seen.locked and seen.what == "annotations"
        self._words.show_text("; ".join(seen.expressions or ()))
        self._words.setPlaceholderText("" if seen.expressions is not None else self.tr("Various"))
        self._words.setToolTip("\n".join(seen.expressions or ()))
        self._words.setReadOnly(not editable)
        self._show_labels(seen)
        self._label.setEnabled(editable)
        self._place.show_region(seen.region, seen.size_wh, seen.duration_s, editable=editable)
        self._place_name.setText(self.tr("Time") if isinstance(seen.region, Segment) else self.tr("Place"))
        time = time_text(seen.region) if seen.region is not None else ""
        keys = len(seen.region.keys) if isinstance(seen.region, Track) else 0
        self._time.setText(self.tr("{time}, {n} key boxes").format(time=time, n=keys) if keys else time)
        self._origin.setText(self._origin_text(seen))
        self._show_attributes(seen, editable=editable)
        for part, there in (
            (self._label, seen.what == "annotations"),
            (self._place, seen.region is not None and not keys),
            (self._time, bool(time) and not isinstance(seen.region, Segment)),
            (self._origin, bool(self._origin.text())),
            (self._log, bool(self._log.text()) and (seen.annotation or seen.verdict) is not None),
        ):
            self._form.setRowVisible(part, bool(there))

    def _show_labels(self, seen: Inspected) -> None:
        combo = self._label
        names = [(label.id, label.name, label.colour) for label in seen.labels]
        if names != getattr(combo, "listed", None):
            combo.listed = names  # type: ignore[attr-defined]
            combo.clear()
            for label in seen.labels:
                combo.addItem(self._swatches.of(label.colour or "#888888"), label.name, label.id)
        combo.setCurrentIndex(combo.findData(seen.label_id))
        combo.setToolTip(combo.currentText())

    def _show_attributes(self, seen: Inspected, *, editable: bool) -> None:
        listed = tuple(said.attribute for said in seen.attributes)
        if listed != self._listed:
            self._listed = listed
            for _ in self._fields:
                self._form.removeRow(self._first_attribute)
            self._fields = []
            for number, attribute in enumerate(listed):
                field = AttributeField(attribute, self)
                field.wanted.connect(self._on_value)
                self._fields.append(field)
                self._form.insertRow(self._first_attribute + number, self._name(attribute.name), field)
        for field, said in zip(self._fields, seen.attributes, strict=True):
            field.show_said(said, editable=editable)
        self._others.setText("\n".join(f"{name}: {text}" for name, text in seen.others))
        self._form.setRowVisible(self._others, bool(seen.others))

    def show_told(self, told: Told) -> None:
        """Who made the selected object and who changed it last, as the log says."""
        lines = []
        if told.made is not None:
            lines.append(self.tr("Made by {who}").format(who=_when(told.made)))
        if told.changed is not None and told.made is not None and told.changed.id != told.made.id:
            lines.append(
                self.tr("Changed by {who}").format(who=_when(told.changed)) + f"\n{core_words.said(told.changed.title)}"
            )
        self._log.setText("\n".join(lines))
        self._form.setRowVisible(self._log, bool(lines))

    def _title_text(self, seen: Inspected) -> str:
        count = len(seen.ids)
        if seen.what == "nothing":
            return self.tr("Details")
        if count > 1:
            return self.tr("{n} selected").format(n=count)
        titles = {
            "annotations": self.tr("Annotation"),
            "proposals": self.tr("Proposal"),
            "absent": self.tr("Not present"),
        }
        title = titles.get(seen.what, "")
        return self.tr("{what}, locked").format(what=title) if seen.locked else title

    def _origin_text(self, seen: Inspected) -> str:
        if seen.pending is not None:
            return self._source_text(seen.pending)
        if seen.annotation is None:
            return ""
        words = {
            "drawn": self.tr("Drawn by hand"),
            "accepted": self.tr("Accepted as proposed"),
            "edited": self.tr("Edited") if seen.source is None else self.tr("Accepted, then edited"),
            "imported": self.tr("Imported"),
        }
        said = words[seen.annotation.origin]
        return said if seen.source is None else f"{said}\n{self._source_text(seen.source)}"

    def _source_text(self, source: Pending) -> str:
        told = (source.proposal.model_id, trust_text(source.score, source.measured))
        self._origin.setToolTip("\n".join(filter(None, told)))
        score = source.score
        measured = self.tr("no score") if score is None else self.tr("score {score}").format(score=score_text(score))
        asked = self.tr("asked “{words}”").format(words=source.answer.query.expression)
        return f"{model_name(source)}, {measured}\n{asked}"

    # --- what a person does ------------------------------------------------------------------

    def _commit(self) -> None:
        """Take what was typed and not yet said."""
        self._commit_words()
        for field in self._fields:
            field.commit()

    def _commit_words(self) -> None:
        if self._words.isModified():
            self._words.setModified(False)
            words = split_expressions(self._words.text())
            if words != self._shown.expressions:
                self.words_wanted.emit(self._shown.ids, words)

    def _on_label(self) -> None:
        wanted = self._label.currentData()
        if isinstance(wanted, str) and wanted != self._shown.label_id:
            self.label_wanted.emit(self._shown.ids, wanted)

    def _on_place(self, region: object) -> None:
        if len(self._shown.ids) == 1:
            self.region_wanted.emit(self._shown.ids[0], region)

    def _on_value(self, attribute: Attribute, text: str) -> None:
        self.value_wanted.emit(self._shown.ids, attribute, text)


def _when(moment: Moment) -> str:
    """Who and when, in the person's own time."""
    at = datetime.fromisoformat(moment.at).astimezone() if moment.at else None
    return moment.author or "?" if at is None else f"{moment.author or '?'}, {at:%Y-%m-%d %H:%M}"
