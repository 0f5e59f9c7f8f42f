"""The queue: three media in one list, the filter with its count, review states by key, the next one not done."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QListView, QPushButton, QToolButton

from core.media import probe_item
from core.project import Project
from desktop.views.thumbnails import ThumbnailModel, ThumbnailRow
from tests.fakes_media import Recipe, tones, write_sound, write_video
from tests.gui.conftest import Drive, Person

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def three_media(project_path: Path) -> Path:
    """Three pictures, a video, a sound, and a file that is none, closed."""
    folder = project_path.parent
    write_video(folder / "walk.mp4", Recipe(frames=30))
    write_sound(folder / "talk.wav", tones(2.0, 8000), 8000, "pcm_s16le")
    with Project.open(project_path, author="mara", role="command") as project:
        items = [probe_item(folder / name, root="project", relative=name) for name in ("walk.mp4", "talk.wav")]
        project.add_media(items)
    (folder / "talk.wav").write_bytes(b"RIFF" + bytes(900))  # spoiled since it was added
    return project_path


def rows(person: Person) -> list[ThumbnailRow]:
    model = person.find(QListView, "item_list").model()
    return [model.index(number, 0).data(ThumbnailModel.RowRole) for number in range(model.rowCount())]


def picks(person: Person, name: str, row: int) -> None:
    """Choose in a drop-down with the keyboard."""
    box = person.find(QComboBox, name)
    person.until(box.isVisible)
    box.setFocus()
    for _ in range(row):
        QTest.keyClick(box, Qt.Key.Key_Down)


def test_three_media_have_small_pictures_and_a_spoiled_one_has_a_sign(drive: Drive, three_media: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        model = person.find(QListView, "item_list").model()
        assert isinstance(model, ThumbnailModel)
        assert [row.kind for row in rows(person)] == ["image", "image", "image", "video", "audio"]
        assert rows(person)[3].duration_s == pytest.approx(1.0, abs=0.1)

        def picture(number: int) -> object:
            return model.index(number, 0).data(Qt.ItemDataRole.DecorationRole)

        person.until(lambda: isinstance(picture(3), QPixmap) and model.has_failed(rows(person)[4].media_id))

    drive(body, str(three_media))


def test_conditions_together_their_count_and_the_way_back(drive: Drive, three_media: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        shown = person.item
        person.key(Qt.Key.Key_F, CTRL, SHIFT)
        QTest.keyClicks(person.find(QLineEdit, "filter_text"), "CELL")
        person.until(lambda: person.sees("filter_count") == "3 of 5")
        person.type_into("filter_text", "cell-2")
        person.until(lambda: [row.name for row in rows(person)] == ["cell-2.png"])
        assert person.item == shown  # a filter moves nobody
        person.key(Qt.Key.Key_Escape)
        person.until(lambda: len(rows(person)) == 5 and not person.sees("filter_count"))
        person.click(person.find(QToolButton, "filter_more"))
        picks(person, "filter_medium", 2)
        person.until(lambda: [row.name for row in rows(person)] == ["walk.mp4"])
        picks(person, "filter_state", 4)
        person.until(lambda: person.sees("filter_count") == "0 of 5")
        person.until(lambda: "No item fits" in person.sees("items_nothing"))
        person.click(person.find(QPushButton, "filter_show_all"))
        person.until(lambda: len(rows(person)) == 5)

    drive(body, str(three_media))


def test_a_filter_by_expression_is_kept_with_the_project(drive: Drive, project_path: Path) -> None:
    def first(person: Person) -> None:
        person.until_shown()
        person.key(Qt.Key.Key_D)
        person.until_shown()
        person.ask("white cell")
        person.until(lambda: len(person.objects()) == 2)
        person.click(person.find(QToolButton, "filter_more"))
        box = person.find(QComboBox, "filter_words")
        assert [box.itemText(row) for row in range(box.count())] == ["Any label or expression", "white cell"]
        picks(person, "filter_words", 1)
        person.until(lambda: [row.name for row in rows(person)] == ["cell-2.png"])

    def second(person: Person) -> None:
        person.until(lambda: person.sees("filter_count") == "1 of 3")
        person.until(lambda: person.sees("status_item").startswith("Item 1 of 1"))
        person.click(person.find(QToolButton, "filter_clear"))
        person.until(lambda: person.sees("status_item").startswith("Item 2 of 3"))

    drive(first, str(project_path))
    drive(second, str(project_path))


def test_states_by_key_and_the_next_one_that_is_not_done(drive: Drive, project_path: Path) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        person.key(Qt.Key.Key_D)
        person.key(Qt.Key.Key_D, SHIFT)
        assert person.project.review(person.item.id) == "done"
        person.until(lambda: rows(person)[1].state == "done")
        person.key(Qt.Key.Key_A)
        person.key(Qt.Key.Key_D, CTRL, SHIFT)
        assert person.item.path == "cell-3.png"
        person.key(Qt.Key.Key_D, CTRL, SHIFT)
        person.until(lambda: "is done" in person.sees("status_hint"))
        person.key(Qt.Key.Key_R, SHIFT)
        person.until(lambda: rows(person)[2].state == "needs_review")
        person.key(Qt.Key.Key_R, SHIFT)
        person.until(lambda: rows(person)[2].state == "in_work")
        person.key(Qt.Key.Key_Z, CTRL)
        assert person.project.review(person.item.id) == "needs_review"
        person.key(Qt.Key.Key_A, CTRL, SHIFT)
        assert person.item.path == "cell-1.png"

    drive(body, str(project_path))


def test_a_moved_folder_is_found_again(drive: Drive, project_path: Path) -> None:
    moved = project_path.parent / "moved"
    moved.mkdir()
    (project_path.parent / "cell-1.png").rename(moved / "cell-1.png")
    (project_path.parent / "cell-2.png").rename(moved / "other name.png")
    (moved / "cell-2.png").write_bytes((project_path.parent / "cell-3.png").read_bytes())

    def body(person: Person) -> None:
        person.until(lambda: [row.is_missing for row in rows(person)] == [True, True, False])
        person.until(lambda: "2 missing" in person.sees("find_moved_button"))
        person.click(person.find(QPushButton, "find_moved_button"))
        person.find(QLineEdit, "moved_folder").setText(str(moved))  # keys of a test are ASCII
        person.key(Qt.Key.Key_Return, on=person.find(QLineEdit, "moved_folder"))
        person.until(lambda: "2 of 2 missing files" in person.sees("moved_status"))
        person.click(person.find(QPushButton, "moved_go"))
        person.until_shown()
        person.until(lambda: not any(row.is_missing for row in rows(person)))
        person.until(lambda: not person.sees("find_moved_button"))
        assert person.project.places.resolve(person.item) == moved / "cell-1.png"
        assert person.project.places.media_from_path(moved / "other name.png") == ("project", "cell-2.png")

    drive(body, str(project_path))
