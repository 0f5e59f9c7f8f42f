"""The item list: a hundred thousand rows cost only what is looked at, and pictures come when they come."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage, QPixmap
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy
from PySide6.QtWidgets import QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from desktop.views.thumbnail_delegate import ThumbnailDelegate, ThumbnailList
from desktop.views.thumbnails import PAGE_ROWS, PAGES_KEPT, ThumbnailModel, ThumbnailRow, describe

pytestmark = pytest.mark.usefixtures("qapp")


class Project:
    """Rows by number, and what was asked for."""

    def __init__(self, length: int) -> None:
        self.rows = [ThumbnailRow(f"m{number}", f"picture {number}.jpg") for number in range(length)]
        self.pages: list[tuple[int, int]] = []
        self.requests: list[str] = []

    def page(self, offset: int, limit: int) -> Sequence[ThumbnailRow]:
        self.pages.append((offset, limit))
        return self.rows[offset : offset + limit]

    def request(self, media_id: str, side_px: int) -> None:
        assert side_px > 0
        self.requests.append(media_id)


def model_of(project: Project) -> ThumbnailModel:
    return ThumbnailModel(count=lambda: len(project.rows), fetch_page=project.page, request_thumbnail=project.request)


def thumbnail() -> QImage:
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(QColor("#3366cc"))
    return image


def test_the_model_keeps_qt_s_rules() -> None:
    project = Project(450)
    model = model_of(project)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    project.rows += [ThumbnailRow("new", "new.jpg")]
    model.rows_appended()
    model.rows_changed(["m3", "unknown"])
    model.reload()
    assert model.rowCount() == 451
    tester.deleteLater()


def test_opening_a_hundred_thousand_rows_fetches_only_what_is_seen(qtbot: QtBot) -> None:
    project = Project(100_000)
    view = ThumbnailList()
    qtbot.addWidget(view)
    view.setModel(model_of(project))
    view.resize(280, 600)
    view.show()
    qtbot.waitExposed(view)
    view.grab()
    assert len(project.pages) <= 2
    assert len(project.requests) < 30
    view.scrollToBottom()
    view.grab()
    assert len(project.pages) <= 5
    assert "m99999" in project.requests


def test_only_so_many_pages_are_kept() -> None:
    project = Project(PAGE_ROWS * (PAGES_KEPT + 5))
    model = model_of(project)
    for number in range(0, len(project.rows), PAGE_ROWS):
        assert model.media_id(number) == f"m{number}"
    project.pages.clear()
    assert model.media_id(0) == "m0"
    assert project.pages == [(0, PAGE_ROWS)]


def test_a_thumbnail_is_asked_for_once_and_shown_when_it_comes() -> None:
    project = Project(10)
    model = model_of(project)
    index = model.index(4)
    spy = QSignalSpy(model.dataChanged)
    assert index.data(Qt.ItemDataRole.DecorationRole) is None
    assert index.data(Qt.ItemDataRole.DecorationRole) is None
    assert project.requests == ["m4"]
    model.thumbnail_ready("m4", thumbnail())
    assert isinstance(index.data(Qt.ItemDataRole.DecorationRole), QPixmap)
    assert [spy.at(n)[0].row() for n in range(spy.count())] == [4]


def test_a_picture_that_cannot_be_made_is_not_asked_for_again_until_it_may_work() -> None:
    project = Project(3)
    model = model_of(project)
    model.index(0).data(Qt.ItemDataRole.DecorationRole)
    model.thumbnail_ready("m0", QImage())
    assert model.index(0).data(Qt.ItemDataRole.DecorationRole) is None
    assert project.requests == ["m0"] and model.has_failed("m0")
    model.forget_thumbnail("m0")
    model.index(0).data(Qt.ItemDataRole.DecorationRole)
    assert project.requests == ["m0", "m0"]


def test_changed_rows_are_fetched_again() -> None:
    project = Project(5)
    model = model_of(project)
    assert model.row(2) == project.rows[2]
    project.rows[2] = ThumbnailRow("m2", "picture 2.jpg", state="done", annotations=3)
    model.rows_changed(["m2"])
    assert model.row(2) == project.rows[2]


def test_appended_rows_leave_the_others_in_place() -> None:
    project = Project(3)
    model = model_of(project)
    assert model.media_id(2) == "m2"
    spy = QSignalSpy(model.rowsInserted)
    project.rows.append(ThumbnailRow("late", "late.jpg"))
    model.rows_appended()
    assert spy.count() == 1 and model.media_id(3) == "late"


def test_a_medium_is_found_in_pages_that_were_not_looked_at() -> None:
    project = Project(1000)
    model = model_of(project)
    assert model.row_number("m777") == 777
    assert model.row_number("nowhere") is None


def test_what_a_screen_reader_hears() -> None:
    row = ThumbnailRow("m", "cells.jpg", state="in_work", proposals=1, annotations=2, is_missing=True, detail="a/b")
    assert describe(row).split("\n") == [
        "cells.jpg",
        "In work",
        "The file is missing",
        "1 proposal",
        "2 annotations",
        "a/b",
    ]


@pytest.mark.parametrize("state", ["new", "proposed", "in_work", "done", "needs_review"])
def test_every_state_paints_its_own_mark(qtbot: QtBot, state: str) -> None:
    def painted(shown: str) -> QImage:
        project = Project(1)
        project.rows[0] = ThumbnailRow("m", "é 数据 " * 20 + ".jpg", "video", shown, 12, 3456, is_missing=False)
        view = ThumbnailList()
        qtbot.addWidget(view)
        view.setModel(model_of(project))
        view.resize(260, 80)
        return view.grab().toImage()

    assert painted(state) == painted(state)
    others = [other for other in ("new", "proposed", "in_work", "done", "needs_review") if other != state]
    assert all(painted(state) != painted(other) for other in others)


def test_rows_are_all_of_one_height() -> None:
    project = Project(2)
    project.rows[1] = ThumbnailRow("x", "a very long name " * 30, is_missing=True)
    model = model_of(project)
    delegate = ThumbnailDelegate()
    heights = {delegate.sizeHint(QStyleOptionViewItem(), model.index(row)).height() for row in range(2)}
    assert len(heights) == 1 and heights.pop() >= QSize(0, 60).height()
