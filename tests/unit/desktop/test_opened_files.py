"""A project that the Finder hands over is opened."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from desktop.opened_files import OpenedFiles


def test_a_double_click_in_the_finder_opens_the_project(qapp: QApplication, tmp_path: Path) -> None:
    opened: list[Path] = []
    watch = OpenedFiles(qapp, opened.append)
    QApplication.sendEvent(qapp, QFileOpenEvent(str(tmp_path / "é x.groundlabel")))
    qapp.removeEventFilter(watch)
    watch.deleteLater()
    assert opened == [tmp_path / "é x.groundlabel"]
