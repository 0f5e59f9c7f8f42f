"""Checks this installation: its steps come in live, what was found stands under each, and all of it can be copied."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.workflows.checks import Check
from core.workflows.self_test import STEPS, Step
from desktop import core_words, icons, theme
from desktop.dialogs.fitting import resize_within_screen
from desktop.session.notices import notice_from_error
from desktop.tokens import SPACING
from desktop.views import step_rows
from desktop.wrapping import breakable, sentences

MACHINE = "machine"
ROWS = (MACHINE, *STEPS)
_SIGNS = {  # glyph and the token of its colour
    "waiting": ("clock", "text_muted"),
    "running": ("loading", "accent"),
    "ok": ("done", "success"),
    "failed": ("error", "danger"),
    "left_out": ("not-present", "text_muted"),
}


def _tr(text: str) -> str:
    return QCoreApplication.translate("InstallationDialog", text)


class InstallationDialog(QDialog):
    """Emits `start_wanted`, `stop_wanted` and `report_wanted`; whoever checks calls the `show_` methods."""

    start_wanted = Signal()
    stop_wanted = Signal()
    report_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("installation_dialog")
        self.setWindowTitle(_tr("Check this installation"))
        self.setModal(False)
        resize_within_screen(self, 600, 600)
        self._checks: list[Check] = []
        self._states: dict[str, str] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING.l, SPACING.l, SPACING.l, SPACING.l)
        layout.setSpacing(SPACING.m)
        layout.addLayout(self._build_head())
        layout.addWidget(self._build_progress())
        layout.addWidget(self._build_rows(), 1)
        layout.addWidget(self._build_buttons())
        self._begin_anew()

    # --- building ----------------------------------------------------------------------------

    def _build_head(self) -> QHBoxLayout:
        self._sign = QLabel(self)
        self._sign.setFixedSize(24, 24)
        self._head = QLabel(self)
        self._head.setObjectName("installation_head")
        self._head.setFont(theme.font("heading", bold=True))
        self._head.setWordWrap(True)
        self._intro = QLabel(self)
        self._intro.setObjectName("installation_intro")
        self._intro.setWordWrap(True)
        self._intro.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        theme.set_text_role(self._intro, "body", muted=True)
        words = QVBoxLayout()
        words.setSpacing(SPACING.xs)
        words.addWidget(self._head)
        words.addWidget(self._intro)
        line = QHBoxLayout()
        line.setSpacing(SPACING.m)
        line.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        return line

    def _build_progress(self) -> QProgressBar:
        self._progress = QProgressBar(self)
        self._progress.setObjectName("installation_progress")
        self._progress.setAccessibleName(_tr("Steps done"))
        self._progress.setTextVisible(False)
        self._progress.setRange(0, len(ROWS))
        self._progress.setFixedHeight(6)
        return self._progress

    def _build_rows(self) -> QListWidget:
        self._rows = QListWidget(self)
        self._rows.setObjectName("installation_steps")
        self._rows.setAccessibleName(_tr("Steps of the check"))
        self._rows.setItemDelegate(step_rows.StepRows(self._rows))
        self._rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._rows.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        for name in ROWS:
            self._rows.addItem(QListWidgetItem(_title(name)))
        return self._rows

    def _build_buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(parent=self)
        self._again = QPushButton(icons.icon("regenerate"), " " + _tr("Check &again"), self)
        self._again.setObjectName("installation_again")
        self._again.clicked.connect(self.begin)
        self._stop = QPushButton(icons.icon("stop"), " " + _tr("&Stop"), self)
        self._stop.setObjectName("installation_stop")
        self._stop.clicked.connect(self._ask_to_stop)
        self._copy = QPushButton(icons.icon("copy"), " " + _tr("&Copy report"), self)
        self._copy.setObjectName("installation_copy")
        self._copy.clicked.connect(self.report_wanted)
        for button in (self._again, self._stop, self._copy):
            button.setAutoDefault(False)
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        close = buttons.addButton(QDialogButtonBox.StandardButton.Close)
        close.setObjectName("installation_close")
        close.setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        return buttons

    # --- what is shown -----------------------------------------------------------------------

    def begin(self) -> None:
        """Check, from the first step on."""
        self._begin_anew()
        self.start_wanted.emit()

    def show_check(self, check: Check) -> None:
        """One thing of the machine was looked at."""
        self._checks.append(check)
        self._set(MACHINE, "running", core_words.said(check.name))

    def show_step(self, step: Step) -> None:
        """A step began or ended; with the first one, all is known of the machine."""
        if step.name == STEPS[0] and step.state == "running":
            self._end_machine()
        found = core_words.said(step.found) + (f"\n{_what_to_do(step.advice)}" if step.advice else "")
        took = _tr("{seconds} s").format(seconds=f"{step.seconds:.1f}") if step.state != "running" else ""
        self._set(step.name, step.state, found, took)

    def show_note(self, note: str) -> None:
        """What the running step is at."""
        running = next((name for name in ROWS if self._states.get(name) == "running"), "")
        if running:
            self._set(running, "running", core_words.said(note))

    def show_end(self) -> None:
        """Everything that could be tried was tried."""
        failed = sum(state == "failed" for state in self._states.values())
        self._leave_out_the_rest()
        if not failed:
            self._say("done", "success", _tr("Everything works"), _tr("All that GroundLabel does was done once here."))
        else:
            head = _tr("One step failed") if failed == 1 else _tr("{n} steps failed").format(n=failed)
            next_step = _tr("Below stands what happened and what to do. Copy the report when you ask for help.")
            self._say("error", "danger", head, next_step)
        self._show_running(is_running=False)

    def show_stopped(self) -> None:
        self._leave_out_the_rest()
        self._say("stop", "text_muted", _tr("Stopped"), _tr("What was found so far stands below."))
        self._show_running(is_running=False)

    def show_error(self, error: Exception) -> None:
        """The check itself could not go on."""
        notice = notice_from_error(error)
        self._leave_out_the_rest()
        self._say("error", "danger", notice.what, breakable(sentences(notice.why, notice.next_step)))
        self._show_running(is_running=False)

    def copy(self, report: str) -> None:
        """Put the report on the clipboard, and say so."""
        QGuiApplication.clipboard().setText(report)
        self._copy.setText(" " + _tr("Copied"))

    # --- its parts ---------------------------------------------------------------------------

    def _begin_anew(self) -> None:
        self._checks, self._states = [], {}
        for name in ROWS:
            self._set(name, "waiting")
        self._say(
            "loading",
            "accent",
            _tr("Checking this installation…"),
            _tr(
                "GroundLabel does its whole work once, on media that it brought along. It takes about a minute; you"
                " can go on working. Your projects are not touched, and what is written is removed at the end."
            ),
        )
        self._show_running(is_running=True)

    def _end_machine(self) -> None:
        missing = [check for check in self._checks if check.state == "missing"]
        if not missing:
            self._set(MACHINE, "ok", _tr("Everything that is needed is there"))
            return
        told = _tr("Missing: {names}").format(names=", ".join(check.name for check in missing))
        advice = dict.fromkeys(check.advice for check in missing if check.advice)
        self._set(MACHINE, "failed", "\n".join([told, *map(_what_to_do, advice)]))

    def _leave_out_the_rest(self) -> None:
        for name in ROWS:
            if self._states[name] in ("waiting", "running"):
                self._set(name, "left_out", _tr("Not tried"))

    def _set(self, name: str, state: str, found: str = "", took: str = "") -> None:
        self._states[name] = state
        row = self._rows.item(ROWS.index(name))
        glyph, role = _SIGNS[state]
        shown = ((step_rows.FOUND, breakable(found)), (step_rows.TOOK, took), (step_rows.GLYPH, glyph))
        for key, value in (*shown, (step_rows.ROLE, role)):
            row.setData(key, value)
        words = ". ".join(part for part in (_title(name), _state_word(state), found, took) if part)
        row.setData(Qt.ItemDataRole.AccessibleTextRole, words)
        self._progress.setValue(sum(one in ("ok", "failed") for one in self._states.values()))
        if state in ("running", "failed"):
            self._rows.scrollToItem(row)

    def _say(self, glyph: str, role: str, head: str, intro: str) -> None:
        self._sign.setPixmap(icons.icon(glyph, role=role).pixmap(24, 24))
        self._head.setText(head)
        self._intro.setText(intro)

    def _show_running(self, *, is_running: bool) -> None:
        self._progress.setVisible(is_running)
        self._stop.setVisible(is_running)
        self._stop.setEnabled(is_running)
        self._again.setVisible(not is_running)
        self._copy.setText(" " + _tr("&Copy report"))
        if not is_running:
            self._copy.setFocus()

    def _ask_to_stop(self) -> None:
        self._stop.setEnabled(False)
        self.stop_wanted.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._rows.scheduleDelayedItemsLayout()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many lines as the words need at the new width."""
        super().resizeEvent(event)
        self._rows.scheduleDelayedItemsLayout()


def _title(name: str) -> str:
    return {
        MACHINE: _tr("This machine"),
        "project": _tr("Make a project of the sample"),
        "picture": _tr("Ask about a picture"),
        "video": _tr("Ask about a video"),
        "sound": _tr("Ask about a sound"),
        "export": _tr("Export as COCO"),
        "finetune": _tr("Teach a model"),
        "reload": _tr("Ask the model that was taught"),
    }[name]


def _state_word(state: str) -> str:
    return {
        "waiting": _tr("waiting"),
        "running": _tr("running"),
        "ok": _tr("passed"),
        "failed": _tr("failed"),
        "left_out": "",
    }[state]


def _what_to_do(advice: str) -> str:
    return _tr("What to do: {advice}").format(advice=core_words.said(advice))
