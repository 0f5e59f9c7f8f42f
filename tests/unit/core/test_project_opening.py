"""Opening a project: one clear message for whatever is wrong with the file, and nothing near it touched."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import ProjectError
from core.project import Project, acts, journal, lock, opening
from core.project.database import Place
from core.schema import Box, MediaItem, new_id

ROOT = Path(__file__).parents[3]


def state_of(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file in a folder with its bytes and the time of its last change."""
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir() if path.is_file()}


def refused(path: Path) -> str:
    """The one line that opening gives; asserts that nothing beside the file changed."""
    before = state_of(path.parent)
    with pytest.raises(ProjectError) as caught:
        Project.open(path, author="Ann")
    assert state_of(path.parent) == before
    line = str(caught.value)
    assert "\n" not in line and path.stem in line
    return line


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A project with one drawing, closed."""
    place = tmp_path / "数据" / "é ü" / "first.groundlabel"
    place.parent.mkdir(parents=True)
    with Project.create(place, author="Ann") as project:
        (item,) = project.add_media([MediaItem(new_id(), "image", "ß 图.png")])
        project.apply(acts.draw(project, item.id, Box(1, 2, 3, 4), "a dog"))
    return place


@pytest.fixture
def writable_again(tmp_path: Path) -> Iterator[None]:
    yield
    for place in (tmp_path, *tmp_path.rglob("*")):
        place.chmod(0o755)


def test_a_project_is_one_file_once_it_is_closed(path: Path) -> None:
    assert [place.name for place in path.parent.iterdir()] == ["first.groundlabel"]
    with Project.open(path, author="Ann") as project:
        assert not project.read_only
        assert [annotation.expressions for annotation in project.annotations()] == [("a dog",)]
        project.undo()
    assert [place.name for place in path.parent.iterdir()] == ["first.groundlabel"]


def test_opening_and_closing_without_an_edit_leaves_the_bytes_alone(path: Path) -> None:
    before = path.read_bytes()
    Project.open(path, author="Ann").close()
    Project.open(path, author="Ann", read_only=True).close()
    assert path.read_bytes() == before
    assert len(list(path.parent.iterdir())) == 1


def test_nothing_is_made_over_an_existing_file(path: Path) -> None:
    before = state_of(path.parent)
    with pytest.raises(ProjectError, match="exists already"):
        Project.create(path, author="Ann")
    assert state_of(path.parent) == before


def test_creating_needs_a_folder_and_the_suffix(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="no folder"):
        Project.create(tmp_path / "absent" / "a.groundlabel", author="Ann")
    with pytest.raises(ProjectError, match=r"ends in \.groundlabel"):
        Project.create(tmp_path / "a.db", author="Ann")
    assert list(tmp_path.iterdir()) == []


def test_the_journal_of_a_lost_project_is_not_read_into_a_new_one(path: Path) -> None:
    project = Project.open(path, author="Ann")
    project.undo()
    shutil.copy(path.with_name(path.name + "-wal"), path.parent / "kept-wal")
    project.close()
    path.unlink()
    (path.parent / "kept-wal").rename(path.with_name(path.name + "-wal"))
    with Project.create(path, author="Ann") as fresh:
        assert fresh.history() == []


def test_what_cannot_be_opened_says_why(path: Path) -> None:
    whole = path.read_bytes()
    absent = path.with_name("absent.groundlabel")
    with pytest.raises(ProjectError, match="no project"):
        Project.open(absent, author="Ann")
    folder = path.with_name("folder.groundlabel")
    folder.mkdir()
    with pytest.raises(ProjectError, match="is a folder"):
        Project.open(folder, author="Ann")
    path.write_bytes(b"")
    assert "is empty" in refused(path)
    path.write_text("dear diary, " * 100, encoding="utf-8")
    assert "not a GroundLabel project" in refused(path)
    path.write_bytes(whole[:60])
    assert "not a GroundLabel project" in refused(path)
    path.write_bytes(whole[: len(whole) // 2])
    assert "damaged" in refused(path)


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.groundlabel"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE media (id)")
    connection.commit()
    connection.close()
    assert "another program" in refused(path)


@pytest.mark.parametrize("page", range(1, 12))
def test_a_damaged_page_is_found_before_anything_is_touched(path: Path, page: int) -> None:
    data = bytearray(path.read_bytes())
    data[page * 4096 : page * 4096 + 64] = b"\xa5" * 64
    path.write_bytes(data)
    assert "damaged" in refused(path)


def made_newer(path: Path, *statements: str) -> None:
    """As a later version would have left it."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
        for statement in (*statements, f"PRAGMA user_version={opening.SCHEMA_VERSION + 1}"):
            database.execute(statement)


def test_a_file_of_a_newer_version_is_opened_for_reading(path: Path) -> None:
    made_newer(path, "CREATE TABLE future (id TEXT)", "ALTER TABLE annotations ADD COLUMN future TEXT")
    before = path.read_bytes()
    for role in ("window", "command"):
        with Project.open(path, author="Ann", role=role) as project:  # type: ignore[arg-type]
            assert project.read_only and "newer GroundLabel" in project.read_only_reason
            assert [annotation.expressions for annotation in project.annotations()] == [("a dog",)]
            with pytest.raises(ProjectError, match="newer GroundLabel"):
                project.add_media([MediaItem(new_id(), "image", "b.png")])
    assert path.read_bytes() == before and list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("change", ["DROP TABLE ratings", "UPDATE media SET body = json_set(body, '$.v', 99)"])
def test_a_newer_file_that_reads_otherwise_is_refused_untouched(path: Path, change: str) -> None:
    made_newer(path, change)
    line = refused(path)
    assert "newer GroundLabel" in line and "Update" in line


@pytest.mark.skipif(sys.platform == "win32", reason="of POSIX file systems")
@pytest.mark.parametrize("what", ["file", "folder"])
@pytest.mark.usefixtures("writable_again")
def test_a_read_only_place_opens_for_reading_and_stays_as_it_is(path: Path, what: str) -> None:
    (path if what == "file" else path.parent).chmod(0o444 if what == "file" else 0o555)
    before = state_of(path.parent)
    with Project.open(path, author="Ann") as project:
        assert project.read_only and "read-only" in project.read_only_reason
        assert [annotation.expressions for annotation in project.annotations()] == [("a dog",)]
        with pytest.raises(ProjectError, match="read-only"):
            project.undo()
        with pytest.raises(ProjectError, match="read-only"):
            project.add_media([MediaItem(new_id(), "image", "b.png")])
        assert state_of(path.parent) == before
    assert state_of(path.parent) == before


@pytest.mark.skipif(sys.platform == "win32", reason="of POSIX file systems")
@pytest.mark.usefixtures("writable_again")
def test_work_left_in_a_journal_is_read_from_a_read_only_folder_too(path: Path, tmp_path: Path) -> None:
    project = Project.open(path, author="Ann")
    project.undo()
    killed = tmp_path / "killed"  # what a killed process leaves: the file and its journal
    killed.mkdir()
    for suffix in ("", "-wal"):
        shutil.copy(path.with_name(path.name + suffix), killed / (path.name + suffix))
    project.close()
    killed.chmod(0o555)
    before = state_of(killed)
    with Project.open(killed / path.name, author="Ann") as copy:
        assert copy.read_only and copy.annotations() == []
        assert copy.redo_title() == "Draw “a dog”"
    assert state_of(killed) == before


def test_a_second_window_reads_and_is_told_who_holds_the_project(path: Path) -> None:
    with Project.open(path, author="Ann") as first, Project.open(path, author="Bob") as second:
        assert second.read_only and second.holder is not None
        assert second.holder.pid == os.getpid()
        assert str(second.holder) in second.read_only_reason
        with pytest.raises(ProjectError, match="holds it"):
            second.redo()
        first.undo()
        assert second.poll_external() and second.annotations() == []
    assert len(list(path.parent.iterdir())) == 1
    with Project.open(path, author="Bob") as again:
        assert not again.read_only


def test_the_last_to_close_folds_the_journal_in(path: Path) -> None:
    first = Project.open(path, author="Ann")
    second = Project.open(path, author="Bob")
    first.undo()
    first.close()
    assert second.annotations() == []
    second.close()
    assert [place.name for place in path.parent.iterdir()] == [path.name]
    with Project.open(path, author="Ann") as project:
        assert project.annotations() == []


HOLD = """
import sys
from core.project import Project
project = Project.open(sys.argv[1], author="Zoé")
print("held", flush=True)
sys.stdin.read()
"""


def held_by_another_process(path: Path) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert child.stdout is not None and child.stdout.readline() == "held\n"
    return child


def test_the_hold_of_a_living_process_stands_and_that_of_a_dead_one_is_taken_over(path: Path) -> None:
    child = held_by_another_process(path)
    with Project.open(path, author="Ann") as project:
        assert project.holder is not None and project.holder.pid == child.pid
    child.kill()
    child.communicate()
    assert lock.lock_path(path).exists()
    with Project.open(path, author="Ann") as project:
        assert not project.read_only
        assert lock.lock_path(path).exists()
    assert len(list(path.parent.iterdir())) == 1


def test_a_command_writes_beside_a_window_that_then_sees_it(path: Path) -> None:
    with Project.open(path, author="Ann") as window:
        told: list[str] = []
        window.subscribe(lambda change: told.append(change.title))
        media_id = window.media()[0].id
        with Project.open(path, author="Bob", role="command") as command:
            assert not command.read_only
            command.add_media([MediaItem(new_id(), "image", "b.png")])
            command.apply(acts.draw(command, media_id, Box(5, 5, 9, 9), "a cat"))
        window.apply(acts.draw(window, media_id, Box(0, 0, 4, 4), "a bird"))
        assert told == ["Draw “a bird”"]
        assert window.poll_external()
        assert told == ["Draw “a bird”", "Draw “a cat”"]
        assert not window.poll_external()
        assert window.media_count() == 2
        assert [label.number for label in window.labels()] == [0, 1, 2]
        assert window.undo_title() == "Draw “a bird”"


def test_a_command_leaves_the_project_to_a_window_that_opens_meanwhile(path: Path) -> None:
    command = Project.open(path, author="Bob", role="command")
    with Project.open(path, author="Ann") as window:
        assert not window.read_only
        command.undo()
        command.close()
        assert len(window.annotations()) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="of POSIX file systems")
def test_where_no_write_ahead_log_works_a_rollback_journal_is_used_and_said(path: Path) -> None:
    opened = opening.open_file(path, read_only=False, role="window", vfs="unix-dotfile")
    project = Project(path, "Ann", opened)
    assert "rollback journal" in project.note
    assert not project.read_only
    project.undo()
    assert path.read_bytes()[18] == 1  # the header of a file with a rollback journal
    project.close()
    with Project.open(path, author="Ann") as again:
        assert again.note == "" and again.annotations() == []


def test_a_network_share_is_known_by_its_mount() -> None:
    mounts = "/dev/sda / ext4 rw 0 0\nserver:/x /mnt/team\\040share nfs4 rw 0 0\n/dev/sdb /mnt/team2 ext4 rw 0 0\n"
    assert journal.file_system_of(Path("/mnt/team share/data"), mounts) == "nfs4"
    assert journal.file_system_of(Path("/mnt/team2"), mounts) == "ext4"
    assert journal.file_system_of(Path("/home"), mounts) == "ext4"


def test_commits_wait_for_the_disk(path: Path) -> None:
    with Project.open(path, author="Ann") as project, project._writing() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"


def test_a_closed_project_says_so(path: Path) -> None:
    project = Project.open(path, author="Ann")
    project.close()
    project.close()
    with pytest.raises(ProjectError, match="closed"):
        project.media()


def test_a_place_quotes_every_character_of_a_name(tmp_path: Path) -> None:
    path = tmp_path / "50% of #1? ü.groundlabel"
    with Project.create(path, author="Ann") as project:
        assert project.media_count() == 0
    assert Place(path, "frozen").uri.endswith("mode=ro&immutable=1")
    assert [place.name for place in tmp_path.iterdir()] == [path.name]


def test_facts_that_a_command_adds_are_news_but_own_ones_are_not(path: Path) -> None:
    with Project.open(path, author="Ann") as window:
        window.add_media([MediaItem(new_id(), "image", "own.png")])
        assert not window.poll_external()
        with Project.open(path, author="Bob", role="command") as command:
            command.add_media([MediaItem(new_id(), "image", "b.png"), MediaItem(new_id(), "image", "own.png")])
        assert window.poll_external() and not window.poll_external()
        assert [item.path for item in window.media()] == ["ß 图.png", "own.png", "b.png"]


def test_who_only_looks_leaves_no_trace(path: Path) -> None:
    assert lock.holder_of(path) is None
    taken = lock.take(path)
    assert isinstance(taken, lock.Hold)
    holder = lock.holder_of(path)
    assert holder is not None and (holder.pid, holder.host) == (os.getpid(), lock.this_process().host)
    taken.release()
    taken.release()
    assert lock.holder_of(path) is None
    assert [place.name for place in path.parent.iterdir()] == [path.name]


def test_a_lock_without_a_name_in_it_is_not_waited_for_for_ever(path: Path) -> None:
    taken = lock.take(path)
    assert isinstance(taken, lock.Hold)
    lock.lock_path(path).write_bytes(b"")
    with Project.open(path, author="Ann") as project:
        assert project.read_only and "somebody" in project.read_only_reason
    taken.release()


@pytest.mark.skipif(sys.platform == "win32", reason="of POSIX file systems")
def test_a_link_to_a_project_is_that_project(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.groundlabel"
    link.symlink_to(path)
    with Project.open(link, author="Ann") as first, Project.open(path, author="Bob") as second:
        assert first.path == path and not first.read_only
        assert second.read_only
    assert sorted(place.name for place in tmp_path.iterdir()) == ["link.groundlabel", "数据"]
