"""The list of items by pages, and one project file by several names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from core.project import Project
from core.schema import Annotation, Box, Change, Label, MediaItem, new_id
from desktop.session.items import PAGE_ITEMS, PAGES_KEPT, Items
from desktop.session.overview import make_row
from tests.gui.conftest import Drive, Person


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p.groundlabel", author="mara", role="command") as made:
        yield made


def media(count: int, folder: str = "a") -> list[MediaItem]:
    return [MediaItem(new_id(), "image", f"{folder}/{number}.png", width=9, height=9) for number in range(count)]


def test_any_row_of_a_long_list_without_reading_all_of_it(project: Project) -> None:
    stored = project.add_media(media(PAGE_ITEMS * (PAGES_KEPT + 3)))
    items = Items(project)
    for row in (0, PAGE_ITEMS - 1, PAGE_ITEMS, len(stored) - 1):
        assert items.at(row) == stored[row]
        assert items.row_of(stored[row].id) == row
        assert items.find(stored[row].id) == stored[row]
    assert [item.path for item in items.some(PAGE_ITEMS - 2, 4)] == [
        item.path for item in stored[PAGE_ITEMS - 2 : PAGE_ITEMS + 2]
    ]
    assert items.at(len(stored)) is None and items.at(-1) is None
    assert items.find("nobody") is None and items.row_of("nobody") == -1
    for row in range(0, len(stored), PAGE_ITEMS):
        assert items.at(row) == stored[row]
    assert len(items._pages) <= PAGES_KEPT


def test_rows_close_up_when_an_import_is_undone_and_open_again(project: Project) -> None:
    first = project.add_media(media(3))
    batch = new_id()
    second = project.add_media(media(2, "b"), batch=batch)
    project.apply(Change("Import", (), (), batch=batch))
    third = project.add_media(media(2, "c"))
    items = Items(project)
    assert [items.row_of(item.id) for item in (*first, *second, *third)] == [0, 1, 2, 3, 4, 5, 6]
    project.undo()
    assert items.recount() == -2
    assert [items.row_of(item.id) for item in (*first, *second, *third)] == [0, 1, 2, -1, -1, 3, 4]
    assert items.find(second[0].id) is None and items.at(3) == third[0]
    project.redo()
    assert items.recount() == 2 and items.row_of(third[0].id) == 5


def test_no_project_has_no_items() -> None:
    items = Items()
    assert len(items) == 0 and items.at(0) is None and items.find("x") is None and items.some(0, 5) == []


def test_one_file_by_another_name_is_the_same_project(
    drive: Drive, project_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project_path.parent)

    def body(person: Person) -> None:
        person.until_shown()
        opened = person.project
        (project_path.parent / "below").mkdir()
        person.drop(project_path.parent / "below" / ".." / project_path.name)
        person.until(lambda: person.project is opened and not person.messages())
        person.key(Qt.Key.Key_D)
        person.until_shown()
        person.until(lambda: person.sees("status_item").startswith("Item 2 of 3"))

    drive(body, project_path.name)


def test_an_item_that_nobody_has_looked_at_shows_what_an_import_brought(project: Project) -> None:
    (item,) = project.add_media(media(1))
    label = Label(new_id(), "cell", 0, "#0072b2")
    brought = Annotation(new_id(), item.id, label.id, ("cell",), Box(1, 1, 5, 5), "imported")
    project.apply(Change("Import", (), (label, brought), batch=new_id()))
    row = make_row(item, project.queue.listed([item.id])[item.id])
    assert (row.annotations, row.proposals) == (1, 0)
