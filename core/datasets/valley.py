"""Valley: conversations about videos of VATEX and Jukin Media, and captions of WebVid for pretraining."""

from __future__ import annotations

from collections.abc import Iterator

from core.datasets.conversations import taken_over, turns_in
from core.datasets.model import Dataset, Licence, Row, Variant
from core.datasets.source import Source
from core.datasets.streaming import list_items
from core.datasets.values import id_in
from core.formats.text_files import as_object, as_text


def rows(source: Source) -> Iterator[Row]:
    """Every conversation. Clips that were cut out of VATEX are named by `v_id`, all others by `video`."""
    file = source.file(source.variant.files[0])
    for where, value in list_items(file):
        entry = as_object(value, file, where)
        turns = turns_in(entry, file, where)
        if len(turns) < 2:
            source.skip("a conversation without an answer", f"{file}, {where}")
            continue
        name = as_text(entry.get("video"), file, f"{where}.video")
        if entry.get("source") == "VATEX" and isinstance(entry.get("v_id"), str):
            name = f"{entry['v_id']}.mp4"
        medium = source.medium(name, any_of="video")
        if medium is None:
            continue
        row_id = id_in(entry.get("id", entry.get("v_id", where)), file, f"{where}.id")
        source.tally.read += 1
        yield taken_over(row_id, medium, "video", turns)


DATASET = Dataset(
    name="valley",
    title="Valley",
    origin="https://github.com/RupertLuo/Valley",
    licence=Licence(
        "CC BY-NC 4.0, research use only",
        "https://github.com/RupertLuo/Valley",
        checked=True,
        note="videos keep the terms of VATEX, Jukin Media and WebVid",
    ),
    variants=(
        Variant(
            "instruct",
            "conversations about videos",
            3,
            True,
            ("Valley_instruct_73k.json or valley_instruct_73k.json or valley_instruct_65k.json",),
            ("videos", "jukin/videos", "vatex/videos", "jukinmedia", "VATEX"),
            "public code that trains on it: source, v_id, video, conversations[from, value]. Folders of the videos "
            "are not distributed: those named here are a guess",
            confirmed=False,
        ),
        Variant(
            "pretrain",
            "captions of 703,000 WebVid clips",
            1,
            True,
            ("chat.json or Valley-webvid2M-Pretrain-703K/chat.json",),
            ("videos", "data/videos", "webvid/videos"),
            "public code that filters it: video (relative), conversations[from, value]. Folders of the videos are a "
            "guess",
            confirmed=False,
        ),
    ),
    splits={"train": "train"},
    rows=rows,
)
