"""Visual Genome: phrases about regions of pictures, in both directions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from core.datasets.model import Dataset, Licence, Row, Variant
from core.datasets.rows import Place, box_row, joined, talk_row, usable_boxes
from core.datasets.source import Source
from core.datasets.streaming import list_items
from core.datasets.values import box_in, id_in, size_in, text_in
from core.formats.text_files import as_list, as_object


def rows(source: Source) -> Iterator[Row]:
    """A row for each region: its box for the phrase, or the phrase for its box."""
    sizes = _sizes(source.file(source.variant.files[0]))
    file = source.file(source.variant.files[1])
    for where, value in list_items(file):
        entry = as_object(value, file, where)
        image_id = id_in(entry.get("image_id", entry.get("id")), file, f"{where}.id")
        regions = as_list(entry.get("regions"), file, f"{where}.regions")
        if image_id not in sizes:
            source.skip("the picture is not in image_data.json", f"{file}, {where}", rows=len(regions))
            continue
        medium = source.medium(f"{image_id}.jpg", rows=len(regions)) if regions else None
        if medium is None:
            continue
        for index, region in enumerate(regions):
            place_in_file = f"{where}, regions[{index}]"
            found = as_object(region, file, place_in_file)
            row_id = f"vg-{id_in(found.get('region_id', index), file, place_in_file)}"
            place = Place(row_id, medium, "image", f"{file}, {place_in_file}")
            row = _row(source, place, file, found, sizes[image_id])
            if row is not None:
                yield row


def _row(source: Source, place: Place, file: Path, region: dict[str, object], size: tuple[int, int]) -> Row | None:
    box = box_in(region, file, place.where)
    phrase = text_in(region, "phrase", file, place.where)
    if source.variant.name == "regions":
        return box_row(source, place, phrase, [box], size, task="find_box")
    placed = usable_boxes(source, place.medium, [box], size)
    good, size = placed.boxes_xyxy, placed.size_wh
    if not good:
        source.skip("no box, or no words for it", place.where)
        return None
    return talk_row(source, place, [(source.words.choose("describe_box", place.id, joined(good, size)), phrase)])


def _sizes(file: Path) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for where, value in list_items(file):
        entry = as_object(value, file, where)
        found[id_in(entry.get("image_id", entry.get("id")), file, f"{where}.image_id")] = size_in(entry, file, where)
    return found


_FILES = ("image_data.json", "region_descriptions.json")
_MEDIA = ("VG_100K", "VG_100K_2", "vg/VG_100K", "vg/VG_100K_2", "images/VG_100K", "images/VG_100K_2")
_SAID = (
    "dataset card and loader of ranjaykrishna/visual_genome: image_data[image_id, width, height], "
    "region_descriptions[id, regions[region_id, phrase, x, y, width, height]]"
)
DATASET = Dataset(
    name="visual-genome",
    title="Visual Genome",
    origin="https://homes.cs.washington.edu/~ranjay/visualgenome/api.html",
    licence=Licence(
        "CC BY 4.0",
        "https://huggingface.co/datasets/ranjaykrishna/visual_genome",
        checked=True,
        note="pictures come from COCO and YFCC100M",
    ),
    variants=(
        Variant("regions", "the box of a phrase", 2, True, _FILES, _MEDIA, _SAID),
        Variant("describe", "the phrase for a box", 2, False, _FILES, _MEDIA, _SAID),
    ),
    splits={"train": "train"},
    rows=rows,
)
