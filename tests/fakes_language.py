"""A language in which every text stands in brackets, and a look over what is visible for texts that do not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt, QTranslator
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QPlainTextEdit,
    QSpinBox,
    QTableView,
    QTabWidget,
    QTreeView,
    QWidget,
)

_BRACKETED = re.compile(r"⟦[^⟦⟧]*⟧")
_WORD = re.compile(r"[A-Za-z]{3,}")
_TAG = re.compile(r"<[^>]*>")
# Keys, units and names that are the same in every language.
_COMMON = (
    r"(Ctrl|Alt|Shift|Meta|Esc|Escape|Enter|Return|Space|Tab|Backspace|Del|Delete|Home|End|PgUp|PgDown|Page (Up|Down)"
    r"|Left|Right|Up|Down|F\d+|Menu|CPU|GPU|CUDA)(?=$|[+)\s,])"
)


class Bracketed(QTranslator):
    """Translates every text into itself in ⟦ ⟧; `longer` adds so much of its length, as other languages do."""

    def __init__(self, *, longer: float = 0.0) -> None:
        super().__init__()
        self._longer = longer

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, sourceText: str, disambiguation: str | None = None, n: int = -1) -> str:  # noqa: N803
        if not sourceText.strip():
            return sourceText
        return f"⟦{sourceText}{'~' * round(self._longer * len(sourceText))}⟧"


def untranslated(roots: Iterable[QWidget], *, data: str) -> list[str]:
    """Visible texts that no translation has touched. `data` matches what people, files and models are called."""
    known = re.compile(f"{data}|{_COMMON}")
    found = []
    for root in roots:
        for widget in (root, *root.findChildren(QWidget)):
            for where, text in _texts(widget):
                rest = _stripped(text)
                if _WORD.search(known.sub("", rest)):
                    found.append(f"{type(widget).__name__} {widget.objectName()} {where}: {text!r}")
    return list(dict.fromkeys(found))


def _stripped(text: str) -> str:
    """What of a text stands outside of all brackets."""
    rest = _TAG.sub(" ", text.replace("\u200b", ""))
    while _BRACKETED.search(rest):
        rest = _BRACKETED.sub(" ", rest)
    return rest.replace("&", "")


def _texts(widget: QWidget) -> Iterator[tuple[str, str]]:
    """What a widget says: to the eye where it is visible, to the ear, and as a tip."""
    if isinstance(widget, QMenu):
        yield from (("menu", action.text()) for action in widget.actions())
    if not widget.isVisible():
        return
    yield "tip", widget.toolTip()
    yield "name", widget.accessibleName()
    yield "meaning", widget.accessibleDescription()
    yield from (("action", action.text() + " " + action.toolTip()) for action in widget.actions())
    if widget.isWindow():
        yield "title", widget.windowTitle()
    if isinstance(widget, QLabel | QAbstractButton):
        yield "text", widget.text()
    elif isinstance(widget, QLineEdit | QPlainTextEdit):
        yield "placeholder", widget.placeholderText()
    elif isinstance(widget, QComboBox):
        yield from (("choice", widget.itemText(number)) for number in range(widget.count()))
        yield "placeholder", widget.placeholderText()
    elif isinstance(widget, QTabWidget):
        yield from (("tab", widget.tabText(number)) for number in range(widget.count()))
    elif isinstance(widget, QAbstractSpinBox):
        yield "zero", widget.specialValueText()
        if isinstance(widget, QSpinBox):
            yield "unit", widget.prefix() + widget.suffix()
    elif isinstance(widget, QAbstractItemView) and not isinstance(widget, QHeaderView):
        yield from _of_model(widget)


def _of_model(view: QAbstractItemView) -> Iterator[tuple[str, str]]:
    model = view.model()
    if model is None:
        return
    has_head = isinstance(view, QTreeView) and not view.isHeaderHidden()
    if has_head or isinstance(view, QTableView):
        for column in range(model.columnCount()):
            yield "head", str(model.headerData(column, Qt.Orientation.Horizontal) or "")
    yield from _below(model, QModelIndex(), 1 if isinstance(view, QListView) else model.columnCount())


def _below(model: QAbstractItemModel, parent: QModelIndex, columns: int) -> Iterator[tuple[str, str]]:
    for row in range(model.rowCount(parent)):
        for column in range(columns):
            index = model.index(row, column, parent)
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
                yield "item", str(index.data(role) or "")
        if columns > 1:
            yield from _below(model, model.index(row, 0, parent), columns)
