"""Starts the app: builds QApplication, Session and MainWindow, joins them, and ends them in order. The only wiring."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QApplication

from core import crashes
from core.files import APP_NAME
from core.logs import log_to_file
from core.processes import keep_libraries_to_ourselves
from desktop import icons, language, theme
from desktop.focus_ring import FocusRing
from desktop.main_window import MainWindow
from desktop.opened_files import OpenedFiles
from desktop.session.models import MakeGrounder, host_model
from desktop.session.notices import notice_of_bad_end
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
    bad_end = crashes.look_back()
    watch = crashes.begin()
    app = application()
    session = Session(Pyramid.build, make_grounder)
    hook = sys.excepthook
    window: MainWindow | None = None
    spoken = language.speak(app, session.preferences.get("appearance.language"))
    try:
        theme.apply(app, session.preferences.get("appearance.theme"))
        session.preferences.changed.connect(lambda key: _follow_theme(app, session, key))
        window = MainWindow(session)
        FocusRing(app, window)
        if sys.platform == "darwin":
            OpenedFiles(app, session.workspace.open)
        sys.excepthook = lambda _, error, trace: report_bug(session, watch, error.with_traceback(trace))
        window.show()
        open_first(session, arguments)
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
    app = QApplication(sys.argv[:1])
    app.setWindowIcon(icons.app_icon())
    return app


def open_first(session: Session, arguments: Sequence[str]) -> None:
    """The project that was named, else the one that was open last, if it is still there."""
    if session.preferences.load_error is not None:
        session.notices.error(session.preferences.load_error)
    if arguments:
        session.workspace.open(Path(arguments[0]).absolute())
        return
    recent = session.preferences.recent_projects()
    if recent and session.preferences.get("start.reopen"):
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
