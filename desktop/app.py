"""Starts the app: builds QApplication, Session and MainWindow, joins them, and ends them in order. The only wiring."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from core import crashes
from core.files import APP_NAME
from core.logs import log_to_file
from core.processes import keep_libraries_to_ourselves
from desktop import icons, language, theme
from desktop.focus_ring import FocusRing
from desktop.main_window import MainWindow
from desktop.session.models import MakeGrounder, host_model
from desktop.session.notices import notice_of_bad_end, notice_of_newer_settings
from desktop.session.other_windows import knock, local_path
from desktop.session.session import Session
from desktop.views.pyramid import Pyramid

_LOG = logging.getLogger(__name__)
Run = Callable[[QApplication, MainWindow], int]


def main(arguments: Sequence[str] = (), *, make_grounder: MakeGrounder = host_model, run: Run | None = None) -> int:
    """Open the window, on a project if one is named, and stay until it is closed. Returns the exit code.

    `run` stands in for the event loop, and `make_grounder` for the process that hosts the model, in tests.
    """
    log_to_file()
    keep_libraries_to_ourselves()
    app = application()
    bad_end = crashes.look_back()
    watch = crashes.begin()
    session = Session(Pyramid.build, make_grounder)
    hook = sys.excepthook
    window: MainWindow | None = None
    spoken = language.speak(app, session.preferences.get("appearance.language"))
    try:
        theme.apply(app, session.preferences.get("appearance.theme"))
        session.preferences.changed.connect(lambda key: _follow_theme(app, session, key))
        window = MainWindow(session)
        FocusRing(app, window)
        sys.excepthook = lambda _, error, trace: report_bug(session, watch, error.with_traceback(trace))
        window.show()
        open_first(session, [local_path(argument) for argument in arguments])
        if isinstance(app, App):
            app.file_wanted.connect(lambda path: session.gathering.take([path]))
        if bad_end is not None and bad_end.trace:  # one that was killed comes back as it was, and alarms nobody
            session.notices.post(notice_of_bad_end(bad_end.trace))
        return app.exec() if run is None else run(app, window)
    except Exception as error:
        watch.note(error, fatal=True)
        raise
    finally:
        if window is not None:
            window.close()
        session.close()
        sys.excepthook = hook
        if window is not None:
            window.deleteLater()
        session.deleteLater()
        language.silence(app, spoken)
        watch.end()


def application() -> QApplication:
    """The one QApplication of this process."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    QApplication.setApplicationName(APP_NAME)
    QApplication.setApplicationDisplayName(APP_NAME)
    QApplication.setDesktopFileName("groundlabel")
    app = App(sys.argv[:1])
    app.setWindowIcon(icons.app_icon())
    return app


class App(QApplication):
    """Hears what the system hands over while the app runs: a double click on a file is an event on macOS."""

    file_wanted = Signal(object)  # Path

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QFileOpenEvent) and event.url().isLocalFile():
            self.file_wanted.emit(Path(event.url().toLocalFile()))
            return True
        return super().event(event)


def open_first(session: Session, named: Sequence[Path]) -> None:
    """What was named, else the project that was open last, if it is still there and no other window has it."""
    if session.preferences.load_error is not None:
        session.notices.error(session.preferences.load_error)
    if session.preferences.is_newer:
        session.notices.post(notice_of_newer_settings())
    if named:
        session.gathering.take(named)
        return
    recent = session.preferences.recent_projects()
    if recent and session.preferences.get("start.reopen") and not knock(recent[0], "ask"):
        session.workspace.open(recent[0])


def report_bug(session: Session, watch: crashes.Watch, error: BaseException) -> None:
    """An error that nobody expected: it is logged, written down, told, and the work goes on."""
    if isinstance(error, KeyboardInterrupt):
        QApplication.quit()
        return
    _LOG.critical("unexpected error", exc_info=error)
    watch.note(error)
    session.notices.error(error)


def _follow_theme(app: QApplication, session: Session, key: str) -> None:
    if key == "appearance.theme":
        theme.apply(app, session.preferences.get(key))
