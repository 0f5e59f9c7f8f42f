"""Attributes of a project: what fits, what new annotations begin with, and that nothing of it is lost in files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.attributes import definition_problem, problem, stored, tidied, typed
from core.errors import ProjectError, StaleChangeError
from core.formats.examples import examples_from_snapshot
from core.project import Project, acts, migrations, opening
from core.project.attributing import define, remove, set_value
from core.project.relabelling import delete_label, merge_labels
from core.schema import (
    Annotation,
    Answer,
    Attribute,
    AttributeKind,
    Box,
    Change,
    Label,
    MediaItem,
    Proposal,
    Query,
    new_id,
)
from core.workflows.transfer import export, import_file

BOX = Box(1.0, 2.0, 11.0, 12.0)
POSE = Attribute("pose", "pose", "choice", ("left", "right"), default="left")
SPEED = Attribute("speed", "speed", "number", (), 0.0, 3.5)
SURE = Attribute("sure", "sure", "yes_no")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "attributes.groundlabel", author="Ann") as made:
        made.add_media(MediaItem(new_id(), "image", f"{name}.png", width=64, height=48) for name in ("a", "b"))
        yield made


def drawn(project: Project, words: str = "dog") -> Annotation:
    change = project.apply(acts.draw(project, project.media()[0].id, BOX, words))
    return next(record for record in change.after if isinstance(record, Annotation))


@pytest.mark.parametrize(
    ("attribute", "good", "bad", "why"),
    [
        (POSE, "left", "up", "one of left, right"),
        (SPEED, "3.5", "fast", "is a number"),
        (SPEED, "0", "-1", "at least 0"),
        (SPEED, "1e-3", "3.6", "at most 3.5"),
        (SPEED, "2", "nan", "is a number"),
        (SURE, "yes", "perhaps", "yes or no"),
        (Attribute("note", "note", "text"), "anything", " ", "is empty"),
    ],
)
def test_a_value_fits_or_says_why_not(attribute: Attribute, good: str, bad: str, why: str) -> None:
    assert problem(attribute, good) == ""
    assert why in problem(attribute, bad)


def test_values_keep_their_kind_in_files_and_come_back() -> None:
    assert [typed(SPEED, "3.5"), typed(SPEED, "2"), typed(SPEED, "fast")] == [3.5, 2, "fast"]
    assert [typed(SURE, "yes"), typed(SURE, "no"), typed(POSE, "left")] == [True, False, "left"]
    assert [stored(SPEED, 2), stored(SPEED, 3.5), stored(SURE, True), stored(POSE, "left")] == [
        "2",
        "3.5",
        "yes",
        "left",
    ]
    assert [stored(SPEED, True), stored(SURE, 1), stored(POSE, None)] == [None, None, None]
    assert tidied(SPEED, " 2,50 ") == "2.5" and tidied(POSE, " left ") == "left"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"name": " "}, "needs a name"),
        ({"values": ()}, "needs values"),
        ({"values": ("left", "left")}, "differ"),
        ({"default": "up"}, "one of left, right"),
        ({"label_ids": ()}, "needs a label"),
        ({"kind": "number", "values": (), "default": "", "minimum": 3.0, "maximum": 1.0}, "above the largest"),
    ],
)
def test_a_definition_holds_together(project: Project, change: dict[str, object], why: str) -> None:
    wrong = replace(POSE, **change)  # type: ignore[arg-type]
    assert why in definition_problem(wrong)
    with pytest.raises(ProjectError, match=why):
        define(project, wrong)


def test_names_are_taken_once_and_some_never(project: Project) -> None:
    project.apply(define(project, POSE))
    with pytest.raises(ProjectError, match="already"):
        define(project, replace(SPEED, name=" Pose"))
    with pytest.raises(ProjectError, match="every annotation has"):
        define(project, replace(SPEED, name="Origin"))
    with pytest.raises(StaleChangeError, match="of that name"):
        project.apply(Change("by hand", (), (replace(SPEED, name="POSE"),)))


def test_new_annotations_begin_with_the_defaults_of_their_label(project: Project) -> None:
    dog = drawn(project)
    project.apply(define(project, replace(POSE, label_ids=(dog.label_id,))))
    assert dict(drawn(project).attributes) == {"pose": "left"}
    assert drawn(project, "cat").attributes == ()
    query = Query(new_id(), dog.media_id, "dog")
    answer = Answer(query, (Proposal(new_id(), query.id, BOX, 0.5, "fake"),), True, "", "fake")
    project.record_answers([answer])
    change = project.apply(acts.accept(project, answer, answer.proposals))
    assert [dict(r.attributes) for r in change.after if isinstance(r, Annotation)] == [{"pose": "left"}]
    assert project.annotation(dog.id) == dog  # what was there is left as it was


def test_a_value_is_set_on_several_taken_away_and_undone(project: Project) -> None:
    chosen = [drawn(project), drawn(project)]
    project.apply(define(project, SPEED))
    project.apply(set_value(project, chosen, SPEED, " 2,5 "))
    assert [dict(item.attributes) for item in project.annotations()] == [{"speed": "2.5"}] * 2
    with pytest.raises(ProjectError, match=r"at most 3\.5"):
        set_value(project, project.annotations(), SPEED, "4")
    project.apply(set_value(project, project.annotations(), SPEED, None))
    assert [item.attributes for item in project.annotations()] == [(), ()]
    project.undo()
    project.undo()
    assert project.annotations() == chosen


def test_another_name_takes_the_values_along_and_removing_takes_them_away(project: Project) -> None:
    dog = drawn(project)
    project.apply(define(project, SPEED))
    project.apply(set_value(project, [dog], SPEED, "1"))
    project.apply(define(project, replace(SPEED, name="pace")))
    assert project.annotation(dog.id).attributes == (("pace", "1"),)  # type: ignore[union-attr]
    (pace,) = project.attribute_table()
    project.apply(remove(project, pace))
    assert project.annotation(dog.id) == dog and project.attribute_table() == []
    project.undo()
    assert project.annotation(dog.id).attributes == (("pace", "1"),)  # type: ignore[union-attr]


def test_coco_holds_typed_values_and_their_definitions(project: Project, tmp_path: Path) -> None:
    dog = drawn(project)
    for attribute in (replace(POSE, label_ids=(dog.label_id,)), SPEED, SURE):
        project.apply(define(project, attribute))
    for attribute, text in ((POSE, "right"), (SPEED, "2"), (SURE, "no")):
        project.apply(set_value(project, project.annotations(), attribute, text))
    (tmp_path / "a.png").write_bytes(_png())
    out = tmp_path / "coco.json"
    report = export(project.snapshot(), "coco", out)
    held = json.loads(out.read_text(encoding="utf-8"))["annotations"][0]["attributes"]
    assert {name: held[name] for name in ("pose", "speed", "sure")} == {"pose": "right", "speed": 2, "sure": False}
    assert not any("attribute" in note.what for note in report.changed)
    import_file(out, "coco", tmp_path / "again.groundlabel", author="Ben")
    with Project.open(tmp_path / "again.groundlabel", author="Ben") as again:
        assert [a.attributes for a in again.annotations()] == [a.attributes for a in project.annotations()]
        labels = {label.id for label in again.labels()}
        found = {one.name: one for one in again.attribute_table()}
        assert set(found["pose"].label_ids or ()) <= labels and found["pose"].values == POSE.values
        assert replace(found["speed"], id=SPEED.id) == SPEED and replace(found["sure"], id=SURE.id) == SURE
    lost = [note.what for note in export(project.snapshot(), "voc", tmp_path / "voc").changed]
    assert "the definitions of 3 attributes are not held" in lost


def test_what_is_noted_of_annotations_trains_nothing(project: Project) -> None:
    drawn(project)
    before = examples_from_snapshot(project.snapshot())
    project.apply(define(project, SPEED))
    project.apply(set_value(project, project.annotations(), SPEED, "1"))
    assert before and examples_from_snapshot(project.snapshot()) == before


def _png() -> bytes:
    from io import BytesIO

    from PIL import Image

    held = BytesIO()
    Image.new("RGB", (64, 48)).save(held, "png")
    return held.getvalue()


def test_an_older_project_is_kept_aside_before_it_is_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old é.groundlabel"
    with monkeypatch.context() as before:
        before.setattr(migrations.upgrade, "__defaults__", (migrations.REVISIONS[:2],))
        before.setattr(opening, "SCHEMA_VERSION", 2)
        before.setattr(opening, "READ_AS_THEY_ARE", frozenset({1}))
        with Project.create(path, author="Ann") as old:
            (a,) = old.add_media([MediaItem(new_id(), "image", "a.png")])
            old.apply(acts.draw(old, a.id, BOX, "dog"))
    whole = path.read_bytes()
    with Project.open(path, author="Ann", read_only=True) as reader:
        assert reader.attribute_table() == [] and len(reader.snapshot().annotations) == 1
    assert path.read_bytes() == whole
    kept = tmp_path / "old é.schema-2.groundlabel"
    kept.write_text("somebody's own", encoding="utf-8")
    with Project.open(path, author="Ann") as project:
        project.apply(define(project, POSE))
        assert len(project.annotations()) == 1
    assert kept.read_text(encoding="utf-8") == "somebody's own"
    beside = tmp_path / "old é.schema-2-2.groundlabel"
    assert opening.check_header(beside) == 2 and opening.check_header(path) == opening.SCHEMA_VERSION
    with Project.open(beside, author="Ann", read_only=True) as again:
        assert [item.expressions for item in again.annotations()] == [("dog",)]
    with Project.open(path, author="Ann"):
        pass
    assert len(list(tmp_path.glob("*.groundlabel"))) == 3  # and no other


def test_a_merged_label_takes_everything_along_and_its_number_stays_its_own(project: Project) -> None:
    dog, cat = drawn(project, "dog"), drawn(project, "cat")
    labels = {label.name: label for label in project.labels()}
    project.apply(define(project, replace(POSE, label_ids=(dog.label_id, cat.label_id))))
    before = project.snapshot()
    project.apply(merge_labels(project, labels["dog"], labels["cat"]))
    assert [label.name for label in project.labels()] == ["cat"]
    assert {item.label_id for item in project.annotations()} == {cat.label_id}
    assert project.label_for("Dog") == labels["cat"]
    assert project.attribute_table()[0].label_ids == (cat.label_id,)
    drawn(project, "bird")
    assert [label.number for label in project.labels()] == [1, 2]
    project.undo()
    project.undo()
    after = project.snapshot()
    assert replace(after, changes=before.changes) == before
    with pytest.raises(ProjectError, match="into itself"):
        merge_labels(project, labels["dog"], labels["dog"])


def test_only_a_label_that_nobody_uses_is_deleted(project: Project) -> None:
    dog = drawn(project)
    (label,) = project.labels()
    with pytest.raises(ProjectError, match="1 annotation or “no” uses it"):
        delete_label(project, label)
    project.apply(acts.delete(project, [dog]))
    project.apply(acts.not_present(project, dog.media_id, "dog"))
    with pytest.raises(ProjectError, match="cannot be deleted"):
        delete_label(project, label)
    project.apply(acts.take_back_verdicts(project, project.verdicts()))
    project.apply(define(project, replace(POSE, label_ids=(label.id,))))
    with pytest.raises(ProjectError, match="of this label alone"):
        delete_label(project, label)
    spare = Label(new_id(), "spare", project.next_label_number())
    project.apply(Change("add", (), (spare,)))
    project.apply(define(project, replace(POSE, label_ids=(label.id, spare.id))))
    project.apply(delete_label(project, label))
    assert project.labels() == [spare] and project.phrases() == []
    assert project.attribute_table()[0].label_ids == (spare.id,)


def test_the_kinds_of_attributes_are_those_of_the_schema() -> None:
    kinds: tuple[AttributeKind, ...] = ("text", "number", "choice", "yes_no")
    for kind in kinds:
        values = ("a",) if kind == "choice" else ()
        assert definition_problem(Attribute("x", "x", kind, values)) == ""
