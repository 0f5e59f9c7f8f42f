"""VGG-SS: where in a frame a sound comes from. Its boxes are 0-1 of the frame; rows show the frame and the sound."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from core.datasets.model import Dataset, Licence, Row, Variant
from core.datasets.rows import Place, box_row
from core.datasets.source import Source
from core.datasets.streaming import list_items
from core.datasets.values import text_in
from core.formats.text_files import as_list, as_numbers, as_object
from core.geometry import BoxXYXY


def rows(source: Source) -> Iterator[Row]:
    """A row for each frame; the size that pads it to a square is measured from it."""
    file = source.file(source.variant.files[0])
    for where, value in list_items(file):
        entry = as_object(value, file, where)
        name = text_in(entry, "file", file, where)
        frame = source.medium(f"{name}.jpg")
        if frame is None:
            continue
        size = source.media.size_of(frame)
        if size is None:
            source.skip(f"the size of {frame.name} is not known", f"{file}, {where}")
            continue
        place = Place(f"vggss-{name}", frame, "image", f"{file}, {where}")
        boxes = _boxes(entry, file, where, size)
        label = text_in(entry, "class", file, where)
        if source.variant.name == "picture":
            row = box_row(source, place, label, boxes, size, task="find_boxes")
        else:
            row = _heard(source, place, label, boxes, size)
        if row is not None:
            yield row


def _heard(source: Source, place: Place, label: str, boxes: list[BoxXYXY], size: tuple[int, int]) -> Row | None:
    sound = source.medium(f"{place.id.removeprefix('vggss-')}.wav", any_of="audio")
    row = box_row(source, place, label, boxes, size, task="find_source") if sound is not None else None
    if row is None or sound is None:
        return None
    row["sound"] = sound.name
    turns = as_list(row["conversations"], place.where, "conversations")
    first = as_object(turns[0], place.where, "conversations")
    first["value"] = f"<sound>\n{first['value']}"
    return row


def _boxes(entry: dict[str, object], file: Path, where: str, size: tuple[int, int]) -> list[BoxXYXY]:
    width, height = size
    found: list[BoxXYXY] = []
    for index, value in enumerate(as_list(entry.get("bbox"), file, f"{where}.bbox")):
        x1, y1, x2, y2 = as_numbers(value, 4, file, f"{where}.bbox[{index}]")
        found.append((x1 * width, y1 * height, x2 * width, y2 * height))  # those beyond 0-1 are clipped later
    return found


_FILES = ("vggss.json or metadata/vggss.json",)
_MEDIA = ("frames", "audio")
_SAID = (
    "README.md of hche11/Localizing-Visual-Sounds-the-Hard-Way (frames/, audio/) and public code that reads "
    "vggss.json: file, class, bbox of 0-1 corners; the frame is the 125th of 25 a second"
)
DATASET = Dataset(
    name="vggss",
    title="VGG-SS",
    origin="https://www.robots.ox.ac.uk/~vgg/research/lvs/",
    licence=Licence(
        "CC BY 4.0 (VGG-Sound)",
        "https://github.com/hche11/VGGSound/blob/master/LICENCE.txt",
        checked=True,
        note="videos keep the rights of their makers",
    ),
    variants=(
        Variant("source", "the box of what is heard, from frame and sound together", 2, True, _FILES, _MEDIA, _SAID),
        Variant("picture", "the boxes of the class in the frame alone", 2, False, _FILES, _MEDIA, _SAID),
    ),
    splits={"test": "test"},
    rows=rows,
)
