"""Languages: everything that is visible can be translated, and the window speaks the one that was chosen."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QListWidget,
    QPushButton,
    QTreeWidget,
    QWidget,
)

from core.errors import MediaError
from core.files import bundled
from core.media import probe_item
from core.project import Project
from core.schema import Attribute, Box, Segment, new_id
from core.settings import Settings
from core.workflows.checks import folder_checks
from tests.fakes_gui import HandHeldGrounder
from tests.fakes_language import Bracketed, untranslated
from tests.gui.conftest import Drive, Person

CTRL = Qt.KeyboardModifier.ControlModifier
FILES = ("four-shapes.png", "moving-shapes.mp4", "beep-siren-bell.flac")
# What people, files and models are called: no text of the window.
DATA = (
    r"[\w-]+\.(png|jpg|mp4|flac|groundlabel)|four-shapes|moving-shapes|beep-siren-bell|things|sample|mara"
    r"|\bcell\b|unicorn|white cell|material|paper|paint|fake|A fake for tests|GroundLabel|float32|sdpa|\d MB"
    r"|mini(-time)?|groundinggpt-7b|grounding-dino-\w+|clip-vit[\w-]+"
    r"|(~|/tmp)?(/[\w.-]+)+|core\.errors\.MediaError: .*"
)
DIALOGS = {
    "preferences_dialog": "preferences",
    "shortcuts_dialog": "shortcuts",
    "models_dialog": "choose_model",
    "attributes_dialog": "attributes",
    "history_dialog": "history",
    "diagnostics_dialog": "report_fault",
    "labels_dialog": "labels",
    "export_dialog": "export",
    "import_dialog": "import",
    "find_moved_dialog": "find_moved",
    "words_dialog": "edit_label",
    "improve_dialog": "improve",
    "versions_dialog": "versions",
    "effort_dialog": "effort",
}


@pytest.fixture
def things(tmp_path: Path) -> Path:
    """A project on a picture, a video and a sound."""
    for name in FILES:
        shutil.copy(bundled("resources/sample") / name, tmp_path / name)
    path = tmp_path / "things.groundlabel"
    with Project.create(path, author="mara", role="command") as project:
        project.add_media(probe_item(tmp_path / name, root="project", relative=name) for name in FILES)
    return path


@pytest.fixture
def bracketed(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every text stands in brackets."""
    settings = Settings.load()
    settings.set("person.name", "mara")
    settings.save()
    translator = Bracketed()
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


def seen(person: Person, *dialogs: QWidget) -> str:
    """What is left untranslated in the window and over it."""
    return "\n".join(untranslated([*dialogs] or [person.window], data=DATA))


@pytest.mark.usefixtures("bracketed")
def test_everything_in_the_window_can_be_translated(drive: Drive, things: Path, grounder: HandHeldGrounder) -> None:
    def body(person: Person) -> None:
        session = person.window._session
        person.until_shown()
        person.ask("white cell; unicorn")
        person.until(lambda: len(person.objects()) >= 2)
        session.defining.define(Attribute(new_id(), "material", "choice", ("paper", "paint"), default="paper"))
        session.editing.draw(Box(1, 1, 50, 50), ("cell",))
        person.until(lambda: person.canvas.boxes())
        session.selection.set([person.canvas.boxes()[0].id])
        person.key(Qt.Key.Key_T, CTRL)
        session.notices.error(MediaError("a.png cannot be decoded", why="It has 0 bytes", next_step="Copy it again"))
        person.until(person.messages)
        assert seen(person) == ""
        for name in FILES[1:]:
            session.workspace.step(1)
            person.until(lambda name=name: person.item.path == name and session.transport.is_open)
            session.editing.draw(Segment(0.5, 1.0), ("cell",))
            session.selection.set([one.id for one in person.project.annotations(person.item.id)])
            assert seen(person) == ""

    drive(body, str(things))


@pytest.mark.usefixtures("bracketed")
def test_the_start_page_can_be_translated(drive: Drive) -> None:
    def body(person: Person) -> None:
        assert person.window.start_page.isVisible()
        assert seen(person) == ""

    drive(body)


@pytest.mark.usefixtures("bracketed")
@pytest.mark.parametrize("name", sorted(DIALOGS))
def test_everything_in_a_dialog_can_be_translated(
    drive: Drive, things: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.workflows.diagnostics.all_checks", folder_checks)  # without trying every library

    def body(person: Person) -> None:
        session = person.window._session
        person.until_shown()
        session.editing.draw(Box(1, 1, 50, 50), ("cell",))
        person.until(lambda: person.canvas.boxes())
        session.selection.set([person.canvas.boxes()[0].id])
        person.window._commands[DIALOGS[name]].trigger()
        dialog = person.find(QDialog, name)
        person.until(dialog.isVisible)
        if name == "models_dialog":
            person.until(lambda: session.model_store.cards)
        pages = dialog.findChild(QListWidget, "settings_pages")
        for row in range(pages.count() if pages is not None else 1):
            if pages is not None:
                pages.setCurrentRow(row)
            assert seen(person, dialog) == ""
        dialog.reject()

    drive(body, str(things))


@pytest.mark.usefixtures("bracketed")
def test_every_step_of_the_tour_can_be_translated(drive: Drive) -> None:
    def body(person: Person) -> None:
        tour = person.window.tour
        tour.begin()
        person.until(lambda: tour.is_running)
        person.until_shown()
        steps = 0
        while tour.is_running:
            assert seen(person) == ""
            person.click(person.find(QPushButton, "coach_next"))
            steps += 1
        assert steps > 3

    drive(body)


@pytest.mark.usefixtures("bracketed")
def test_a_report_and_a_run_over_many_items_can_be_translated(
    drive: Drive, things: Path, grounder: HandHeldGrounder
) -> None:
    def body(person: Person) -> None:
        session = person.window._session
        person.until_shown()
        for _ in range(2):
            session.editing.draw(Box(60, 60, 90, 90), ("cell", "white cell"))
        person.window._commands["export"].trigger()
        dialog = person.find(QDialog, "export_dialog")
        formats = person.find(QComboBox, "export_format")
        formats.setCurrentIndex(formats.findData("yolo"))
        person.click(person.find(QPushButton, "export_go"))
        person.until(lambda: dialog.findChild(QTreeWidget, "report_list"))
        assert seen(person, dialog) == ""
        dialog.reject()
        grounder.hold()
        person.type_into("expression_edit", "unicorn")
        person.window._commands["ask_all"].trigger()
        person.until(lambda: person.find(QWidget, "run_strip").isVisible())
        assert seen(person) == ""
        grounder.let_go()
        person.until(lambda: session.proposing.run is None)

    drive(body, str(things))


@pytest.mark.parametrize(("choice", "title"), [("zh_CN", "设置"), ("en", "Settings")])
def test_the_window_speaks_the_language_that_was_chosen(drive: Drive, things: Path, choice: str, title: str) -> None:
    settings = Settings.load()
    settings.set("appearance.language", choice)
    settings.save()

    def body(person: Person) -> None:
        person.until_shown()
        person.window._commands["preferences"].trigger()
        dialog = person.find(QDialog, "preferences_dialog")
        assert dialog.windowTitle() == title
        box = person.find(QComboBox, "setting_appearance.language")
        assert [box.itemText(number) for number in (1, 2)] == ["English", "简体中文"]
        buttons = dialog.findChild(QDialogButtonBox)
        assert buttons is not None
        close = buttons.button(QDialogButtonBox.StandardButton.Close).text()
        assert ("关闭" in close) == (choice == "zh_CN")  # a word of Qt's own
        dialog.reject()
        keys = [QKeySequence.mnemonic(action.text()).toString() for action in person.window.menuBar().actions()]
        assert all(keys) and len({*keys}) == len(keys)

    drive(body, str(things))


def test_a_question_of_core_is_refused_in_chinese(drive: Drive, things: Path) -> None:
    settings = Settings.load()
    settings.set("appearance.language", "zh_CN")
    settings.save()

    def body(person: Person) -> None:
        person.until_shown()
        person.window._session.notices.error(MediaError("a.png is too large", next_step="Cut it into smaller pictures"))
        person.until(person.messages)
        assert person.messages() == ["a.png 太大"]
        assert person.sees("message_next") == "请裁成更小的图片。"

    drive(body, str(things))


def test_an_import_tells_its_steps_and_its_reasons_in_chinese(drive: Drive, things: Path) -> None:
    settings = Settings.load()
    settings.set("appearance.language", "zh_CN")
    settings.save()
    boxes = {1: (1, [5, 5, 0, 3]), 2: (9, [1, 1, 2, 2]), 3: (1, [1, 1, 20, 20])}
    file = things.with_name("boxes.json")
    file.write_text(
        json.dumps(
            {
                "images": [{"id": 1, "file_name": FILES[0]}, {"id": 2, "file_name": "../secret.png"}],
                "categories": [{"id": 0, "name": "cell"}],
                "annotations": [
                    {"id": number, "image_id": image, "category_id": 0, "bbox": box}
                    for number, (image, box) in boxes.items()
                ],
            }
        )
    )

    def body(person: Person) -> None:
        person.until_shown()
        person.window._commands["import"].trigger()
        dialog = person.find(QDialog, "import_dialog")
        step, steps = person.find(QLabel, "import_step"), list[str]()
        person.window._session.transfer.progressed.connect(lambda _: steps.append(step.text().partition("：")[0]))
        person.type_into("import_source", str(file))
        person.click(person.find(QPushButton, "import_go"))
        person.until(lambda: dialog.findChild(QTreeWidget, "report_list"))
        assert list(dict.fromkeys(steps)) == ["正在读取文件", "正在检查媒体", "正在与项目合并", "正在写入项目"]
        rows = person.find(QTreeWidget, "report_list")
        assert [rows.topLevelItem(row).text(0) for row in range(rows.topLevelItemCount())] == [
            "名称 '../secret.png' 超出了文件夹范围",
            "cell 的框 [5, 5, 0, 3] 没有面积",
            "image_id 9 不在文件中",
            "小于 1 的类别编号从 1 起重新编号",
        ]
        dialog.reject()

    drive(body, str(things))
