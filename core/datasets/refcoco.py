"""RefCOCO, RefCOCO+ and RefCOCOg: what people said about one box of a COCO picture, as REFER distributes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from core.datasets.coco import pictures_in
from core.datasets.model import Dataset, Licence, Row, Variant
from core.datasets.rows import Place, box_row
from core.datasets.source import Source
from core.datasets.streaming import list_members
from core.datasets.values import coco_box, id_in, text_in
from core.errors import FormatError
from core.formats.refcoco import SPLITS, read_refs
from core.formats.text_files import as_list, as_object
from core.geometry import BoxXYXY


def rows(source: Source) -> Iterator[Row]:
    """A row for each sentence of the split; testA and testB are both test."""
    folder = _folder(source)
    refs_file, instances = folder / source.variant.files[0], folder / source.variant.files[1]
    every = [
        (f"[{index}]", as_object(value, refs_file, f"[{index}]")) for index, value in enumerate(read_refs(refs_file))
    ]
    refs = [(where, ref) for where, ref in every if SPLITS.get(str(ref.get("split"))) == source.split]
    pictures = pictures_in(instances)
    boxes = _boxes(instances, {id_in(ref.get("ann_id"), refs_file, f"{where}.ann_id") for where, ref in refs})
    for where, ref in refs:
        sentences = as_list(ref.get("sentences"), refs_file, f"{where}.sentences")
        box = boxes.get(id_in(ref.get("ann_id"), refs_file, f"{where}.ann_id"))
        picture = pictures.get(id_in(ref.get("image_id"), refs_file, f"{where}.image_id"))
        if box is None or picture is None:
            what = "its box or picture is not in instances.json"
            source.skip(what, f"{refs_file}, {where}", rows=len(sentences))
            continue
        medium = source.medium(picture.file_name, rows=len(sentences))
        if medium is None:
            continue
        for index, value in enumerate(sentences):
            at = f"{where}.sentences[{index}]"
            sentence = as_object(value, refs_file, at)
            row_id = f"{source.dataset.name}-{id_in(sentence.get('sent_id', f'{where}-{index}'), refs_file, at)}"
            place = Place(row_id, medium, "image", f"{refs_file}, {at}")
            row = box_row(
                source, place, text_in(sentence, "sent", refs_file, at), [box], picture.size_wh, task="find_box"
            )
            if row is not None:
                yield row


def _folder(source: Source) -> Path:
    """The folder of the dataset: the source itself, or the one of its name below, as REFER's data lie."""
    wanted = source.variant.files[0]
    for folder in (source.folder, source.folder / source.dataset.name):
        if (folder / wanted).is_file() and (folder / source.variant.files[1]).is_file():
            return folder
    raise FormatError(
        f"There are no {wanted} and {source.variant.files[1]} in {source.folder}",
        why=f"{source.dataset.title} ({source.variant.name}) is read from them",
        next_step=f"see prepare --list {source.dataset.name}",
    )


def _boxes(instances: Path, wanted: set[str]) -> dict[str, BoxXYXY]:
    found: dict[str, BoxXYXY] = {}
    for _, where, value in list_members(instances, "annotations"):
        entry = as_object(value, instances, where)
        number = id_in(entry.get("id"), instances, f"{where}.id")
        if number in wanted:
            found[number] = coco_box(entry.get("bbox"), instances, f"{where}.bbox")
    return found


def _dataset(name: str, title: str, *authors: str) -> Dataset:
    """One of the three; `authors` are those who split it, the usual one first."""
    return Dataset(
        name=name,
        title=title,
        origin="https://github.com/lichengunc/refer",
        licence=Licence(
            "not stated for the expressions; boxes and pictures as COCO",
            "https://github.com/lichengunc/refer",
            checked=False,
            note="COCO: CC BY 4.0 (annotations), Flickr's terms of use (pictures)",
        ),
        variants=tuple(
            Variant(
                author,
                f"the box of an expression, in the split by {author}",
                2,
                name == "refcoco" and author == "unc",
                (f"refs({author}).p", "instances.json"),
                ("images/mscoco/images/train2014", "train2014", "coco/train2014", "images/train2014"),
                "README.md and refer.py of lichengunc/refer: ref[ann_id, image_id, split, sentences[sent, sent_id]]; "
                "COCO instances",
            )
            for author in authors
        ),
        splits={"train": "train", "val": "val", "test": "test"},
        rows=rows,
        whole="refs(*).p is a pickle, which can only be read as a whole (some 20 MB)",
    )


REFCOCO = _dataset("refcoco", "RefCOCO", "unc", "google")
REFCOCO_PLUS = _dataset("refcoco+", "RefCOCO+", "unc")
REFCOCOG = _dataset("refcocog", "RefCOCOg", "umd", "google")
