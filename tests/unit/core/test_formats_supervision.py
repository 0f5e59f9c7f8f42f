"""Another tool reads what we write: supervision loads our COCO, YOLO, VOC and labelme files, region by region."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import supervision as sv
from fakes_formats import picture, written

from core.formats import Contents
from core.schema import Annotation, Box, Label, MediaItem, Phrase

SIZES = {"é ü.jpg": (640, 480), "数据.png": (100, 300), "empty.jpg": (64, 48)}
BOXES = {
    "é ü.jpg": [
        ("cat", Box(0, 0, 640, 480)),  # touches every edge
        ("犬", Box(12.5, 7.25, 300.125, 200)),
        ("cat", Box(12.5, 7.25, 300.125, 200)),  # the same place, another class
        ("cat", Box(1, 2, 2, 3)),
    ],
    "数据.png": [("犬", Box(33.333, 0.5, 99.75, 299.999))],
    "empty.jpg": [],
}
# supervision holds single precision: a side of 640 pixels is known to 1e-4.
WITHIN = 1e-3

Found = list[tuple[str, tuple[float, ...]]]


@pytest.fixture
def project(tmp_path: Path) -> Contents:
    """Three pictures that are on the disk, one without boxes, and classes with a number between that nobody uses."""
    labels = (Label("l1", "cat", 0), Label("l2", "犬", 2))
    ids = {label.name: label.id for label in labels}
    media = []
    for number, (name, size) in enumerate(SIZES.items()):
        picture(tmp_path / "images", name, size)
        media.append(MediaItem(f"m{number}", "image", name, width=size[0], height=size[1]))
    annotations = [
        Annotation(f"{item.id}-{n}", item.id, ids[word], (word,), box, "drawn")
        for item in media
        for n, (word, box) in enumerate(BOXES[item.path])
    ]
    phrases = tuple(Phrase(f"f{label.id}", label.name, label.id) for label in labels)
    return Contents(media=tuple(media), labels=labels, phrases=phrases, annotations=tuple(annotations))


def by_picture(dataset: sv.DetectionDataset) -> dict[str, Found]:
    """Class and corners of every detection, by the name of its picture."""
    found: dict[str, Found] = {}
    for place, detections in dataset.annotations.items():
        kinds = [] if detections.class_id is None else detections.class_id
        pairs = zip(kinds, detections.xyxy.tolist(), strict=True)
        found[Path(place).name] = [(dataset.classes[kind], tuple(corners)) for kind, corners in pairs]
    return found


def assert_same(found: dict[str, Found], *, lower_corner: float = 0.0) -> None:
    """Every region of the project, in its picture, with its class and numbers, and nothing else."""
    assert set(found) == set(SIZES)
    for name, regions in found.items():
        assert Counter(kind for kind, _ in regions) == Counter(kind for kind, _ in BOXES[name])
        wanted = [(kind, (b.x1 - lower_corner, b.y1 - lower_corner, b.x2, b.y2)) for kind, b in BOXES[name]]
        for (kind, corners), (right, numbers) in zip(regions, wanted, strict=True):
            assert kind == right
            assert corners == pytest.approx(numbers, abs=WITHIN)


def test_coco(project: Contents, tmp_path: Path) -> None:
    written(project, "coco", tmp_path / "coco.json")
    pictures = str(tmp_path / "images")
    dataset = sv.DetectionDataset.from_coco(pictures, str(tmp_path / "coco.json"))
    assert dataset.classes == ["cat", "犬"]
    assert_same(by_picture(dataset))


def test_yolo(project: Contents, tmp_path: Path) -> None:
    out = tmp_path / "yolo"
    written(project, "yolo", out)
    dataset = sv.DetectionDataset.from_yolo(str(tmp_path / "images"), str(out / "labels"), str(out / "data.yaml"))
    assert dataset.classes == ["cat", "unused-1", "犬"]  # the number of a class is its place in the table
    assert_same(by_picture(dataset))


def test_pascal_voc(project: Contents, tmp_path: Path) -> None:
    """supervision takes VOC's pixels as counted from 1 and inclusive; we take the numbers as they are written."""
    written(project, "voc", tmp_path / "voc")
    dataset = sv.DetectionDataset.from_pascal_voc(str(tmp_path / "images"), str(tmp_path / "voc"))
    assert_same(by_picture(dataset), lower_corner=1.0)


def test_labelme(project: Contents, tmp_path: Path) -> None:
    written(project, "labelme", tmp_path / "labelme")
    dataset = sv.DetectionDataset.from_labelme(str(tmp_path / "images"), str(tmp_path / "labelme"))
    assert_same(by_picture(dataset))
