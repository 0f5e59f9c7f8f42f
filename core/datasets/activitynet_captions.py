"""ActivityNet Captions: sentences about events of videos with their times, in three directions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.datasets.media import Medium
from core.datasets.model import Dataset, Licence, Row, Variant
from core.datasets.rows import Place, span_row, talk_row
from core.datasets.source import Source
from core.datasets.streaming import object_members
from core.datasets.values import number_or_none
from core.formats.groundinggpt import span_text
from core.formats.text_files import as_list, as_numbers, as_object, as_text, malformed


@dataclass(frozen=True, slots=True)
class _Event:
    sentence: str
    span_s: tuple[float, float]


def rows(source: Source) -> Iterator[Row]:
    """A row for each event, or for each video where the variant is dense."""
    file = source.file(source.variant.files[0])
    dense = source.variant.name == "dense"
    for key, value in object_members(file):
        entry = as_object(value, file, repr(key))
        events = _events(entry, file, key)
        count = 1 if dense else len(events)
        medium = source.medium(key, any_of="video", rows=count)
        if medium is None:
            continue
        duration = source.duration(number_or_none(entry.get("duration")), medium, f"{file}, {key!r}", rows=count)
        if duration is None:
            continue
        yield from _rows_of(source, file, medium, key, events, duration)


def _rows_of(
    source: Source, file: Path, medium: Medium, key: str, events: list[_Event], duration: float
) -> Iterator[Row]:
    where = f"{file}, {key!r}"
    inside = [(event.sentence, _cut(event.span_s, duration)) for event in events]
    if source.variant.name == "dense":
        place = Place(f"activitynet-{key}", medium, "video", where)
        ordered = sorted((span, sentence) for sentence, span in inside if span[0] < span[1])
        lines = "\n".join(f"{span_text(span, duration)} {sentence}" for span, sentence in ordered)
        row = talk_row(source, place, [(source.words.choose("dense_spans", place.id), lines)])
        if row is not None:
            yield row
        return
    for index, (sentence, span) in enumerate(inside):
        place = Place(f"activitynet-{key}-{index}", medium, "video", f"{where}.timestamps[{index}]")
        if source.variant.name == "find":
            row = span_row(source, place, sentence, [span], duration)
        elif span[0] < span[1]:
            asked = source.words.choose("describe_span", place.id, span_text(span, duration))
            row = talk_row(source, place, [(asked, sentence)])
        else:
            source.skip(f"no time inside the {duration:g} s of {medium.name}", place.where)
            row = None
        if row is not None:
            yield row


def _cut(span_s: tuple[float, float], duration: float) -> tuple[float, float]:
    return max(span_s[0], 0.0), min(span_s[1], duration)


def _events(entry: dict[str, object], file: Path, key: str) -> list[_Event]:
    times = as_list(entry.get("timestamps"), file, f"{key!r}.timestamps")
    sentences = as_list(entry.get("sentences"), file, f"{key!r}.sentences")
    if len(times) != len(sentences):
        raise malformed(file, f"{key!r}.sentences", f"{len(times)} sentences", sentences)
    found: list[_Event] = []
    for index, (pair, sentence) in enumerate(zip(times, sentences, strict=True)):
        start, end = as_numbers(pair, 2, file, f"{key!r}.timestamps[{index}]")
        found.append(_Event(as_text(sentence, file, f"{key!r}.sentences[{index}]").strip(), (start, end)))
    return found


_FILES = ("{split}.json or captions/{split}.json",)
_MEDIA = ("videos", "v1-3/train_val", "train_val", "v1-2/train", "v1-2/val")
_SAID = (
    "evaluate.py of ranjaykrishna/densevid_eval: val_1.json, val_2.json: {v_ID: {timestamps, sentences}}; duration is "
    "measured where a file lacks it. The folder of the videos is your own"
)
DATASET = Dataset(
    name="activitynet-captions",
    title="ActivityNet Captions",
    origin="https://cs.stanford.edu/people/ranjaykrishna/densevid/",
    licence=Licence(
        "not stated; copies say 'other'",
        "https://cs.stanford.edu/people/ranjaykrishna/densevid/",
        checked=False,
        note="videos keep the terms of YouTube and their makers",
    ),
    variants=(
        Variant("find", "the time span of a sentence", 3, False, _FILES, _MEDIA, _SAID),
        Variant("describe", "the sentence for a time span", 3, False, _FILES, _MEDIA, _SAID),
        Variant("dense", "all events of a video with their times, in one answer", 3, False, _FILES, _MEDIA, _SAID),
    ),
    splits={"train": "train", "val": "val_1", "test": "val_2"},
    rows=rows,
)
