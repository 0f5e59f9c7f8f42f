"""RefCOCO: a folder with `instances.json` (COCO) and the expressions about its boxes in `refs(NAME).p` or `.json`.

REFER loads `refs(NAME).p`, a pickle: it is read with nothing but built-in values allowed, and written with nothing else
in it; `refs.json` is the same list for everybody who does not open pickles. Expressions are the sentences of a ref.
"""

from __future__ import annotations

import io
import json
import pickle
import pickletools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NoReturn, cast

from core.errors import FormatError
from core.formats.batch import Contents, ImportBatch, ReadOptions, SnapshotLike, WriteOptions
from core.formats.classes import count_note
from core.formats.coco import CocoWriter
from core.formats.coco_reading import CocoReader
from core.formats.folders import write_folder
from core.formats.kept import Json, Kept, others
from core.formats.losses import PICTURES, Holds, sort_out
from core.formats.names import portable_names
from core.formats.text_files import (
    as_list,
    as_number,
    as_object,
    as_text,
    json_lines_text,
    json_text,
    malformed,
    read_json,
)
from core.jobs import Report
from core.schema import Annotation, SplitMark, SplitName

HOLDS = Holds(
    "refcoco", "RefCOCO", PICTURES, frozenset({"boxes"}), attributes=True, origins=True, marks=True, needs_size=True
)
SPLITS: dict[str, SplitName] = {"train": "train", "val": "val", "test": "test", "testA": "test", "testB": "test"}
_KNOWN_IN_REF = ("ref_id", "ann_id", "image_id", "category_id", "sentences", "sent_ids", "split", "file_name")
_MOST_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class RefCocoFormat:
    """Reads a folder, or its list of refs; writes a folder."""

    id: str = "refcoco"
    title: str = "RefCOCO (a folder: instances and refs)"

    def read(self, source: Path, options: ReadOptions) -> ImportBatch:
        """Read the boxes that expressions refer to; others are counted in the report. Raises `FormatError`."""
        refs_file = _refs_file(source)
        instances = refs_file.with_name("instances.json")
        if not instances.is_file():
            raise FormatError(f"There is no file {instances}", why="the boxes of RefCOCO stand there")
        refs = read_refs(refs_file)
        reader = _RefReader(instances, replace(options, exhaustive=False), refs_file)
        return ImportBatch(self.id, source, reader.with_refs(refs), reader.coco.collector.report)

    def write(self, contents: SnapshotLike, out: Path, options: WriteOptions) -> Report:
        """Write the folder: a ref for every box with an expression."""
        if out.is_file():
            raise FormatError(f"{out} is a file", why="RefCOCO is a folder of files", next_step="name a folder")
        report = Report()
        names = portable_names(options.all_media or contents.media)
        found = sort_out(contents, HOLDS, names, report)
        boxes = [one for item in found.media for one in found.of(item)]
        part = Contents(
            media=tuple(found.media),
            labels=tuple(contents.labels),
            phrases=tuple(contents.phrases),
            annotations=tuple(boxes),
            verdicts=tuple(one for one in contents.verdicts if one.media_id in {item.id for item in found.media}),
            reviews=tuple(contents.reviews),
            splits=tuple(contents.splits),
        )
        writer = CocoWriter(part, names)
        document = writer.document()
        refs = list(_refs(part, writer, Kept.of(contents, self.id)))
        silent = sum(not one.expressions for one in boxes)
        one, many = "one box without an expression has no ref", "{count} boxes without an expression have no ref"
        count_note(report, silent, one, many)
        plain = json.loads(json.dumps(refs, allow_nan=False))  # values of their own: the pickle is always the same
        files: dict[Path, str | bytes] = {
            out / "instances.json": json_text(document),
            out / "refs.json": json_lines_text(refs),
            out / "refs(groundlabel).p": _pickled(plain),
        }
        options.context.raise_if_cancelled()
        write_folder(files, out, report)
        return report


# --- refs --------------------------------------------------------------------------------------


class _BuiltinsOnly(pickle.Unpickler):
    """Lists, dictionaries, texts and numbers; anything that would be imported is refused."""

    def find_class(self, module: str, name: str) -> NoReturn:
        raise pickle.UnpicklingError(f"it wants to load {module}.{name}")

    def persistent_load(self, pid: object) -> NoReturn:
        raise pickle.UnpicklingError(f"it points outside the file, to {pid!r:.40}")


def read_refs(file: Path) -> list[object]:
    """The list of refs, of JSON or of a pickle that holds built-in values only. Raises `FormatError`."""
    if file.suffix.lower() == ".json":
        return as_list(read_json(file), file, "")
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise FormatError(f"{file} is larger than any list of refs")
        data = file.read_bytes()
        _check_places(data)
        value = _BuiltinsOnly(io.BytesIO(data), encoding="utf-8").load()
    except OSError as error:
        raise FormatError(f"{file} cannot be read", why=error.strerror or str(error)) from None
    except (pickle.UnpicklingError, EOFError, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise FormatError(f"{file}: expected a pickle of lists, texts and numbers alone", why=str(error)) from None
    except (MemoryError, OverflowError, RecursionError) as error:
        why = f"it is damaged ({type(error).__name__})"
        raise FormatError(f"{file}: expected a pickle of lists, texts and numbers alone", why=why) from None
    return as_list(value, file, "")


def _check_places(data: bytes) -> None:
    """Refuse numbers of remembered values that no file counts up to: the unpickler would make room for them all."""
    for count, (opcode, argument, _) in enumerate(pickletools.genops(data)):
        if opcode.name in ("PUT", "BINPUT", "LONG_BINPUT") and isinstance(argument, int) and argument > count + 256:
            raise pickle.UnpicklingError(f"it remembers a value as number {argument}")


def _pickled(value: object) -> bytes:
    stream = io.BytesIO()
    pickler = pickle.Pickler(stream, protocol=2)
    pickler.fast = True  # no references between equal values: the same list gives the same bytes
    pickler.dump(value)
    return stream.getvalue()


def _refs_file(source: Path) -> Path:
    if source.is_file() and source.name != "instances.json":
        return source
    folder = source if source.is_dir() else source.parent
    found = [folder / "refs.json", *sorted(folder.glob("refs*.p")), *sorted(folder.glob("refs*.json"))]
    place = next((path for path in found if path.is_file()), None)
    if place is None:
        raise FormatError(f"{folder}: expected refs(NAME).p or refs.json", why="there is none")
    return place


# --- reading -----------------------------------------------------------------------------------


@dataclass(slots=True)
class _RefReader:
    instances: Path
    options: ReadOptions
    refs_file: Path
    coco: CocoReader = field(init=False)
    said: dict[str, list[str]] = field(default_factory=dict)  # annotation id -> expressions
    kept: dict[str, Json] = field(default_factory=dict)
    splits: dict[str, SplitName] = field(default_factory=dict)

    def with_refs(self, refs: list[object]) -> Contents:
        self.coco = CocoReader(self.instances, self.options, knows_ids=True)
        collector = self.coco.read()
        collector.phrases.clear()  # the names of categories are not what people said
        by_id = {annotation.id: annotation for annotation in self.coco.annotations}
        for index, value in enumerate(refs):
            if index % 1000 == 0:
                self.options.context.raise_if_cancelled()
            self._ref(as_object(value, self.refs_file, f"[{index}]"), f"[{index}]", by_id)
        labels = {label.id: label for label in collector.labels.values()}
        referred: list[Annotation] = []
        own = self.coco.has_own_section
        for annotation in self.coco.annotations:
            if annotation.id in self.said:
                words = tuple(dict.fromkeys(self.said[annotation.id]))
                for text in words:
                    collector.phrase(text, labels[annotation.label_id])
                extra = annotation.extra
                if annotation.id in self.kept:
                    extra = (*extra, ("refcoco", json.dumps(self.kept[annotation.id], ensure_ascii=False)))
                referred.append(replace(annotation, expressions=words, extra=extra))
            elif own:
                referred.append(replace(annotation, expressions=()))
        one, many = "one box that no expression refers to", "{count} boxes that no expression refers to"
        left = len(self.coco.annotations) - len(referred)
        count_note(collector.report, left, f"{one} is left out", f"{many} are left out", str(self.instances))
        collector.annotations = referred
        used = {annotation.media_id for annotation in referred}
        if not own:
            collector.media = [item for item in collector.media if item.id in used]
            collector.verdicts = []
        marked = {mark.id for mark in collector.splits}
        collector.splits += [SplitMark(one, split) for one, split in self.splits.items() if one not in marked]
        return collector.contents()

    def _ref(self, ref: Json, where: str, by_id: dict[str, Annotation]) -> None:
        number = as_number(ref.get("ann_id"), self.refs_file, f"{where}.ann_id")
        annotation = by_id.get(self.coco.annotation_ids.get(int(number), ""))
        if annotation is None:
            if int(number) not in self.coco.annotation_ids:
                what = f"ann_id {int(number)} is no usable box of {self.instances.name}"
                self.coco.collector.skip(what, f"{self.refs_file}, {where}")
            return
        fields: list[object] = []
        for index, value in enumerate(as_list(ref.get("sentences"), self.refs_file, f"{where}.sentences")):
            place = f"{where}.sentences[{index}]"
            sentence = as_object(value, self.refs_file, place)
            text = as_text(sentence.get("sent", sentence.get("raw")), self.refs_file, f"{place}.sent")
            if not text.strip():
                raise malformed(self.refs_file, f"{place}.sent", "an expression", text)
            self.said.setdefault(annotation.id, []).append(text)
            fields.append(sentence)
        split = ref.get("split")
        if isinstance(split, str) and split in SPLITS:
            self.splits.setdefault(annotation.media_id, SPLITS[split])
        elif split is not None:
            self.coco.collector.note(f"the split {split!r} is not one of ours", f"{self.refs_file}, {where}")
        kept = {
            "ref": others(ref, *_KNOWN_IN_REF),
            "split": split,
            "sentences": fields,
            "file_name": ref.get("file_name"),
        }
        self.kept.setdefault(annotation.id, {name: value for name, value in kept.items() if value})


# --- writing -----------------------------------------------------------------------------------


def _refs(contents: Contents, writer: CocoWriter, kept: Kept) -> Iterator[Json]:
    splits = {mark.id: mark.split for mark in contents.splits}
    labels = {label.id: label for label in contents.labels}
    ref_id = sent_id = 0
    for number, annotation in enumerate(contents.annotations, start=1):
        if not annotation.expressions:
            continue
        ref_id += 1
        own = kept.own(annotation)
        sentences = own.get("sentences")
        known = (
            {str(one.get("sent")): one for one in sentences if isinstance(one, dict)}
            if isinstance(sentences, list)
            else {}
        )
        said: list[Json] = []
        for text in annotation.expressions:
            sent_id += 1
            fresh: Json = {"tokens": text.split(), "raw": text, "sent": text}
            said.append({**fresh, **cast("Json", known.get(text, {})), "sent_id": sent_id})
        split: object = splits.get(annotation.media_id)
        written = own.get("split")
        if isinstance(written, str) and SPLITS.get(written) == split:
            split = written  # testA and testB are both test here
        more = own.get("ref")
        yield {
            **(more if isinstance(more, dict) else {}),
            "ref_id": ref_id,
            "ann_id": number,
            "image_id": writer.image_ids[annotation.media_id],
            "category_id": labels[annotation.label_id].number + 1,
            "file_name": own.get("file_name") or writer.names[annotation.media_id],
            **({"split": split} if split else {}),
            "sent_ids": [one["sent_id"] for one in said],
            "sentences": said,
        }


FORMAT = RefCocoFormat()
