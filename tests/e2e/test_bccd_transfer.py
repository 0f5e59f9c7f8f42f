"""Real Pascal VOC through a project to COCO and back: every box the same, number by number."""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree

import pytest
from fakes_formats import absences, read
from pycocotools.coco import COCO

from core.commands import main
from core.formats.examples import examples_from_snapshot
from core.formats.groundinggpt import iter_rows, row_to_example
from core.project import Project
from core.schema import Box

_DATA = os.environ.get("GROUNDLABEL_DATA")
pytestmark = pytest.mark.skipif(
    not _DATA or not (Path(_DATA) / "bccd").is_dir(), reason="needs the folder bccd in GROUNDLABEL_DATA"
)

Boxes = dict[str, list[tuple[str, float, float, float, float]]]


def boxes_of_files(folder: Path) -> Boxes:
    """What the XML files say, read without GroundLabel; boxes without area are left out."""
    found: Boxes = defaultdict(list)
    for file in folder.rglob("*.xml"):
        root = ElementTree.parse(file).getroot()
        for element in root.findall("object"):
            x1, y1, x2, y2 = (
                float(element.findtext(f"bndbox/{name}") or "") for name in ("xmin", "ymin", "xmax", "ymax")
            )
            if x2 > x1 and y2 > y1:
                found[root.findtext("filename") or ""].append((element.findtext("name") or "", x1, y1, x2, y2))
    return {name: sorted(boxes) for name, boxes in found.items()}


def boxes_of_coco(file: Path) -> Boxes:
    """What pycocotools reads."""
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO(str(file))
    names = {category["id"]: category["name"] for category in coco.loadCats(coco.getCatIds())}
    assert names == {1: "Platelets", 2: "RBC", 3: "WBC"}
    found: Boxes = defaultdict(list)
    for one in coco.loadAnns(coco.getAnnIds()):
        x, y, width, height = one["bbox"]
        name = coco.loadImgs(one["image_id"])[0]["file_name"]
        found[name].append((names[one["category_id"]], x, y, x + width, y + height))
    return {name: sorted(boxes) for name, boxes in found.items()}


def test_bccd_goes_through_every_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bccd = Path(_DATA or "") / "bccd"
    into, truth = tmp_path / "p.groundlabel", boxes_of_files(bccd / "annotations_voc")
    (tmp_path / "map.csv").write_text("WBC,white blood cell\nRBC,red blood cell\n", encoding="utf-8")
    for split in ("train", "val"):
        arguments = ["import", str(bccd / "annotations_voc"), "--format", "voc", "--into", str(into), "--json"]
        arguments += ["--list", str(bccd / f"{split}.txt"), "--split", split, "--label-map", str(tmp_path / "map.csv")]
        assert main(arguments) == 3  # one box without area in each
        report = json.loads(capsys.readouterr().out)
        assert (len(report["skipped"]), report["missing"]) == (1, [])

    for format_id, name in (("coco", "c.json"), ("voc", "voc"), ("groundinggpt", "g.json"), ("native", "n.json")):
        assert main(["export", str(into), "--format", format_id, "--out", str(tmp_path / name)]) == 0
    assert boxes_of_coco(tmp_path / "c.json") == truth
    assert boxes_of_files(tmp_path / "voc") == truth

    with Project.open(into, author="Ann", role="command") as project:
        snapshot = project.snapshot()
    assert read(tmp_path / "n.json", "native").annotations == snapshot.annotations
    assert [row_to_example(row) for row in iter_rows(tmp_path / "g.json")] == examples_from_snapshot(snapshot)
    assert {text for _, text in absences(snapshot)} <= {"white blood cell", "red blood cell", "Platelets"}

    back = tmp_path / "back.groundlabel"
    arguments = ["import", str(tmp_path / "c.json"), "--format", "coco", "--into", str(back)]
    assert main([*arguments, "--media", str(bccd / "images")]) == 0
    with Project.open(back, author="Ann", role="command") as project:
        again = project.snapshot()
    names = {item.id: Path(item.path).name for item in again.media}
    labels = {label.id: label.name for label in again.labels}
    found: Boxes = defaultdict(list)
    for one in again.annotations:
        assert isinstance(one.region, Box)
        box = one.region
        found[names[one.media_id]].append((labels[one.label_id], box.x1, box.y1, box.x2, box.y2))
    assert {name: sorted(boxes) for name, boxes in found.items()} == truth
    expected = {(item.media_path, item.expression, item.present) for item in examples_from_snapshot(snapshot)}
    assert {(item.media_path, item.expression, item.present) for item in examples_from_snapshot(again)} == expected
