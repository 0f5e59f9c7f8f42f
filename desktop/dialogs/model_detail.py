"""What one model is and what can be done with it: state, actions, progress, problems, facts, card, licences."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from core.errors import UserError
from core.schema import ModelInfo
from core.workflows.model_cards import ModelCard
from desktop import core_words, icons, theme
from desktop.model_words import media_words, size_words, state_words, work_words
from desktop.session.model_store import Work
from desktop.session.models import ModelState
from desktop.session.notices import notice_from_error
from desktop.tokens import SPACING
from desktop.views.flow_layout import FlowLayout
from desktop.wrapping import breakable, sentence

Act = Literal[
    "use_pictures", "use_time", "load", "stop_loading", "unload", "download", "pause", "discard", "verify", "remove",
    "accept", "add",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """A model as it stands now. `work` is what is done to any model; `needs_accepting`: its terms were not accepted."""

    card: ModelCard
    state: ModelState = "idle"
    info: ModelInfo | None = None
    problem: Exception | None = None
    remark: str = ""
    work: Work | None = None
    for_pictures: bool = False
    for_time: bool = False
    needs_accepting: bool = False

    @property
    def own_work(self) -> Work | None:
        """What is told here: work on this model, or on one that has no row of its own yet."""
        is_own = self.work is not None and (self.work.name == self.card.name or self.work.kind == "add")
        return self.work if is_own else None


class ModelDetail(QWidget):
    """`wanted` says what the person wants done with the model that is shown."""

    wanted = Signal(str)  # Act

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("model_detail")
        self._name = QLabel(self)
        self._name.setObjectName("model_name")
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        self._name.setWordWrap(True)
        self._name.setFont(theme.font("heading"))
        self._state = QLabel(self)
        self._state.setObjectName("model_state")
        self._state.setTextFormat(Qt.TextFormat.PlainText)
        self._state.setWordWrap(True)
        theme.set_text_role(self._state, "small", muted=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING.s)
        layout.addWidget(self._name)
        layout.addWidget(self._state)
        layout.addWidget(self._build_actions())
        layout.addWidget(self._build_work())
        layout.addWidget(self._build_problem())
        layout.addWidget(self._build_tabs(), 1)

    # --- building ----------------------------------------------------------------------------

    def _build_actions(self) -> QWidget:
        row = QWidget(self)
        flow = FlowLayout(row)
        texts: dict[Act, tuple[str, str]] = {
            "use_pictures": (self.tr("Use for &pictures"), "image"),
            "use_time": (self.tr("Use for &videos and sounds"), "video"),
            "load": (self.tr("&Load now"), "play"),
            "stop_loading": (self.tr("Stop &loading"), "stop"),
            "unload": (self.tr("&Unload"), "stop"),
            "download": (self.tr("&Download…"), "import"),
            "discard": (self.tr("D&iscard"), "delete"),
            "accept": (self.tr("&Read the licences…"), "file"),
            "verify": (self.tr("&Check the files"), "done"),
            "remove": (self.tr("&Remove…"), "delete"),
        }
        self._buttons: dict[Act, QPushButton] = {}
        for act, (text, glyph) in texts.items():
            self._buttons[act] = self._button(act, text, glyph, row)
            flow.addWidget(self._buttons[act])
        self._buttons["unload"].setToolTip(self.tr("Ends its process and frees its memory; a question loads it anew"))
        self._buttons["discard"].setToolTip(self.tr("Deletes what has come of it"))
        return row

    def _button(self, act: Act, text: str, glyph: str, parent: QWidget) -> QPushButton:
        button = QPushButton(icons.icon(glyph), f" {text}", parent)
        button.setObjectName(f"model_{act}")
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self.wanted.emit(act))
        return button

    def _build_work(self) -> QWidget:
        self._work = QFrame(self)
        self._work.setObjectName("model_work")
        self._progress = QProgressBar(self._work)
        self._progress.setObjectName("model_progress")
        self._progress.setTextVisible(False)
        self._progress.setFixedHeight(6)
        self._told = QLabel(self._work)
        self._told.setObjectName("model_work_text")
        self._told.setWordWrap(True)
        theme.set_text_role(self._told, "small", muted=True)
        self._pause = self._button("pause", self.tr("Pau&se"), "pause", self._work)
        line = QHBoxLayout()
        line.setSpacing(SPACING.m)
        line.addWidget(self._told, 1)
        line.addWidget(self._pause)
        column = QVBoxLayout(self._work)
        column.setContentsMargins(0, SPACING.xs, 0, 0)
        column.setSpacing(SPACING.xs)
        column.addWidget(self._progress)
        column.addLayout(line)
        return self._work

    def _build_problem(self) -> QWidget:
        self._problem = QFrame(self)
        self._problem.setObjectName("model_problem")
        self._problem_icon = QLabel(self._problem)
        self._said = QLabel(self._problem)
        self._said.setObjectName("model_said")
        self._said.setTextFormat(Qt.TextFormat.RichText)
        self._said.setWordWrap(True)
        self._said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._add = self._button("add", self.tr("Choose a &folder…"), "folder", self._problem)
        self._add.setObjectName("model_problem_add")
        line = QHBoxLayout(self._problem)
        line.setContentsMargins(0, SPACING.xs, 0, SPACING.xs)
        line.setSpacing(SPACING.s)
        line.addWidget(self._problem_icon, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._said, 1)
        line.addWidget(self._add, 0, Qt.AlignmentFlag.AlignTop)
        return self._problem

    def _build_tabs(self) -> QTabWidget:
        self._tabs = QTabWidget(self)
        self._tabs.setObjectName("model_tabs")
        self._tabs.setAccessibleName(self.tr("About this model"))
        facts = QWidget(self)
        column = QVBoxLayout(facts)
        column.setContentsMargins(0, SPACING.m, SPACING.s, 0)
        column.setSpacing(SPACING.m)
        self._summary = QLabel(facts)
        self._summary.setObjectName("model_summary")
        self._summary.setTextFormat(Qt.TextFormat.PlainText)
        self._summary.setWordWrap(True)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(SPACING.l)
        self._grid.setVerticalSpacing(SPACING.s)
        self._grid.setColumnStretch(1, 1)
        column.addWidget(self._summary)
        column.addLayout(self._grid)
        column.addStretch()
        area = QScrollArea(self)
        area.setAccessibleName(self.tr("What is known of the model"))
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(facts)
        self._card = self._browser("model_card", self.tr("Card of the model"))
        self._licences = self._browser("model_licences", self.tr("Licences of the model"))
        self._tabs.addTab(area, self.tr("Facts"))
        self._tabs.addTab(self._card, self.tr("Card"))
        self._tabs.addTab(self._licences, self.tr("Licences"))
        return self._tabs

    def _browser(self, name: str, spoken: str) -> QTextBrowser:
        browser = QTextBrowser(self)
        browser.setObjectName(name)
        browser.setAccessibleName(spoken)
        browser.setOpenExternalLinks(True)
        browser.setFrameShape(QFrame.Shape.NoFrame)
        return browser

    # --- showing -----------------------------------------------------------------------------

    def show_model(self, seen: Seen) -> None:
        """Everything about a model, as it stands now."""
        card = seen.card
        changed = self._name.text() != breakable(card.name) or self._seen_card != card
        self._seen_card = card
        self._name.setText(breakable(card.name))
        self._state.setText(self._state_line(seen))
        self._show_actions(seen)
        self._show_work(seen)
        self._show_problem(seen)
        if changed:
            self._summary.setText(core_words.said(card.entry.summary))
            self._summary.setVisible(bool(card.entry.summary))
            self._show_texts(card)
        self._show_facts(seen)

    _seen_card: ModelCard | None = None

    def _state_line(self, seen: Seen) -> str:
        card = seen.card
        parts = []
        if seen.info is not None and seen.state == "ready":
            memory = size_words(seen.info.memory_bytes) if seen.info.memory_bytes else ""
            parts = [self.tr("Loaded"), seen.info.device.upper(), seen.info.dtype, memory]
        else:
            state = state_words(card, seen.state)
            here = self.tr("comes with GroundLabel") if card.entry.state == "bundled" else self.tr("on this machine")
            parts = [state or self.tr("{here}, not loaded").format(here=here)]
        if seen.for_pictures:
            parts.append(self.tr("used for pictures"))
        if seen.for_time:
            parts.append(self.tr("used for videos and sounds"))
        text = "  ·  ".join(part for part in parts if part)
        return text[:1].upper() + text[1:]

    def _show_actions(self, seen: Seen) -> None:
        card, state = seen.card, seen.state
        usable, idle = card.is_usable, seen.work is None
        is_used = seen.for_pictures or seen.for_time
        own = card.entry.state in ("installed", "linked") and card.entry.name != card.entry.path
        shown: dict[Act, bool] = {
            "use_pictures": usable and "image" in card.kinds and not seen.for_pictures,
            "use_time": usable and bool({"video", "audio"} & set(card.kinds)) and not seen.for_time,
            "load": usable and is_used and state in ("idle", "failed"),
            "stop_loading": usable and state == "loading",
            "unload": usable and state == "ready",
            "download": not card.is_here and seen.own_work is None,
            "discard": not card.is_here and bool(card.arrived_bytes) and seen.own_work is None,
            "accept": card.is_here and seen.needs_accepting and card.entry.problem is not None,
            "verify": card.is_here and card.entry.path is not None and seen.own_work is None,
            "remove": own and seen.own_work is None,
        }
        focused = self.focusWidget()
        for act, button in self._buttons.items():
            button.setVisible(shown[act])
            button.setEnabled(act in ("use_pictures", "use_time", "load", "stop_loading", "unload", "accept") or idle)
        self._buttons["download"].setText(
            " " + (self.tr("&Resume the download") if card.arrived_bytes else self.tr("&Download…"))
        )
        if isinstance(focused, QPushButton) and not focused.isVisible():
            self.focus_action()

    def focus_action(self) -> None:
        """The keyboard goes to the first thing that can be done."""
        for button in (self._pause, *self._buttons.values()):
            if button.isVisible() and button.isEnabled():
                button.setFocus()
                return

    def _show_work(self, seen: Seen) -> None:
        work = seen.own_work
        is_loading = work is None and seen.state == "loading"
        self._work.setVisible(work is not None or is_loading)
        self._pause.setVisible(work is not None and work.kind != "remove")
        if is_loading:
            self._progress.setRange(0, 0)
            self._told.setText(self.tr("Loading into memory…"))
        if work is None:
            return
        self._pause.setText(" " + (self.tr("Pau&se") if work.kind == "download" else self.tr("&Stop")))
        self._pause.setIcon(icons.icon("pause" if work.kind == "download" else "stop"))
        per_mille = round(1000 * work.done / work.total) if work.total else 0
        self._progress.setRange(0, 1000 if work.total else 0)
        self._progress.setValue(per_mille)
        note = core_words.said(work.note)
        self._told.setText(work_words(work, named=work.kind == "add") or note)
        self._told.setToolTip(note)

    def _show_problem(self, seen: Seen) -> None:
        """What went wrong, why, and what to do next; else what went well."""
        error = seen.problem
        lines: list[str] = []
        if error is not None:
            notice = notice_from_error(error)
            lines = [notice.what, notice.why, notice.next_step]
        elif seen.card.entry.problem is not None:
            lines = ["", core_words.said(seen.card.entry.problem)]
        is_problem = bool(lines)
        if not is_problem and seen.remark:
            lines = ["", seen.remark]
        self._problem.setVisible(bool(lines))
        is_hub = error is not None and not seen.card.is_here and isinstance(error, UserError)
        self._add.setVisible(is_hub)
        if not lines:
            return
        glyph, role = ("error", "danger") if is_problem else ("done", "success")
        self._problem_icon.setPixmap(icons.icon(glyph, role=role).pixmap(20, 20))
        head = f"<b>{html.escape(breakable(sentence(lines[0])))}</b> " if lines[0] else ""
        rest = " ".join(html.escape(breakable(sentence(line))) for line in lines[1:] if line)
        self._said.setText(head + rest)
        if is_hub:
            self._said.setText(
                self._said.text() + " " + html.escape(self.tr("A folder with the model's files works without a hub."))
            )

    def _show_facts(self, seen: Seen) -> None:
        card, info = seen.card, seen.info
        licences = (
            ", ".join(f"{one.name} ({core_words.said(one.covers)})" for one in card.licences)
            or card.entry.licence
            or ""
        )
        rows = [
            (self.tr("Understands"), media_words(card.kinds) or self.tr("nothing by itself: a part of other models")),
            (self.tr("Size"), size_words(card.entry.size_bytes) or self.tr("told when the download begins")),
            (self.tr("Arrived"), size_words(card.arrived_bytes) if card.arrived_bytes else ""),
            (self.tr("Licence"), licences or self.tr("unknown")),
            (self.tr("Needs"), ", ".join(card.needs)),
            (self.tr("Made from"), card.parent),
            (self.tr("Comes from"), card.origin),
            (self.tr("Folder"), (card.entry.path or "") if card.entry.state != "bundled" else ""),
            *((core_words.said(what), value) for what, value in card.figures),
        ]
        if info is not None:
            rows.append((self.tr("Runs so because"), "\n".join(sentence(core_words.said(note)) for note in info.notes)))
        rows = [(what, value) for what, value in rows if value]
        if rows == self._rows:
            return
        self._rows = rows
        while (item := self._grid.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.deleteLater()
        for number, (what, value) in enumerate(rows):
            name, said = QLabel(sentence(what).rstrip(".。"), self), QLabel(breakable(value), self)
            name.setProperty("muted", True)
            name.setTextFormat(Qt.TextFormat.PlainText)
            said.setTextFormat(Qt.TextFormat.PlainText)
            said.setWordWrap(True)
            said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(name, number, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(said, number, 1)

    _rows: list[tuple[str, str]] | None = None

    def _show_texts(self, card: ModelCard) -> None:
        if card.card:
            self._card.setMarkdown(card.card)
        else:
            self._card.setPlainText(self.tr("This model has no card."))
        link = theme.colours(self.palette()).link
        parts = [
            f"<p><b>{html.escape(one.name)}</b> — {_plain(one.covers)}<br>{_plain(one.summary)}<br>"
            f"<a style='color:{link}' href='{html.escape(one.url)}'>{html.escape(one.url)}</a></p>"
            for one in card.licences
        ]
        if card.licence_text:
            parts.append(f"<pre style='white-space:pre-wrap'>{html.escape(card.licence_text)}</pre>")
        if not parts:
            told = card.entry.licence or self.tr("Nobody has written down its licence.")
            parts.append(f"<p>{html.escape(told)}</p>")
        self._licences.setHtml("".join(parts))


def _plain(text: str) -> str:
    """What the catalogue says, in the window's language, for a text with marks."""
    return html.escape(core_words.said(text))
