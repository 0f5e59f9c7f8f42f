"""Pascal VOC: one XML file per picture, boxes as corners.

Numbers are taken as written, in both directions: x = xmin, width = xmax - xmin, no ±1. Written files carry
expressions in the `attributes` element that other tools use for it; readers of plain VOC pass over it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from xml.etree.ElementTree import Element, SubElement

from core.errors import FormatError
from core.formats.batch import ImportBatch, ReadOptions, SnapshotLike, WriteOptions
from core.formats.classes import Collector
from core.formats.folders import write_folder
from core.formats.kept import leave_with_media
from core.formats.losses import PICTURES, Holds, sort_out
from core.formats.names import portable_names
from core.formats.text_files import (
    as_size,
    is_file,
    malformed,
    plain_number,
    read_names,
    safe_name,
    shown,
)
from core.formats.xml_files import as_text, clean, note_unwritable, number_in, parse_kept, parse_xml, xml_text
from core.jobs import Report
from core.schema import Annotation, Box, MediaItem, new_id

HOLDS = Holds("voc", "VOC", PICTURES, frozenset({"boxes"}), attributes=True, needs_size=True)
_CORNERS = ("xmin", "ymin", "xmax", "ymax")
_KNOWN_IN_OBJECT = ("name", "bndbox", "attributes")
_KNOWN_IN_FILE = ("filename", "size", "object")
_EXPRESSION = "expression"


@dataclass(frozen=True, slots=True)
class VocFormat:
    """Reads a file, a folder of files, or a VOC tree (`Annotations/`, `ImageSets/`); writes a folder."""

    id: str = "voc"
    title: str = "Pascal VOC (a folder of XML files)"

    def read(self, source: Path, options: ReadOptions) -> ImportBatch:
        """Read every XML file; a box without area is kept out and reported, a malformed file raises `FormatError`."""
        collector = Collector(options)
        seen: dict[str, set[str]] = {}
        pictures: dict[str, Path] = {}
        files = _annotation_files(source)
        for done, (file, folder) in enumerate(files):
            options.context.raise_if_cancelled()
            options.context.progress(done, len(files), file.name)
            _read_file(file, folder, collector, seen, pictures)
        names = sorted({name for named in seen.values() for name in named})
        for name in names:
            collector.label(name)
        _number_by_name(collector)
        collector.complete_absences(seen, names)
        return ImportBatch(self.id, source, collector.contents(), collector.report)

    def write(self, contents: SnapshotLike, out: Path, options: WriteOptions) -> Report:
        """Write one XML file per picture, in the folders of the pictures' names."""
        report = Report()
        names = portable_names(options.all_media or contents.media)
        found = sort_out(contents, HOLDS, names, report)
        labels = {label.id: label.name for label in contents.labels}
        files: dict[Path, str] = {}
        for item in found.media:
            options.context.raise_if_cancelled()
            tree = _picture_element(item, names[item.id], found.of(item), labels)
            files[_free_place(out, names[item.id], files)] = xml_text(tree, indent="\t", declaration=False)
        said = set(labels.values()) | {text for one in contents.annotations for text in one.expressions}
        note_unwritable(said, report)
        if out.is_file():
            raise FormatError(f"{out} is a file", why="VOC is a folder of files", next_step="name a folder")
        out.mkdir(parents=True, exist_ok=True)
        write_folder(files, out, report)
        return report


# --- reading -----------------------------------------------------------------------------------


def _annotation_files(source: Path) -> list[tuple[Path, str]]:
    """The XML files with the folder, relative and POSIX, that their picture's name begins with."""
    if source.is_file() and source.suffix.lower() != ".txt":
        return [(source, "")]
    if source.is_file():  # ImageSets/Main/train.txt names files in Annotations/
        return _files_of_list(source)
    root = source / "Annotations" if (source / "Annotations").is_dir() else source
    if not root.is_dir():
        raise FormatError(f"There is no file or folder {source}", next_step="check the name")
    files = sorted(path for path in root.rglob("*") if path.suffix.lower() == ".xml" and path.is_file())
    if not files:
        raise FormatError(f"{root}: expected XML files of annotations", why="there is none")
    return [(path, _folder_of(path.relative_to(root))) for path in files]


def _folder_of(relative: Path) -> str:
    folder = relative.parent.as_posix()
    return "" if folder == "." else folder


def _files_of_list(source: Path) -> list[tuple[Path, str]]:
    roots = [parent / "Annotations" for parent in source.parents if (parent / "Annotations").is_dir()]
    root = roots[0] if roots else source.parent
    found: list[tuple[Path, str]] = []
    for line in sorted(read_names(source)):
        name = safe_name(line.split()[0])
        path = root / f"{name}.xml"
        if name is None or not is_file(path):
            raise FormatError(f"{source} names {shown(line)}", why=f"there is no such XML file in {root}")
        found.append((path, _folder_of(Path(name))))
    return found


def _read_file(
    file: Path, folder: str, collector: Collector, seen: dict[str, set[str]], pictures: dict[str, Path]
) -> None:
    root = parse_xml(file, "annotation")
    written = (root.findtext("filename") or "").strip() or file.stem
    name = safe_name(f"{folder}/{written}" if folder and safe_name(written) else written)
    if name is None:
        collector.skip(f"the picture's name {shown(written)} leads out of the folder", f"{file}, element filename")
        return
    if not collector.options.wants(name) and not collector.options.wants(file.stem):
        return
    if name in pictures:
        collector.skip(f"the picture {name} is already described by {pictures[name].name}", str(file))
        return
    pictures[name] = file
    width, height = (_size(root, axis, file) for axis in ("width", "height"))
    item = MediaItem(id=new_id(), kind="image", path=name, width=width, height=height)
    collector.media.append(item)
    seen[item.id] = set()
    about_picture = [as_text(child) for child in root if child.tag not in _KNOWN_IN_FILE]
    for number, element in enumerate(root.findall("object"), start=1):
        where = f"{file}, object {number}"
        class_name = (element.findtext("name") or "").strip()
        if not class_name:
            raise malformed(file, f"object {number}, element name", "the name of a class", element.findtext("name"))
        seen[item.id].add(class_name)
        box = _box(element, file, f"object {number}")
        if box.x2 <= box.x1 or box.y2 <= box.y1:
            numbers = ", ".join(f"{plain_number(value)}" for value in (box.x1, box.y1, box.x2, box.y2))
            collector.skip(f"the box [{numbers}] of {class_name} has no area", where)
            continue
        collector.annotations.append(_annotation(element, item, class_name, box, about_picture, collector))
        about_picture = []  # kept once per picture, with its first box
    if about_picture:
        leave_with_media(collector, "voc", {item.id: {"picture": about_picture}})


def _size(root: Element, axis: str, file: Path) -> int | None:
    text = (root.findtext(f"size/{axis}") or "").strip()
    if not text:
        return None
    return as_size(number_in(text, file, f"element size/{axis}"), file, f"element size/{axis}")


def _box(element: Element, file: Path, where: str) -> Box:
    bounds = element.find("bndbox")
    if bounds is None:
        raise malformed(file, where, "an element bndbox", [child.tag for child in element])
    x1, y1, x2, y2 = (number_in(bounds.findtext(name), file, f"{where}, element bndbox/{name}") for name in _CORNERS)
    return Box(x1, y1, x2, y2)


def _annotation(
    element: Element, item: MediaItem, class_name: str, box: Box, about_picture: list[str], collector: Collector
) -> Annotation:
    label = collector.label(class_name)
    pairs = [
        (attribute.findtext("name") or "", attribute.findtext("value") or "")
        for attribute in element.findall("attributes/attribute")
    ]
    expressions = tuple(dict.fromkeys(value for name, value in pairs if name == _EXPRESSION and value.strip()))
    for expression in expressions:
        collector.phrase(expression, label)
    kept: dict[str, list[str]] = {
        "object": [as_text(child) for child in element if child.tag not in _KNOWN_IN_OBJECT],
        "picture": about_picture,
    }
    kept = {name: texts for name, texts in kept.items() if texts}
    return Annotation(
        id=new_id(),
        media_id=item.id,
        label_id=label.id,
        expressions=expressions or collector.expressions_of(label),
        region=box,
        origin="imported",
        attributes=tuple((name, value) for name, value in pairs if name and name != _EXPRESSION),
        extra=(("voc", json.dumps(kept, ensure_ascii=False)),) if kept else (),
    )


def _number_by_name(collector: Collector) -> None:
    """Classes count in alphabetical order, whichever file names them first."""
    for number, name in enumerate(sorted(collector.labels)):
        label = collector.labels[name]
        collector.labels[name] = type(label)(id=label.id, name=name, number=number)
    collector.labels = dict(sorted(collector.labels.items()))


# --- writing -----------------------------------------------------------------------------------


def _free_place(out: Path, name: str, taken: Iterable[Path]) -> Path:
    """`a/b.xml` for `a/b.jpg`; `a/b.png.xml` when a picture of the same stem has taken that."""
    relative = PurePosixPath(name)
    place = out.joinpath(*relative.with_suffix(".xml").parts)
    return place if place not in taken else out.joinpath(*relative.parts[:-1], relative.name + ".xml")


def _picture_element(item: MediaItem, name: str, annotations: Iterable[Annotation], labels: dict[str, str]) -> Element:
    root = Element("annotation")
    carriers: list[Annotation | MediaItem] = [*annotations, item]
    for text in next((texts for texts in (_kept(one, "picture") for one in carriers) if texts), []):
        root.append(parse_kept(text))
    folder, _, file_name = name.rpartition("/")
    if folder and root.find("folder") is None:
        _add(root, "folder", folder)
    _add(root, "filename", file_name)
    size = SubElement(root, "size")
    for tag, value in (("width", item.width), ("height", item.height), ("depth", 3)):
        _add(size, tag, str(value))
    for annotation in annotations:
        if isinstance(annotation.region, Box):
            root.append(_object_element(annotation, annotation.region, labels[annotation.label_id]))
    return root


def _object_element(annotation: Annotation, box: Box, class_name: str) -> Element:
    element = Element("object")
    _add(element, "name", class_name)
    for text in _kept(annotation, "object"):
        element.append(parse_kept(text))
    bounds = SubElement(element, "bndbox")
    for tag, value in zip(_CORNERS, (box.x1, box.y1, box.x2, box.y2), strict=True):
        _add(bounds, tag, str(plain_number(value)))
    pairs = list(annotation.attributes)
    if annotation.expressions != (class_name,):
        pairs = [(_EXPRESSION, expression) for expression in annotation.expressions] + pairs
    if pairs:
        parent = SubElement(element, "attributes")
        for name, said in pairs:
            attribute = SubElement(parent, "attribute")
            _add(attribute, "name", name)
            _add(attribute, "value", said)
    return element


def _add(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = clean(text)


def _kept(record: Annotation | MediaItem, part: str) -> list[str]:
    kept = dict(record.extra).get("voc")
    texts = json.loads(kept).get(part, []) if kept else []
    return [str(text) for text in texts]


FORMAT = VocFormat()
