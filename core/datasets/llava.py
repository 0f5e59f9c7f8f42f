"""LLaVA: the published mix of version 1.5, whose picture folders it checks, and the pretraining captions."""

from __future__ import annotations

from collections.abc import Iterator

from core.datasets.conversations import taken_over, turns_in
from core.datasets.model import Dataset, Licence, Row, Variant
from core.datasets.source import Source
from core.datasets.streaming import list_items
from core.datasets.values import id_in
from core.formats.text_files import as_object

# Where the mix looks for the pictures of its five sources.
FOLDERS = (
    "coco/train2017",
    "gqa/images",
    "ocr_vqa/images",
    "textvqa/train_images",
    "vg/VG_100K",
    "vg/VG_100K_2",
)


def rows(source: Source) -> Iterator[Row]:
    """Every row of the list; those without a picture are talk alone and stay so."""
    file = source.file(source.variant.files[0])
    mix = source.variant.name == "mix"
    if mix:
        _check_layout(source)
    for where, value in list_items(file):
        entry = as_object(value, file, where)
        turns = turns_in(entry, file, where)
        name = entry.get("image")
        row_id = id_in(entry.get("id", where), file, f"{where}.id")
        if len(turns) < 2:
            source.skip("a conversation without an answer", f"{file}, {where}")
            continue
        if not isinstance(name, str) or not name:
            source.tally.read += 1
            yield taken_over(row_id, None, "image", turns)
            continue
        if mix and not name.startswith(tuple(f"{folder}/" for folder in FOLDERS)):
            source.count("rows name a picture outside the mix's folders")
        # OCR-VQA's pictures are named .jpg in the mix, whatever they were downloaded as.
        medium = source.medium(name, any_of="image")
        if medium is not None:
            source.tally.read += 1
            yield taken_over(row_id, medium, "image", turns)


def _check_layout(source: Source) -> None:
    for folder in FOLDERS:
        if not (source.media.root / folder).is_dir():
            source.note(f"the mix looks for pictures in {folder}, which is not there", str(source.media.root))


DATASET = Dataset(
    name="llava",
    title="LLaVA",
    origin="https://huggingface.co/datasets/liuhaotian/LLaVA-Instruct-150K and .../LLaVA-Pretrain",
    licence=Licence(
        "CC BY 4.0 (the text; earlier copies say CC BY-NC 4.0); OpenAI's terms of use",
        "https://huggingface.co/datasets/liuhaotian/LLaVA-Instruct-150K",
        checked=True,
        note="each picture keeps the terms of its source",
    ),
    variants=(
        Variant(
            "mix",
            "the instruction mix over COCO, GQA, OCR-VQA, TextVQA, Visual Genome, and talk without pictures",
            3,
            True,
            ("llava_v1_5_mix665k.json",),
            ("", *FOLDERS),
            "README of haotian-liu/LLaVA: id, image, conversations[from, value]; picture folders",
        ),
        Variant(
            "pretrain",
            "captions of LAION, CC and SBU pictures",
            1,
            True,
            ("blip_laion_cc_sbu_558k.json",),
            ("images", ""),
            "docs/Data.md of haotian-liu/LLaVA and code that trains on it: id, image, conversations[from, value]",
        ),
    ),
    splits={"train": "train"},
    rows=rows,
)
