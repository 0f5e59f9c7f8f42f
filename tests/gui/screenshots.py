"""Makes the pictures of the user guide: drives the real window over the bundled sample with the bundled model.

python -m tests.gui.screenshots docs/images

To look at a small window, a dark one, a fine screen: --size 1024x640, --theme dark, QT_SCALE_FACTOR=2 before it.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PIL import Image
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QTreeWidget,
    QWidget,
)

from core.schema import Attribute, new_id
from core.settings import Settings
from desktop.app import main as run_app
from desktop.main_window import MainWindow

LIMIT_BYTES = 60_000
PATIENCE_S = 90.0
# The red circle of the sample's video goes down between these frames, by so many pixels.
CIRCLE_FRAMES = (48, 80)
CIRCLE_CORNERS = ((29, 30), (96, 97))
CIRCLE_WAY = ((62, 63), (65, 171))
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
W = TypeVar("W", bound=QWidget)


class Tour:
    """A walk through the window that keeps a picture wherever it stops."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        self._window = window
        self._folder = folder
        self._session = window._session

    def walk(self) -> None:
        """All pictures, in the order of the guide."""
        self._keep("start")
        QTest.mouseClick(self._find(QPushButton, "start_tour"), Qt.MouseButton.LeftButton)
        self._until(lambda: self._window.tour.is_running)
        self._go_to("many-circles.jpg")
        self._keep("tour")
        self._key(Qt.Key.Key_Escape)
        self._key(Qt.Key.Key_M, CTRL, on=self._window)
        self._until(lambda: self._session.model_store.cards)
        self._keep("models")
        self._key(Qt.Key.Key_Escape, on=self._dialog())
        self._ask("all red circles; blue ring; purple heart", answers=3)
        self._keep("ask")
        self._key(Qt.Key.Key_N)
        self._key(Qt.Key.Key_Return, CTRL, SHIFT)
        self._key(Qt.Key.Key_R)
        self._drag((212, 352), (288, 428))
        self._type("blue square")
        self._keep("draw")
        self._key(Qt.Key.Key_Return, on=self._find(QLineEdit, "words_edit"))
        self._key(Qt.Key.Key_V)
        self._keep("objects")
        self._look_closer()
        self._key(Qt.Key.Key_E, CTRL, SHIFT)
        self._until(self._dialog)
        self._key(Qt.Key.Key_Return, on=self._dialog())
        self._until(lambda: self._window.findChild(QWidget, "report_head"))
        self._keep("export")
        self._key(Qt.Key.Key_Escape, on=self._dialog())
        self._look_at_teaching()
        self._chat("meadow.jpg", "where is the red circle?")
        self._keep("chat")
        self._key(Qt.Key.Key_T, CTRL, on=self._find(QPlainTextEdit, "chat_edit"))
        self._go_to("crowded.png")
        theme = self._session.preferences.get("appearance.theme")
        self._session.preferences.set("appearance.theme", "dark")
        self._ask("letter A; yellow star; all red circles", answers=3)
        self._keep("dark")
        self._session.preferences.set("appearance.theme", theme)
        self._keep_settings()
        self._go_to("moving-shapes.mp4")
        self._follow_the_circle()
        self._keep("video")
        self._go_to("beep-siren-bell.flac")
        self._hear_the_bell()
        self._keep("sound")

    def _look_closer(self) -> None:
        """An accepted circle with two attributes, and the history of the item."""
        session = self._session
        for attribute in (
            Attribute(new_id(), "occluded", "yes_no"),
            Attribute(new_id(), "material", "choice", ("paper", "paint", "plastic"), default="paper"),
        ):
            session.defining.define(attribute)
        accepted = next(item for item in session.showing.contents.annotations if item.origin == "accepted")
        session.selection.set([accepted.id])
        material = session.defining.table()[1]
        session.inspecting.set_value([accepted.id], material, "paint")
        self._window.desk.object_desk.widget.setSizes([150, 450])
        self._keep("inspector")
        self._window.desk.object_desk.widget.setSizes([300, 300])
        self._key(Qt.Key.Key_H, CTRL)
        self._until(self._dialog)
        self._until(lambda: self._find(QTreeWidget, "history_list").topLevelItemCount())
        self._keep("history")
        self._key(Qt.Key.Key_Escape, on=self._dialog())
        session.selection.set(())

    def _look_at_teaching(self) -> None:
        """What a start would use, the versions that there are, and what the work cost."""
        session = self._session
        self._key(Qt.Key.Key_M, CTRL, SHIFT, on=self._window)
        self._until(
            lambda: session.improving.ahead.prospect is not None and session.improving.ahead.prospect.is_checked
        )
        self._keep("improve")
        self._key(Qt.Key.Key_Escape, on=self._find(QDialog, "improve_dialog"))
        self._window._commands["versions"].trigger()
        self._until(lambda: self._find(QTreeWidget, "version_list").topLevelItemCount())
        self._keep("versions")
        self._key(Qt.Key.Key_Escape, on=self._find(QDialog, "versions_dialog"))
        self._window._commands["effort"].trigger()
        self._until(lambda: self._find(QPushButton, "effort_export").isEnabled())
        self._keep("effort")
        self._key(Qt.Key.Key_Escape, on=self._find(QDialog, "effort_dialog"))

    def _keep_settings(self) -> None:
        """The page of keys."""
        self._key(Qt.Key.Key_Comma, CTRL)
        self._until(self._dialog)
        pages = self._find(QListWidget, "settings_pages")
        pages.setCurrentItem(pages.findItems("Keys", Qt.MatchFlag.MatchExactly)[0])
        self._keep("settings")
        self._key(Qt.Key.Key_Escape, on=self._dialog())

    def _hear_the_bell(self) -> None:
        """Spans on the timeline, one of them accepted, and a segment by hand."""
        sound = self._window.desk.time.sound
        self._until(lambda: self._session.transport.is_open and self._session.sounds.edges(0, 12))
        self._ask("the beep; the siren; the bell", answers=3)
        self._session.selection.set(())
        self._key(Qt.Key.Key_Period, on=sound.overlay)
        self._key(Qt.Key.Key_Return, CTRL, on=sound.overlay)
        self._find(QLineEdit, "expression_edit").setText("silence")
        window = sound.state.window
        first, last = (QPoint(round(window.x_of(at_s)), 60) for at_s in (2.4, 3.8))
        QTest.mousePress(sound.overlay, Qt.MouseButton.LeftButton, pos=first)
        QTest.mouseMove(sound.overlay, (first + last) / 2)
        QTest.mouseRelease(sound.overlay, Qt.MouseButton.LeftButton, pos=last)

    def _follow_the_circle(self) -> None:
        """Two spans, one of them accepted, and a track with two key boxes, seen between them."""
        self._until(lambda: self._session.transport.is_open)
        self._ask("the red circle; a square moves left", answers=2)
        self._key(Qt.Key.Key_Return, CTRL)
        self._session.selection.set(())
        self._step(CIRCLE_FRAMES[0])
        edit = self._find(QLineEdit, "expression_edit")
        edit.setText("the red circle")
        self._key(Qt.Key.Key_R)
        self._drag(*CIRCLE_CORNERS)
        self._key(Qt.Key.Key_V)
        self._step(CIRCLE_FRAMES[1])
        self._key(Qt.Key.Key_K)
        self._drag(*CIRCLE_WAY)
        self._step(sum(CIRCLE_FRAMES) // 2)

    def _step(self, number: int) -> None:
        transport = self._session.transport
        index = transport.index
        assert index is not None
        by = number - index.index_at(transport.position_s)
        for _ in range(abs(by)):
            self._key(Qt.Key.Key_Right if by > 0 else Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
        self._until(lambda: transport.frame is not None and transport.frame.number == number)

    # --- acting ------------------------------------------------------------------------------

    def _go_to(self, name: str) -> None:
        workspace = self._session.workspace
        self._until(lambda: workspace.current)
        while workspace.current is not None and workspace.current.path != name:
            self._key(Qt.Key.Key_D)
        desk = self._window.desk
        self._until(
            lambda: (
                workspace.current is not None
                and workspace.current.id in (desk.canvas.media_id(), desk.time.sound.media_id())
            )
        )

    def _ask(self, text: str, *, answers: int) -> None:
        edit = self._find(QLineEdit, "expression_edit")
        edit.setFocus()
        edit.selectAll()
        QTest.keyClicks(edit, text)
        self._key(Qt.Key.Key_Return, on=edit)
        self._until(lambda: self._session.asking.running is None)
        found = len(self._session.showing.contents.answers)
        if found != answers:
            raise RuntimeError(f"{found} answers to “{text}” instead of {answers}")

    def _chat(self, name: str, question: str) -> None:
        self._go_to(name)
        self._key(Qt.Key.Key_T, CTRL)
        edit = self._find(QPlainTextEdit, "chat_edit")
        QTest.keyClicks(edit, question)
        self._key(Qt.Key.Key_Return, on=edit)
        item = self._session.workspace.current
        self._until(lambda: item is not None and not self._session.chatting.is_running(item.id))

    def _type(self, text: str) -> None:
        self._until(lambda: self._window.findChild(QLineEdit, "words_edit"))
        edit = self._find(QLineEdit, "words_edit")
        edit.selectAll()
        QTest.keyClicks(edit, text)
        if edit.completer().popup() is not None:
            edit.completer().popup().hide()

    def _drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        canvas = self._window.desk.canvas
        first, last = (QPoint(*map(round, canvas.view_transform().to_widget(at))) for at in (start, end))
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=first)
        QTest.mouseMove(canvas, (first + last) / 2)
        QTest.mouseMove(canvas, last)
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=last)

    def _key(self, key: Qt.Key, *modifiers: Qt.KeyboardModifier, on: QWidget | None = None) -> None:
        pressed = Qt.KeyboardModifier.NoModifier
        for modifier in modifiers:
            pressed |= modifier
        if self._dialog() is None and not self._window.isActiveWindow():
            self._window.activateWindow()  # a window manager does this when a dialog closes
            self._until(self._window.isActiveWindow)
        QTest.keyClick(on or self._window.desk.canvas, key, pressed)
        QTest.qWait(10)

    # --- looking -----------------------------------------------------------------------------

    def _find(self, kind: type[W], name: str) -> W:
        found = self._window.findChild(kind, name)
        if found is None:
            raise RuntimeError(f"there is no {name}")
        return found

    def _dialog(self) -> QDialog | None:
        return next((dialog for dialog in self._window.findChildren(QDialog) if dialog.isVisible()), None)

    def _until(self, condition: Callable[[], object]) -> None:
        end = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError("the window did not come to what the tour waits for")
            QTest.qWait(20)

    def _keep(self, name: str) -> None:
        """The window, and the dialog that lies over it, as a small file."""
        QTest.qWait(300)  # hover, scroll bars and caret come to rest
        picture = self._window.grab().toImage()
        dialog = self._dialog()
        if dialog is not None:
            over = dialog.grab().toImage()
            room = (self._window.size() - dialog.size()) / 2
            frame = QRect(QPoint(room.width(), room.height()), dialog.size())
            painter = QPainter(picture)
            painter.drawImage(frame.topLeft(), over)
            painter.drawRect(frame.adjusted(-1, -1, 0, 0))
            painter.end()
        save_small(picture, self._folder / f"{name}.png")


def save_small(picture: QImage, path: Path) -> None:
    """As PNG, with a palette where it would grow large without."""
    rgb = picture.convertToFormat(QImage.Format.Format_RGB888)
    raw = bytes(rgb.constBits())
    image = Image.frombuffer("RGB", (rgb.width(), rgb.height()), raw, "raw", "RGB", rgb.bytesPerLine(), 1)
    image.save(path, optimize=True)
    if path.stat().st_size > LIMIT_BYTES:
        image.quantize(256, Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE).save(path, optimize=True)
    sys.stdout.write(f"{path}  {path.stat().st_size / 1000:.0f} kB\n")


def main(arguments: list[str]) -> int:
    """Write every picture into the folder that is named."""
    parser = argparse.ArgumentParser(description="Make a picture of every view.")
    parser.add_argument("folder", type=Path, help="where they are written")
    parser.add_argument("--size", default="1080x680", help="of the window, WIDTHxHEIGHT (1080x680)")
    parser.add_argument("--theme", choices=("light", "dark"), default="light", help="of all but one picture (light)")
    options = parser.parse_args(arguments)
    width, height = (int(part) for part in options.size.split("x"))
    folder = options.folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

    def run(_: QApplication, window: MainWindow) -> int:
        window.resize(width, height)
        window.activateWindow()
        Tour(window, folder).walk()
        return 0

    with tempfile.TemporaryDirectory() as home:
        os.environ["GROUNDLABEL_HOME"] = home
        settings = Settings.load()
        settings.set("person.name", "Mara")
        settings.set("appearance.theme", options.theme)
        settings.save()
        return run_app([], run=run)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
