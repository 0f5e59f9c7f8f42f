"""Facts of a project: media under their roots, answers, expressions; and the schema that keeps them."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PureWindowsPath

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, Integer

from core.errors import ProjectError
from core.project import Project, acts, encoding, migrations, opening, places, tables
from core.schema import Answer, Box, MediaItem, Proposal, Query, Rating, new_id


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    folder = tmp_path / "work" / "数据" / "é ü"
    folder.mkdir(parents=True)
    with Project.create(folder / "facts.groundlabel", author="Ann") as made:
        yield made


def image(path: str, root: str = "project") -> MediaItem:
    return MediaItem(new_id(), "image", path, root, width=640, height=480, warnings=("a warning",))


def answer(media_id: str, expression: str, *, model: str = "mini", error: str | None = None) -> Answer:
    query = Query(new_id(), media_id, expression)
    found = () if error else (Proposal(new_id(), query.id, Box(0.1, 0.2, 3, 4, at_s=0.3), 0.7, model),)
    return Answer(query, found, None if error else True, "raw", model, error=error)


def test_media_keep_their_order_and_come_in_pages(project: Project) -> None:
    items = project.add_media(image(f"图 {number}.png") for number in range(50))
    assert project.media() == items and project.media_count() == 50
    assert project.media(10, 5) == items[10:15] and project.media(48) == items[48:]
    assert project.media(50, 5) == [] and project.media(0, 0) == []
    assert project.media_item(items[7].id) == items[7]
    assert project.media_at("project", "图 7.png") == items[7]
    with pytest.raises(ProjectError, match="no medium"):
        project.media_item("nobody")


def test_the_same_place_is_the_same_medium(project: Project) -> None:
    first, twin = project.add_media([image("a.png"), image("a.png")])
    assert first == twin and project.add_media([image("a.png")]) == [first]
    (other,) = project.add_media([image("a.png", root="disk")])
    assert other != first and project.media_count() == 2
    with pytest.raises(ProjectError, match="same id"):
        project.add_media([MediaItem(first.id, "image", "b.png")])
    assert project.media_count() == 2


@pytest.mark.parametrize("path", ["", "/etc/x.png", "C:\\x.png", "C:/x.png", "caf\udce9.png"])
def test_a_place_that_is_not_relative_text_is_refused(project: Project, path: str) -> None:
    with pytest.raises(ProjectError):
        project.add_media([image("fine.png"), image(path)])
    assert project.media_count() == 0


def test_media_are_named_relative_to_the_project(project: Project) -> None:
    folder = project.path.parent
    assert project.places.media_from_path(folder / "子" / "ß x.png") == ("project", "子/ß x.png")
    outside = folder.parent.parent / "pictures" / "a.png"
    assert project.places.media_from_path(outside) == ("project", "../../pictures/a.png")
    (item,) = project.add_media([image("../../pictures/a.png")])
    assert project.places.resolve(item) == outside
    with pytest.raises(ProjectError, match="not valid text"):
        project.places.media_from_path(folder / os.fsdecode(b"caf\xe9.png"))


def test_media_out_of_reach_get_a_named_root_that_can_be_moved(project: Project) -> None:
    root, relative = project.places.media_from_path(Path("/elsewhere/my scans/one.png"))
    assert (root, relative) == ("my-scans", "one.png")
    assert project.places.media_from_path(Path("/elsewhere/my scans/deep/two.png")) == ("my-scans", "deep/two.png")
    (item,) = project.add_media([image(relative, root)])
    assert project.places.resolve(item) == Path("/elsewhere/my scans/one.png")
    project.places.set_root("my-scans", "/new place")
    assert project.places.resolve(item) == Path("/new place/one.png")
    assert project.places.roots() == {"project": str(project.path.parent), "my-scans": "/new place"}
    assert project.snapshot().resolve(item) == project.places.resolve(item)
    with pytest.raises(ProjectError, match="not known here"):
        project.places.resolve(image("x.png", "lost"))


def test_a_project_that_moves_with_its_media_finds_them(project: Project, tmp_path: Path) -> None:
    (item,) = project.add_media([image("图/a.png")])
    project.close()
    moved = tmp_path / "moved ü"
    project.path.parent.rename(moved)
    with Project.open(moved / project.path.name, author="Ann") as again:
        assert again.places.resolve(item) == moved / "图" / "a.png"


def test_a_folder_beyond_a_link_is_where_its_name_says(tmp_path: Path) -> None:
    assert places.relative_to_root(tmp_path / "a" / ".." / "b.png", tmp_path / "p") == "../b.png"
    assert places.new_root_name(Path("/"), {}) == "media"
    assert places.new_root_name(Path("/x/pics"), {"pics": "", "pics-2": ""}) == "pics-3"
    assert places.inside_root(tmp_path.parent, tmp_path) is None
    assert PureWindowsPath("a\\b").as_posix() == "a/b"


def test_answers_stay_in_order_of_asking_and_are_found_again(project: Project) -> None:
    a, b = project.add_media([image("a.png"), image("b.png")])
    said = [answer(a.id, "dog"), answer(b.id, "dog"), answer(a.id, "red  ring"), answer(a.id, "cat", error="no sense")]
    project.record_answers(said[:2])
    project.record_answers(said[2:])
    assert project.answers() == said and project.answers(b.id) == [said[1]]
    assert project.answered(a.id, "DOG", "mini") and not project.answered(a.id, "dog", "other")
    assert not project.answered(a.id, "cat", "mini"), "an answer that failed is asked again"
    assert project.known_expressions() == ["dog", "red ring", "cat"]
    project.apply(acts.draw(project, a.id, Box(0, 0, 1, 1), "the puppy"))
    assert project.known_expressions() == ["the puppy", "dog", "red ring", "cat"]
    with pytest.raises(ProjectError, match="not in the project"):
        project.record_answers([answer(a.id, "x"), answer("nobody", "x")])
    assert project.answers() == said


def test_an_answer_about_a_part_is_none_about_the_whole(project: Project) -> None:
    (item,) = project.add_media([image("a.png")])
    whole = answer(item.id, "cup")
    part = replace(whole, query=replace(whole.query, id=new_id(), window_s=(0.0, 1.0)))
    project.record_answers([replace(part, proposals=())])
    assert not project.answered(item.id, "cup", "mini")
    project.record_answers([whole])
    assert project.answered(item.id, "cup", "mini")


def test_a_picture_may_have_a_sound_beside_it(project: Project) -> None:
    item = replace(image("a.png"), sound=("project", "sounds/鳥.wav"))
    assert project.add_media([item]) == [item]
    source = project.places.source(project.media_item(item.id))
    assert source.sound == str(project.path.parent / "sounds" / "鳥.wav")
    assert project.places.source(image("b.png")).sound is None
    with pytest.raises(ProjectError):
        project.add_media([replace(image("c.png"), sound=("project", "/etc/x.wav"))])


def test_facts_from_before_there_were_senses_are_read() -> None:
    item, said = image("a.png"), answer("m", "cup")
    plain = json.loads(encoding.encode_fact(item))
    del plain["sound"]
    assert encoding.decode_fact(MediaItem, json.dumps(plain)) == item
    plain = json.loads(encoding.encode_fact(said))
    del plain["query"]["sense"], plain["query"]["refine"]
    assert encoding.decode_fact(Answer, json.dumps(plain)) == said


def test_a_snapshot_is_of_one_moment_and_holds_everything(project: Project) -> None:
    (a,) = project.add_media([image("a.png")])
    said = answer(a.id, "dog")
    project.record_answers([said])
    change = project.apply(acts.accept(project, said, said.proposals))
    project.apply(acts.set_split(project, [a.id], "val"))
    whole = project.snapshot()
    assert (whole.media, whole.answers, whole.changes[0]) == ((a,), (said,), change)
    assert whole.annotations == tuple(project.annotations()) and whole.split_of() == {a.id: "val"}
    project.undo()
    assert whole.split_of() == {a.id: "val"} and project.snapshot() != whole


def test_threads_may_share_a_project(project: Project) -> None:
    (a,) = project.add_media([image("a.png")])
    failures: list[BaseException] = []

    def work(name: int) -> None:
        try:
            for number in range(10):
                project.add_media([image(f"{name} {number}.png")])
                project.apply(
                    acts.set_review(project, [project.media_at("project", f"{name} {number}.png").id], "done")
                )
                project.snapshot()
        except BaseException as error:  # noqa: BLE001 - shown by the test
            failures.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert project.media_count() == 41 and len(project.history()) == 40 and a in project.media()
    assert not project.poll_external()


def test_pages_and_look_ups_use_an_index(project: Project) -> None:
    queries = {
        "SELECT body FROM media WHERE seq > 90000 ORDER BY seq LIMIT 100": "PRIMARY KEY",
        "SELECT max(seq) FROM media": "",
        "SELECT body FROM media WHERE id = 'x'": "INDEX",
        "SELECT body FROM annotations WHERE media_id = 'x' AND stands IS 1 ORDER BY position": "ix_annotations_media",
        "SELECT body FROM verdicts WHERE media_id = 'x' AND stands IS 1": "ix_verdicts_media",
        "SELECT seq FROM answers WHERE media_id = 'x' AND folded = 'y' AND model_id = 'z'": "ix_answers_asked",
        "SELECT change_id FROM steps WHERE author = 'x' AND done IS 1 ORDER BY position DESC LIMIT 1": "ix_steps_done",
        "SELECT change_seq FROM touches WHERE media_id = 'x'": "INDEX",
    }
    with project._reading() as connection:
        for query, index in queries.items():
            plan = " ".join(str(row) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}"))
            assert "SEARCH" in plan and index in plan, (query, plan)


# --- the schema -----------------------------------------------------------------------------------------


def test_the_migrations_make_the_tables_that_the_queries_know(project: Project) -> None:
    with project._reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []
    assert max(revision.NUMBER for revision in migrations.REVISIONS) == opening.SCHEMA_VERSION


class _AddColumn:
    """A later revision, as one will come."""

    NUMBER = opening.SCHEMA_VERSION + 1

    @staticmethod
    def upgrade(op: Operations) -> None:
        op.add_column("media", Column("pages", Integer))


def test_an_older_file_is_brought_up_to_date_with_its_work(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    (a,) = project.add_media([image("a.png")])
    project.apply(acts.draw(project, a.id, Box(0, 0, 1, 1), "dog"))
    before = project.snapshot()
    project.close()
    monkeypatch.setattr(opening, "SCHEMA_VERSION", _AddColumn.NUMBER)
    monkeypatch.setattr(migrations.upgrade, "__defaults__", ((*migrations.REVISIONS, _AddColumn),))
    with pytest.raises(ProjectError, match="older version"):
        Project.open(project.path, author="Ann", read_only=True)
    with Project.open(project.path, author="Ann") as again:
        assert again.snapshot() == before
        with again._reading() as connection:
            assert connection.exec_driver_sql("SELECT pages FROM media").all() == [(None,)]
    assert opening.check_header(project.path) == _AddColumn.NUMBER


def test_a_project_from_before_ratings_opens_also_where_it_can_only_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.groundlabel"
    with monkeypatch.context() as before:
        before.setattr(migrations.upgrade, "__defaults__", (migrations.REVISIONS[:1],))
        before.setattr(opening, "SCHEMA_VERSION", 1)
        with Project.create(path, author="Ann") as old:
            (a,) = old.add_media([image("a.png")])
            old.apply(acts.draw(old, a.id, Box(0, 0, 1, 1), "dog"))
    assert opening.check_header(path) == 1
    with Project.open(path, author="Ann", read_only=True) as reader:
        assert reader.ratings() == [] and len(reader.snapshot().annotations) == 1
    rating = Rating("answer-1", a.id, "down", "Where?", "There.", "mini")
    with Project.open(path, author="Ann") as project:
        project.apply(acts.rate(None, rating))
    assert opening.check_header(path) == opening.SCHEMA_VERSION
    with Project.open(path, author="Ben", read_only=True) as reader:
        assert reader.ratings(a.id) == [rating] and len(reader.annotations()) == 1
