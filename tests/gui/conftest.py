"""Drives the real app: `main()` with an isolated home, mouse and keys only, what is shown or stored as the proof."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PIL import Image, ImageDraw
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QTreeWidget, QTreeWidgetItem, QWidget
from pytestqt.qtbot import QtBot

from core.project import Project
from core.schema import Box, MediaItem
from desktop.app import App, main
from desktop.main_window import MainWindow
from tests.fakes_gui import HandHeldGrounder

TIMEOUT_MS = 180_000  # a model that loads on a busy machine takes its time
W = TypeVar("W", bound=QWidget)


class Person:
    """Somebody in front of the window: looks, clicks and types."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self._qtbot = qtbot

    # --- looking -----------------------------------------------------------------------------

    def find(self, kind: type[W], name: str) -> W:
        """A widget by its object name, in the window or one of its dialogs; it must be there."""
        found = self.window.findChild(kind, name)
        assert found is not None, f"there is no {kind.__name__} called {name}"
        return found

    def sees(self, name: str) -> str:
        """The text of a visible label or button."""
        widget = self.find(QWidget, name)
        return widget.text().replace("\u200b", "") if widget.isVisible() else ""  # type: ignore[attr-defined]

    def until(self, condition: Callable[[], object], *, patience_ms: int = TIMEOUT_MS) -> None:
        """Wait until something is so; the window goes on meanwhile."""
        self._qtbot.waitUntil(lambda: bool(condition()), timeout=patience_ms)

    def until_shown(self) -> None:
        """Wait until the current item's picture is on the canvas."""
        self.until(lambda: self.window.desk.arrangement.is_arranged)  # the picture is as large as it stays
        self.until(lambda: self.canvas.has_image() and self.canvas.media_id() == self.item.id)

    @property
    def canvas(self) -> Any:
        return self.window.desk.canvas

    @property
    def project(self) -> Project:
        project = self.window._session.workspace.project
        assert project is not None
        return project

    @property
    def item(self) -> MediaItem:
        item = self.window._session.workspace.current
        assert item is not None
        return item

    def objects(self) -> list[list[str]]:
        """The rows of the objects panel, without its headings."""
        tree = self.find(QTreeWidget, "object_list")
        return [[row.text(column) for column in range(3)] for row in _rows(tree)]

    def messages(self) -> list[str]:
        """The headlines of the messages that lie over the window."""
        labels = self.window.findChildren(QLabel, "message_what")
        return [label.text().replace("\u200b", "") for label in labels if label.isVisible()]

    # --- acting ------------------------------------------------------------------------------

    def key(self, key: Qt.Key, *modifiers: Qt.KeyboardModifier, on: QWidget | None = None) -> None:
        """Press a key where the keyboard is."""
        pressed = Qt.KeyboardModifier.NoModifier
        for modifier in modifiers:
            pressed |= modifier
        if QApplication.activeModalWidget() is None and not self.window.isActiveWindow():
            self.window.activateWindow()  # a window manager does this when a dialog closes
            self.until(self.window.isActiveWindow)
        target = on or QApplication.focusWidget() or self.window
        QTest.keyClick(target, key, pressed)

    def click(self, widget: QWidget) -> None:
        self._until_clickable(widget)
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def _until_clickable(self, widget: QWidget) -> None:
        """Its window is on the screen, and the widget in it where it can be hit."""
        self.until(lambda: widget.isVisible() and widget.window().windowHandle().isExposed())

    def type_into(self, name: str, text: str) -> None:
        """Replace what stands in a line."""
        edit = self.find(QLineEdit, name)
        self._until_clickable(edit)
        QTest.mouseClick(edit, Qt.MouseButton.LeftButton)
        edit.selectAll()
        QTest.keyClicks(edit, text)

    def ask(self, text: str) -> None:
        """Type expressions and press Enter."""
        self.type_into("expression_edit", text)
        QTest.keyClick(self.find(QLineEdit, "expression_edit"), Qt.Key.Key_Return)

    def point(self, x: float, y: float) -> QPoint:
        """A place of the picture, in canvas pixels."""
        at = self.canvas.view_transform().to_widget((x, y))
        return QPoint(round(at[0]), round(at[1]))

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Press, move, release on the canvas; picture pixels."""
        first, last = self.point(*start), self.point(*end)
        QTest.mouseMove(self.canvas, first)
        QTest.mousePress(self.canvas, Qt.MouseButton.LeftButton, pos=first)
        QTest.mouseMove(self.canvas, (first + last) / 2)
        QTest.mouseMove(self.canvas, last)
        QTest.mouseRelease(self.canvas, Qt.MouseButton.LeftButton, pos=last)

    def drop(self, *paths: Path) -> None:
        """Drop files or folders onto the window."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        copy, button, no = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(self.window, QDragEnterEvent(QPoint(50, 50), copy, data, button, no))
        QApplication.sendEvent(self.window, QDropEvent(QPointF(50, 50), copy, data, button, no))


def _rows(tree: QTreeWidget) -> Iterator[QTreeWidgetItem]:
    for number in range(tree.topLevelItemCount()):
        group = tree.topLevelItem(number)
        for place in range(group.childCount()):
            yield group.child(place)


Drive = Callable[..., None]


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    """The app's own kind, which hears what the system hands over."""
    return App


@pytest.fixture
def grounder() -> HandHeldGrounder:
    """Two white blood cells and no unicorn."""
    return HandHeldGrounder(
        {
            "white cell": [((20.0, 20.0, 80.0, 80.0), 0.91), ((120.0, 30.0, 180.0, 90.0), 0.55)],
            "red cell": [((30.0, 100.0, 70.0, 140.0), 0.7)],
        }
    )


@pytest.fixture
def drive(
    qapp: QApplication, qtbot: QtBot, grounder: HandHeldGrounder, caplog: pytest.LogCaptureFixture
) -> Iterator[Drive]:
    """Run `body(person)` inside the real `main()`; anything unexpected in the app fails the test."""
    root = logging.getLogger()
    handlers = list(root.handlers)

    def run_app(body: Callable[[Person], None], *arguments: str, make: Callable[..., Any] | None = None) -> None:
        def run(_: QApplication, window: MainWindow) -> int:
            window.resize(1180, 760)
            window.activateWindow()
            qtbot.waitUntil(window.isActiveWindow, timeout=TIMEOUT_MS)
            body(Person(window, qtbot))
            return 0

        assert main(arguments, make_grounder=make or (lambda model, device: grounder), run=run) == 0
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    yield run_app
    for handler in [handler for handler in root.handlers if handler not in handlers]:
        root.removeHandler(handler)
        handler.close()
    logging.captureWarnings(False)
    bugs = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert not bugs, f"the app met errors that it did not expect: {bugs}"


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder of three pictures of 240 × 180."""
    folder = tmp_path / "数据 é"
    folder.mkdir()
    for number, ground in enumerate(("#d8c8c0", "#c0c8d8", "#c8d8c0"), start=1):
        picture = Image.new("RGB", (240, 180), ground)
        ImageDraw.Draw(picture).ellipse((20, 20, 80, 80), fill="#604090")
        picture.save(folder / f"cell-{number}.png")
    return folder


@pytest.fixture
def project_path(photos: Path) -> Path:
    """A project on the three pictures, closed."""
    from core.media import probe_item

    path = photos / "cells.groundlabel"
    with Project.create(path, author="mara", role="command") as project:
        paths = sorted(photos.glob("*.png"))
        project.add_media(probe_item(place, root="project", relative=place.name) for place in paths)
    return path


def boxes(project: Project, item: MediaItem) -> list[tuple[float, ...]]:
    """The stored boxes of an item, rounded."""
    regions = [annotation.region for annotation in project.annotations(item.id)]
    return [(round(r.x1), round(r.y1), round(r.x2), round(r.y2)) for r in regions if isinstance(r, Box)]


__all__: Sequence[str] = ("Person", "boxes")
