"""What panels and dialogs do with little room and long words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QLabel, QToolButton, QTreeWidget
from pytestqt.qtbot import QtBot

from core.jobs import Note, Report
from core.schema import Annotation, Answer, Box, Label, ModelInfo, Proposal, Query, Segment
from desktop import icons
from desktop.dialogs.report_view import ReportView
from desktop.panels.objects import TIME_COLUMN, ObjectsPanel
from desktop.panels.status import StatusBar
from desktop.session.pending import Pending
from desktop.session.showing import Contents


def contents(*, words: str, proposals: int) -> Contents:
    query = Query("q", "m", words)
    offered = tuple(Proposal(f"p{n}", "q", Box(0, 0, 9, 9), 0.5, "mini@1") for n in range(proposals))
    answer = Answer(query, offered, bool(offered), "", "mini@1")
    return Contents(
        "m",
        annotations=(Annotation("a", "m", "l", (words,), Box(0, 0, 9, 9), "drawn"),),
        pending=tuple(Pending(answer, proposal) for proposal in offered),
        labels={"l": Label("l", words, 0, "#0072b2")},
        colours={words: "#0072b2"},
    )


@pytest.fixture
def objects(qtbot: QtBot) -> ObjectsPanel:
    panel = ObjectsPanel()
    qtbot.addWidget(panel)
    panel.resize(290, 400)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def hidden(panel: ObjectsPanel) -> list[bool]:
    tree = panel.findChild(QTreeWidget, "object_list")
    assert tree is not None
    return [tree.isColumnHidden(column) for column in range(3)]


def test_scores_have_a_column_only_when_there_are_proposals(objects: ObjectsPanel) -> None:
    objects.show_contents(contents(words="red ring", proposals=0))
    assert hidden(objects) == [False, True, False]
    objects.show_contents(contents(words="red ring", proposals=2))
    assert hidden(objects) == [False, False, False]


def test_long_words_take_the_room_of_where_boxes_come_from(objects: ObjectsPanel) -> None:
    objects.show_contents(contents(words="the third smallest red circle from the left", proposals=1))
    assert hidden(objects) == [False, False, True]
    objects.resize(700, 400)
    assert hidden(objects) == [False, False, False]


def test_an_empty_list_says_what_to_do_with_this_kind_of_item(objects: ObjectsPanel) -> None:
    empty = objects.findChild(QLabel, "objects_empty")
    assert empty is not None and "draw a box" in empty.text()
    objects.set_kind("audio")
    assert "over the sound" in empty.text() and "box" not in empty.text()
    objects.set_kind("video")
    assert "draw a box" in empty.text() and "timeline" in empty.text()


def test_a_time_has_a_column_before_the_score_where_there_is_little_room(objects: ObjectsPanel) -> None:
    tree = objects.findChild(QTreeWidget, "object_list")
    assert tree is not None
    shown = contents(words="the third smallest red circle", proposals=1)
    spoken = replace(shown.annotations[0], region=Segment(1.5, 62.0))
    objects.show_contents(replace(shown, annotations=(spoken,)))
    for width in range(200, 400, 10):  # how wide words are depends on the font
        objects.resize(width, 400)
        objects.show_contents(replace(shown, annotations=(spoken,)))
        if not tree.isColumnHidden(TIME_COLUMN):
            break
    assert not tree.isColumnHidden(TIME_COLUMN) and hidden(objects) == [False, True, True]
    assert tree.topLevelItem(1).child(0).text(TIME_COLUMN) == "0:01.5–1:02.0"
    objects.resize(700, 400)
    assert hidden(objects) == [False, False, False]


def test_a_long_remark_of_a_report_is_shown_in_full(qtbot: QtBot) -> None:
    report = Report()
    report.changed += [Note("short", ""), Note("one picture was turned upright, " * 8, "")]
    view = ReportView(report, "Exported")
    qtbot.addWidget(view)
    view.resize(420, 400)
    with qtbot.waitExposed(view):
        view.show()
    tree = view.findChild(QTreeWidget, "report_list")
    assert tree is not None
    heights = [tree.visualItemRect(tree.topLevelItem(row)).height() for row in range(2)]
    assert heights[1] > 3 * heights[0]


def test_thousands_of_like_remarks_stand_under_one_line_and_all_are_copied(qtbot: QtBot) -> None:
    report = Report(
        skipped=[Note(f"the box [{n}, 1] has no area", f"file.json, annotations[{n}]") for n in range(5000)]
    )
    report.skipped.append(Note("image_id 7 is not in the file", "file.json, annotations[9000]"))
    view = ReportView(report, "Imported")
    qtbot.addWidget(view)
    tree = view.findChild(QTreeWidget, "report_list")
    assert tree is not None
    rows = [tree.topLevelItem(row) for row in range(tree.topLevelItemCount())]
    assert [row.text(1) for row in rows] == ["5,000 times", "file.json, annotations[9000]"]
    rows[0].setExpanded(True)
    assert rows[0].child(1).text(1) == "file.json, annotations[1]"
    assert rows[0].child(rows[0].childCount() - 1).text(0).startswith("4,500 more")
    assert len(view.as_text().splitlines()) == 5001


def test_an_icon_of_no_size_is_empty_and_quiet(qtbot: QtBot) -> None:
    assert icons.icon("folder").pixmap(QSize(0, 0), QIcon.Mode.Normal).isNull()


SMALLER = ModelInfo(
    id="big@1", name="big", path="", device="cpu", dtype="4-bit + bfloat16", kinds=frozenset({"image"}),
    answers_absence=True, max_regions=1, memory_bytes=0, attention="sdpa", summary="", licence="",
    notes=("Attention is sdpa: flash_attn is not installed", "Runs with 4 bits on the CPU: for want of memory"),
)  # fmt: skip


def test_the_status_bar_says_how_the_model_runs_and_why(qtbot: QtBot) -> None:
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.show_model("big", "auto", "ready", SMALLER, bundled=False)
    button = bar.findChild(QToolButton, "status_model")
    assert button is not None
    bar.resize(700, 30)
    bar.show()
    assert "sdpa" not in button.text() and "big" in button.text()  # where there is little room
    bar.resize(1400, 30)
    assert "4-bit + bfloat16" in button.text() and "sdpa" in button.text()
    assert all(note in button.toolTip() for note in SMALLER.notes)
    assert "Runs on the processor, computing in 4-bit + bfloat16." in button.toolTip()


def test_rows_that_stay_are_written_anew_where_they_differ(objects: ObjectsPanel) -> None:
    tree = objects.findChild(QTreeWidget, "object_list")
    assert tree is not None
    objects.show_contents(contents(words="red ring", proposals=1))
    line = tree.topLevelItem(1).child(0)
    line.setSelected(True)
    shown = contents(words="red ring", proposals=1)
    objects.show_contents(replace(shown, hidden_ids=frozenset({"a"}), locked_ids=frozenset({"a"})))
    assert tree.topLevelItem(1).child(0) is line and line.isSelected()
    assert line.data(0, Qt.ItemDataRole.AccessibleTextRole) == "red ring, hidden, locked"
    assert line.font(0).italic()
    assert not objects.grab().isNull()
    objects.show_contents(shown)
    assert line.data(0, Qt.ItemDataRole.AccessibleTextRole) is None and not line.font(0).italic()
    objects.show_contents(contents(words="red ring", proposals=0))
    assert tree.topLevelItemCount() == 1 and tree.topLevelItem(0).child(0).isSelected()
