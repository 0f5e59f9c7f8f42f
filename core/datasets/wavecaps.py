"""WavCaps (WaveCaps in the original's files): captions of sounds from four sources."""

from __future__ import annotations

from collections.abc import Iterator

from core.datasets.model import Dataset, Licence, Row, Variant
from core.datasets.rows import Place, talk_row
from core.datasets.source import Source
from core.datasets.streaming import list_members
from core.datasets.values import id_in, text_in
from core.errors import FormatError
from core.formats.text_files import as_object

# source -> its file; `json_files` on the hub, `data/json_files` in the repository
_PARTS = {
    "AudioSet_SL": "as_final.json",
    "BBC_Sound_Effects": "bbc_final.json",
    "FreeSound": "fsd_final.json",
    "SoundBible": "sb_final.json",
}


def rows(source: Source) -> Iterator[Row]:
    """A row for each caption of the sources that are there; the others are named in the report."""
    there = {part: source.optional(_pattern(part)) for part in _PARTS}
    if not any(there.values()):
        raise FormatError(
            f"There is no {_pattern('AudioSet_SL')} in {source.folder}, nor a file of another source",
            next_step="see prepare --list wavecaps",
        )
    for part, file in there.items():
        if file is None:
            source.note(f"{part} is not there: its captions are not among the rows", str(source.folder))
            continue
        # The same id may stand in two sources: a sound is looked for in the folder of its own.
        folders = (f"{part}_flac", part)
        folder = next((name for name in folders if (source.media.root / name).is_dir()), folders[0])
        for _, where, value in list_members(file, "data"):
            entry = as_object(value, file, where)
            sound_id = id_in(entry.get("id"), file, f"{where}.id").removesuffix(".wav")
            medium = source.medium(f"{folder}/{sound_id}.flac", any_of="audio")
            if medium is None:
                continue
            place = Place(f"wavecaps-{part}-{sound_id}", medium, "audio", f"{file}, {where}")
            question = source.words.choose("describe_sound", place.id)
            row = talk_row(source, place, [(question, text_in(entry, "caption", file, where))])
            if row is not None:
                yield row


def _pattern(part: str) -> str:
    return " or ".join(f"{head}json_files/{part}/{_PARTS[part]}" for head in ("", "data/"))


DATASET = Dataset(
    name="wavecaps",
    title="WavCaps",
    origin="https://huggingface.co/datasets/cvssp/WavCaps",
    licence=Licence(
        "academic use only",
        "https://github.com/XinhaoMei/WavCaps",
        checked=True,
        note="sounds keep the terms of Freesound, BBC Sound Effects, SoundBible and AudioSet",
    ),
    variants=(
        Variant(
            "captions",
            "one caption of a sound",
            1,
            True,
            tuple(_pattern(part) for part in _PARTS),
            ("", *(f"{part}_flac" for part in _PARTS)),
            "README.md of XinhaoMei/WavCaps and public code that reads it: data[id, caption, duration]; unpacked "
            "folders *_flac, AudioSet ids end in .wav",
        ),
    ),
    splits={"train": "train"},
    rows=rows,
)
