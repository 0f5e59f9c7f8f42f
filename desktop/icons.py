"""Icons by name: one set (Phosphor, through qtawesome), coloured from the palette at the moment of painting.

Because the colour is looked up when an icon is painted, a switch of the theme needs no new icons.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QGuiApplication,
    QIcon,
    QIconEngine,
    QPainter,
    QPixmap,
)

from core import files
from desktop import theme

# What the app calls an action -> the glyph of the set. A name here is the only way to an icon.
GLYPHS: MappingProxyType[str, str] = MappingProxyType(
    {
        "about": "info",
        "accept": "check",
        "accept-all": "checks",
        "actual-size": "number-square-one",
        "add": "plus",
        "annotation": "bounding-box",
        "ask": "sparkle",
        "audio": "speaker-high",
        "bad-answer": "thumbs-down",
        "cancel": "x",
        "chat": "chat-text",
        "clear": "x-circle",
        "clock": "clock",
        "close": "x",
        "copy": "copy",
        "delete": "trash",
        "details": "list-bullets",
        "device": "cpu",
        "dismiss": "x",
        "done": "check-circle",
        "draw": "selection-plus",
        "edit": "pencil-simple",
        "error": "warning-circle",
        "export": "export",
        "file": "file",
        "filter": "funnel",
        "fit": "corners-out",
        "flag-answer": "flag",
        "folder": "folder-open",
        "good-answer": "thumbs-up",
        "help": "question",
        "hide": "eye-slash",
        "history": "clock-counter-clockwise",
        "image": "image",
        "import": "download-simple",
        "info": "info",
        "key-box": "push-pin",
        "label": "tag",
        "loading": "spinner-gap",
        "lock": "lock-simple",
        "merge": "arrows-in-line-horizontal",
        "missing": "link-break",
        "model": "brain",
        "needs-review": "flag",
        "new": "file-plus",
        "next": "caret-right",
        "not-present": "prohibit",
        "open": "folder-open",
        "open-folder": "folder-open",
        "loop": "repeat",
        "mute": "speaker-slash",
        "order": "sort-descending",
        "pan": "hand",
        "pause": "pause",
        "person": "user",
        "play": "play",
        "previous": "caret-left",
        "project": "database",
        "propose-all": "magic-wand",
        "redo": "arrow-u-up-right",
        "regenerate": "arrows-clockwise",
        "reject": "x",
        "save": "floppy-disk",
        "saved": "check-circle",
        "search": "magnifying-glass",
        "select": "cursor",
        "send": "paper-plane-right",
        "segment": "timer",
        "settings": "gear-six",
        "show": "eye",
        "step-back": "skip-back",
        "step-forward": "skip-forward",
        "split": "scissors",
        "stop": "stop",
        "theme": "circle-half",
        "train": "graduation-cap",
        "undo": "arrow-u-up-left",
        "unlock": "lock-simple-open",
        "video": "film-strip",
        "warning": "warning",
        "zoom-in": "magnifying-glass-plus",
        "zoom-out": "magnifying-glass-minus",
    }
)

# Of a tool button with words: a little air between glyph and words, which the style has no other way to say.
BESIDE_TEXT = QSize(22, 16)
_PACKAGE, _SET = "qtawesome", "phosphor"


def icon(name: str, *, role: str = "text") -> QIcon:
    """The icon of an action. `role` names the token that colours it (`text`, `text_muted`, `accent`, `danger` …).

    Raises KeyError for a name that is not in `GLYPHS`.
    """
    return QIcon(_GlyphEngine(_glyph(name), role))


def pixmap(name: str, size_px: int, colour: QColor, device_ratio: float = 1.0) -> QPixmap:
    """An icon drawn once in a given colour, for views that paint themselves."""
    drawn = _blank(QSize(round(size_px * device_ratio), round(size_px * device_ratio)))
    drawn.setDevicePixelRatio(device_ratio)
    painter = QPainter(drawn)
    paint_glyph(painter, QRectF(0, 0, size_px, size_px), name, colour)
    painter.end()
    return drawn


def paint_glyph(painter: QPainter, rect: QRectF, name: str, colour: QColor) -> None:
    """Draw an icon into a rectangle of any painter."""
    _paint(painter, rect, _glyph(name), colour)


def app_icon() -> QIcon:
    """The app's own icon."""
    return QIcon(str(files.bundled("resources/icons/groundlabel.svg")))


def _glyph(name: str) -> str:
    return chr(int(_characters()[GLYPHS[name]], 16))


def _file(pattern: str) -> Path:
    """A file of the icon set. The package is only looked up: importing it would go through all of Qt at the start."""
    found = find_spec(_PACKAGE)
    folders = (found.submodule_search_locations or ()) if found is not None else ()
    for folder in folders:
        for path in sorted((Path(folder) / "fonts").glob(pattern)):
            return path
    raise FileNotFoundError(f"{pattern} of {_PACKAGE}")


@cache
def _characters() -> dict[str, str]:
    """Glyph name -> its character, in hexadecimal."""
    return dict(json.loads(_file(f"{_SET}-charmap-*.json").read_text(encoding="utf-8")))


@cache
def _family() -> str:
    """The font of the set, loaded into this process at the first icon."""
    number = QFontDatabase.addApplicationFont(str(_file(f"{_SET}-[0-9]*.ttf")))
    return QFontDatabase.applicationFontFamilies(number)[0]


def _paint(painter: QPainter, rect: QRectF, glyph: str, colour: QColor) -> None:
    side = min(rect.width(), rect.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    face = QFont(_family())
    face.setPixelSize(max(1, round(side)))
    painter.setFont(face)
    painter.setPen(colour)
    metrics = QFontMetricsF(face)
    origin = rect.center() - QPointF(metrics.horizontalAdvance(glyph) / 2, 0)
    baseline = rect.center().y() + (metrics.ascent() - metrics.descent()) / 2
    painter.drawText(QPointF(origin.x(), baseline), glyph)
    painter.restore()


def _blank(size: QSize) -> QPixmap:
    blank = QPixmap(size)
    blank.fill(Qt.GlobalColor.transparent)
    return blank


class _GlyphEngine(QIconEngine):
    """Paints one glyph in a token's colour of the palette that holds when it is painted."""

    def __init__(self, glyph: str, role: str) -> None:
        super().__init__()
        self._glyph = glyph
        self._role = role

    def clone(self) -> QIconEngine:
        return _GlyphEngine(self._glyph, self._role)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        _paint(painter, QRectF(rect), self._glyph, self._colour(mode, state))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        if size.isEmpty():  # a view that is being laid out asks for one; there is nothing to paint on
            return QPixmap()
        drawn = _blank(size)
        painter = QPainter(drawn)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return drawn

    def _colour(self, mode: QIcon.Mode, state: QIcon.State) -> QColor:
        named = theme.colours(QGuiApplication.palette())
        if mode == QIcon.Mode.Disabled:
            return QColor(named.text_disabled)
        if mode == QIcon.Mode.Selected or (state == QIcon.State.On and self._role == "text"):
            return QColor(named.selection_text)
        return QColor(getattr(named, self._role))
