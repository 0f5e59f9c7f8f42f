"""Looking at an import or export first: it says what the real one does, and writes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.errors import UserError
from core.formats import ReadOptions, find_format
from core.jobs import JobContext
from core.project import Project
from core.workflows.looking import look_at_export, look_at_import
from core.workflows.transfer import export, import_file
from tests.fakes_formats import picture


def _coco(folder: Path) -> Path:
    picture(folder, "a.jpg")
    picture(folder, "b.jpg")
    images = [{"id": n, "file_name": f"{name}.jpg", "width": 64, "height": 48} for n, name in enumerate("abc", 1)]
    boxes = [(1, 1), (1, 2), (2, 1), (3, 1)]
    annotations = [
        {"id": n, "image_id": image, "category_id": kind, "bbox": [n, 2, 10, 10], "area": 100, "iscrowd": 0}
        for n, (image, kind) in enumerate(boxes, 1)
    ]
    categories = [{"id": 1, "name": "WBC"}, {"id": 2, "name": "RBC"}, {"id": 3, "name": "dust"}]
    place = folder / "instances.json"
    place.write_text(json.dumps({"images": images, "annotations": annotations, "categories": categories}), "utf-8")
    return place


def test_an_import_is_told_in_full_and_nothing_is_written(tmp_path: Path) -> None:
    source, path = _coco(tmp_path), tmp_path / "p.groundlabel"
    options = ReadOptions(label_map={"WBC": ("white blood cell", "leukocyte")})
    with Project.create(path, author="mara", role="command") as project:
        seen = look_at_import(project, source, "coco", options=options)
        assert project.media_count() == 0 and project.history() == [] and list(project.places.roots()) == ["project"]
    assert (seen.media_new, seen.media_known, seen.missing) == (2, 0, ("c.jpg",))
    assert seen.regions == (("boxes", 3),)
    told = {one.name: (one.regions, one.expressions, one.is_new, one.mappable) for one in seen.classes}
    assert told == {
        "WBC": (3, ("white blood cell", "leukocyte"), True, True),
        "RBC": (1, ("RBC",), True, True),
        "dust": (0, ("dust",), True, True),
    }
    done = import_file(source, "coco", path, author="mara", options=options)
    assert done.report.written == seen.report.written == 3
    assert (done.report.changed, done.report.skipped) == (seen.report.changed, seen.report.skipped)
    with Project.open(path, author="mara", role="command") as project:
        assert seen.absences == len(project.verdicts())
        again = look_at_import(project, source, "coco", options=options)
    assert (again.media_new, again.media_known, again.regions, again.absences) == (0, 2, (), 0)
    assert not any(one.is_new for one in again.classes)


def test_an_import_without_media_is_refused_as_it_will_be(tmp_path: Path) -> None:
    source = _coco(tmp_path)
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).unlink()
    project = Project.create(tmp_path / "p.groundlabel", author="mara", role="command")
    with project, pytest.raises(UserError, match="None of the 3 media"):
        look_at_import(project, source, "coco", options=ReadOptions())


@pytest.mark.parametrize("format_id", ["coco", "yolo", "charades-sta"])
def test_an_export_is_told_in_full_and_nothing_stays(format_id: str, tmp_path: Path) -> None:
    contents = find_format("coco").read(_coco(tmp_path), ReadOptions()).contents
    before = sorted(tmp_path.rglob("*"))
    seen = look_at_export(contents, format_id, JobContext())
    assert sorted(tmp_path.rglob("*")) == before
    done = export(contents, format_id, tmp_path / "out", context=JobContext())
    assert (seen.read, seen.written, seen.changed, seen.skipped) == (
        done.read,
        done.written,
        done.changed,
        done.skipped,
    )
