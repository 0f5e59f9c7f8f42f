"""Opening, dropping, coming back, and media that cannot be shown."""

from __future__ import annotations

import shutil
import sys
import wave
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QSplitter,
    QTableWidget,
    QToolButton,
)

from core.grounding.host import HostedGrounder
from core.project import Project
from tests.gui.conftest import Drive, Person

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_first_start_shows_ways_in_and_the_sample_opens(drive: Drive) -> None:
    def body(person: Person) -> None:
        assert person.find(QPushButton, "start_open_folder").isVisible()
        assert not person.find(QListWidget, "recent_projects").isVisible()
        person.click(person.find(QPushButton, "start_open_sample"))
        person.until(lambda: person.window._session.workspace.current)
        person.until_shown()
        person.until(lambda: person.sees("status_item").startswith("Item 1 of 8"))
        person.until(lambda: "demonstrator" in person.sees("status_model"))

    drive(body)


def test_the_video_of_the_sample_is_shown_and_the_sound_can_be_played(drive: Drive) -> None:
    def body(person: Person) -> None:
        person.click(person.find(QPushButton, "start_open_sample"))
        person.until(lambda: person.window._session.workspace.current)
        person.until_shown()
        kinds = [item.kind for item in person.project.media()]
        assert kinds == ["image"] * 6 + ["video", "audio"]
        transport = person.window._session.transport
        for number in range(2, 9):
            person.key(Qt.Key.Key_D, on=person.canvas)
            person.until(lambda number=number: person.sees("status_item").startswith(f"Item {number} of 8"))
            if person.item.kind != "audio":
                person.until_shown()
                continue
            transport = person.window._session.transport
            person.until(lambda t=transport: t.is_open and not person.canvas.has_image())
            person.key(Qt.Key.Key_Space, on=person.canvas)
            assert transport.playing
        for _ in range(2):
            person.key(Qt.Key.Key_A, on=person.canvas)
        person.until_shown()

    drive(body)


def test_model_in_its_own_process_answers(drive: Drive, project_path: Path) -> None:
    def hosted(model: str, device: str) -> HostedGrounder:
        return HostedGrounder(model, device, loader="tests.fakes_grounder:load")

    def body(person: Person) -> None:
        person.until_shown()
        person.ask("3 things")
        person.until(lambda: len(person.objects()) == 3)

    drive(body, str(project_path), make=hosted)


def test_model_process_that_dies_is_told_and_the_next_question_answered(drive: Drive, project_path: Path) -> None:
    def hosted(model: str, device: str) -> HostedGrounder:
        return HostedGrounder(model, device, loader="tests.fakes_grounder:load")

    def body(person: Person) -> None:
        person.until_shown()
        person.ask("killed")
        person.until(lambda: person.messages() == ["The model mini stopped working"])
        assert person.find(QToolButton, "message_report").isVisible()  # the last words of its process are in there
        person.ask("2 things")
        person.until(lambda: len(person.objects()) == 2)

    drive(body, str(project_path), make=hosted)


def test_dropped_folder_becomes_a_project_and_what_is_no_medium_is_told(drive: Drive, photos: Path) -> None:
    (photos / "fake.jpg").write_text("this is a text", encoding="utf-8")
    (photos / "empty.png").touch()
    (photos / "notes.txt").write_text("notes", encoding="utf-8")

    def body(person: Person) -> None:
        person.drop(photos)
        person.until(lambda: person.window._session.workspace.project)
        person.until(lambda: not person.window._session.gathering.busy)
        person.until_shown()
        person.until(lambda: person.sees("status_item").startswith("Item 1 of 3"))
        person.until(lambda: "2 files were left out" in person.messages())
        assert person.project.path == photos / f"{photos.name}.groundlabel"
        person.drop(photos)
        person.until(lambda: not person.window._session.gathering.busy)
        assert person.project.media_count() == 3

    drive(body)


def test_reopening_shows_the_same_item_and_view(drive: Drive, project_path: Path) -> None:
    seen: dict[str, object] = {}

    def first(person: Person) -> None:
        person.until_shown()
        person.key(Qt.Key.Key_D, on=person.canvas)
        person.until_shown()
        at = QPointF(person.point(50, 50))
        wheel = QWheelEvent(
            at,
            person.canvas.mapToGlobal(at),
            QPoint(),
            QPoint(0, 480),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(person.canvas, wheel)
        seen["item"] = person.item.path
        seen["zoom"] = round(person.canvas.zoom(), 3)

    def second(person: Person) -> None:
        person.until_shown()
        assert person.item.path == seen["item"] == "cell-2.png"
        assert round(person.canvas.zoom(), 3) == seen["zoom"]

    drive(first, str(project_path))
    drive(second)  # no argument: the last project


def test_picture_that_is_gone_or_broken_shows_why_and_the_rest_works(drive: Drive, project_path: Path) -> None:
    (project_path.parent / "cell-1.png").unlink()
    (project_path.parent / "cell-2.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")

    def body(person: Person) -> None:
        person.until(lambda: "There is no file" in person.canvas.accessibleDescription())
        assert not person.canvas.has_image()
        person.key(Qt.Key.Key_D, on=person.canvas)
        person.until(lambda: "cell-2.png" in person.canvas.accessibleDescription())
        person.key(Qt.Key.Key_D, on=person.canvas)
        person.until_shown()
        person.key(Qt.Key.Key_A, on=person.canvas)
        person.until(lambda: not person.canvas.has_image())
        shutil.copy(project_path.parent / "cell-3.png", project_path.parent / "cell-2.png")
        person.key(Qt.Key.Key_F5, on=person.canvas)
        person.until_shown()

    drive(body, str(project_path))


def test_corrupt_project_is_told_and_left_alone(drive: Drive, tmp_path: Path) -> None:
    path = tmp_path / "bad.groundlabel"
    path.write_bytes(b"not a database at all" * 40)
    before = path.read_bytes()

    def body(person: Person) -> None:
        person.until(lambda: len(person.messages()) == 1)
        assert person.find(QPushButton, "start_open_folder").isVisible()

    drive(body, str(path))
    assert path.read_bytes() == before


def test_a_picture_is_opened_with_its_sound_as_one_item(drive: Drive, tmp_path: Path, project_path: Path) -> None:
    picture, sound = tmp_path / "pair.png", tmp_path / "pair.wav"
    Image.new("RGB", (64, 48), (20, 90, 160)).save(picture)
    with wave.open(str(sound), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(bytes(16000))

    def choose(person: Person, *files: Path) -> None:
        person.window._commands["open_pair"].trigger()
        person.until(lambda: person.window.findChild(QFileDialog, "open_pair_dialog") is not None)
        dialog = person.find(QFileDialog, "open_pair_dialog")
        edit = dialog.findChild(QLineEdit, "fileNameEdit")
        assert edit is not None
        dialog.setDirectory(str(tmp_path))
        edit.setText(" ".join(f'"{file.name}"' for file in files))
        QTest.keyClick(edit, Qt.Key.Key_Return)
        person.until(lambda: person.window.findChild(QFileDialog, "open_pair_dialog") is None)

    def body(person: Person) -> None:
        person.until_shown()
        before = person.project.media_count()
        choose(person, picture, sound)
        person.until(lambda: person.project.media_count() == before + 1)
        person.until(lambda: person.item.path.endswith("pair.png"))
        source = person.project.places.source(person.item)
        assert source.sound == str(sound)
        choose(person, picture)
        person.until(lambda: any("No pair was added" in message for message in person.messages()))
        assert person.project.media_count() == before + 1

    drive(body, str(project_path))


def test_project_made_and_another_opened_by_the_keyboard(drive: Drive, tmp_path: Path, project_path: Path) -> None:
    plain = tmp_path / "plain.groundlabel"
    shutil.copy(project_path, plain)

    def choose(person: Person, name: str, path: Path) -> None:
        person.until(lambda: person.window.findChild(QFileDialog, name) is not None)
        dialog = person.find(QFileDialog, name)
        edit = dialog.findChild(QLineEdit, "fileNameEdit")
        assert edit is not None
        dialog.selectFile(str(path))  # typing would open the list of names, which takes keys and clicks
        QTest.keyClick(edit, Qt.Key.Key_Return)
        person.until(lambda: person.window.findChild(QFileDialog, name) is None)

    def body(person: Person) -> None:
        person.key(Qt.Key.Key_N, CTRL, on=person.window)
        choose(person, "new_project_dialog", tmp_path / "fresh")
        assert person.project.path == tmp_path / "fresh.groundlabel"
        assert "This project is empty" in person.canvas.accessibleDescription()
        person.key(Qt.Key.Key_O, CTRL, SHIFT, on=person.window)
        choose(person, "open_project_dialog", plain)
        assert person.project.path == plain
        assert person.project.media_count() == 3

    drive(body)


def test_import_and_one_undo_takes_it_back(drive: Drive, tmp_path: Path, data_dir: Path) -> None:
    source = data_dir / "bccd"
    path = tmp_path / "blood.groundlabel"
    Project.create(path, author="mara", role="command").close()
    few = tmp_path / "few"
    (few / "images").mkdir(parents=True)
    (few / "annotations").mkdir()
    for number in range(3):
        shutil.copy(source / "images" / f"BloodImage_0000{number}.jpg", few / "images")
        shutil.copy(next(source.rglob(f"BloodImage_0000{number}.xml")), few / "annotations")

    def body(person: Person) -> None:
        person.key(Qt.Key.Key_I, CTRL, on=person.window)
        person.until(lambda: person.window.findChild(QDialog, "import_dialog") is not None)
        dialog = person.window.findChild(QDialog, "import_dialog")
        assert dialog is not None
        chosen = person.find(QComboBox, "import_format")
        while chosen.currentData() != "voc":
            QTest.keyClick(chosen, Qt.Key.Key_Down if chosen.currentData() != "labelme" else Qt.Key.Key_Up)
        person.type_into("import_source", str(few / "annotations"))
        person.type_into("import_media", str(few / "images"))
        person.click(person.find(QPushButton, "import_go"))
        person.until(lambda: dialog.findChild(QLabel, "report_counts") is not None)
        person.click(person.find(QPushButton, "import_close"))
        person.until(lambda: person.sees("status_item").startswith("Item 1 of 3"))
        person.until_shown()
        person.until(lambda: person.objects())
        person.key(Qt.Key.Key_Z, CTRL, on=person.canvas)
        assert person.project.annotations() == []
        assert person.project.media_count() == 0
        person.until(lambda: person.sees("status_item") == "")

    drive(body, str(path))


def test_an_error_in_the_window_itself_is_told_and_work_goes_on(
    drive: Drive, project_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def body(person: Person) -> None:
        person.until_shown()
        sys.excepthook(ZeroDivisionError, ZeroDivisionError("a fault"), None)
        person.until(lambda: person.messages() == ["Something went wrong inside GroundLabel"])
        person.key(Qt.Key.Key_D, on=person.canvas)
        person.until_shown()
        caplog.clear()  # this one was expected

    drive(body, str(project_path))


def test_a_warning_about_a_picture_is_told_whenever_it_is_shown(drive: Drive, project_path: Path) -> None:
    place = sorted(project_path.parent.glob("*.png"))[1]
    Image.effect_noise((240, 180), 80).save(place.with_suffix(".jpg"))
    whole = place.with_suffix(".jpg").read_bytes()
    place.write_bytes(whole[: len(whole) // 2])

    def body(person: Person) -> None:
        person.until_shown()
        for _ in range(2):  # the second time it comes from the cache
            person.key(Qt.Key.Key_D)
            person.until_shown()
            person.until(lambda: person.sees("status_hint"))
            person.key(Qt.Key.Key_A)
            person.until(lambda: person.sees("status_hint") == "")

    drive(body, str(project_path))


def test_panels_come_back_as_large_as_they_were_left(drive: Drive, project_path: Path) -> None:
    widths: list[int] = []
    heights: list[int] = []

    def leave(person: Person) -> None:
        person.until_shown()
        desk = person.window.desk
        person.until(lambda: desk.arrangement.is_arranged)
        desk.resizeDocks([desk.items_dock], [321], Qt.Orientation.Horizontal)
        person.until(lambda: desk.items_dock.width() == 321)
        widths.append(desk.objects_dock.width())
        before = desk.objects.height()
        handle = person.find(QSplitter, "objects_split").handle(1)
        QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=QPoint(20, 2))
        QTest.mouseMove(handle, QPoint(20, 12))
        QTest.mouseMove(handle, QPoint(20, 42))
        QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=QPoint(20, 2))
        assert desk.objects.height() > before
        heights.append(desk.objects.height())

    def come_back(person: Person) -> None:
        desk = person.window.desk
        person.until(lambda: (desk.items_dock.width(), desk.objects_dock.width()) == (321, widths[0]))
        person.until(lambda: abs(desk.objects.height() - heights[0]) <= 1)

    drive(leave, str(project_path))
    drive(come_back, str(project_path))


def test_an_import_is_looked_at_first_and_its_words_are_edited(drive: Drive, tmp_path: Path, data_dir: Path) -> None:
    source = data_dir / "bccd"
    path = tmp_path / "blood.groundlabel"
    Project.create(path, author="mara", role="command").close()
    few = tmp_path / "few"
    (few / "annotations").mkdir(parents=True)
    shutil.copy(source / "images" / "BloodImage_00000.jpg", few)
    for number in range(2):
        shutil.copy(next(source.rglob(f"BloodImage_0000{number}.xml")), few / "annotations")

    def body(person: Person) -> None:
        person.key(Qt.Key.Key_I, CTRL, on=person.window)
        person.until(lambda: person.window.findChild(QDialog, "import_dialog") is not None)
        dialog = person.window.findChild(QDialog, "import_dialog")
        assert dialog is not None
        chosen = person.find(QComboBox, "import_format")
        chosen.setCurrentIndex(chosen.findData("voc"))
        person.type_into("import_source", str(few / "annotations"))
        person.type_into("import_media", str(few))
        person.click(person.find(QPushButton, "import_look"))
        person.until(lambda: dialog.findChild(QLabel, "preview_media") is not None)
        assert person.find(QLabel, "preview_media").text() == "1 new  ·  1 not found"
        assert person.project.media_count() == 0 and person.project.labels() == []
        table = person.find(QTableWidget, "preview_classes")
        names = [table.item(row, 0).text().split()[0] for row in range(table.rowCount())]
        table.item(names.index("WBC"), 2).setText("white blood cell; leukocyte")
        go = person.find(QPushButton, "import_go")
        person.until(lambda: go.isVisible() and go.isEnabled())
        person.click(go)
        person.until(
            lambda: any(one.text().startswith("Imported") for one in dialog.findChildren(QLabel, "report_head"))
        )
        person.click(person.find(QPushButton, "import_close"))
        said = {text for one in person.project.annotations() for text in one.expressions}
        assert {"white blood cell", "leukocyte", "RBC"} <= said and "WBC" not in said
        assert person.project.media_count() == 1

    drive(body, str(path))


def test_an_export_is_looked_at_first(drive: Drive, project_path: Path) -> None:
    before = sorted(project_path.parent.iterdir())

    def body(person: Person) -> None:
        person.key(Qt.Key.Key_E, CTRL | Qt.KeyboardModifier.ShiftModifier, on=person.window)
        person.until(lambda: person.window.findChild(QDialog, "export_dialog") is not None)
        dialog = person.window.findChild(QDialog, "export_dialog")
        assert dialog is not None
        person.click(person.find(QPushButton, "export_look"))
        person.until(lambda: dialog.findChild(QLabel, "report_head") is not None)
        assert person.find(QLabel, "report_head").text().endswith("Nothing is written yet.")
        assert not list(project_path.parent.glob("*coco*"))
        person.click(person.find(QPushButton, "export_go"))
        person.until(lambda: bool(list(project_path.parent.glob("*coco*"))))
        person.until(lambda: person.find(QLabel, "report_head").text().startswith("Exported"))
        person.click(person.find(QPushButton, "export_close"))

    drive(body, str(project_path))
    assert len(list(project_path.parent.iterdir())) >= len(before)
