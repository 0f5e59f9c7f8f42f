"""ELAN: an EAF file per medium, a tier per label, times in whole milliseconds, the expression as a span's value.

Overlapping spans go to further tiers (`core.formats.tiers`). Annotations that lean on others take their times, those of
a subdivision equal parts of them, as ELAN shows them. Times are on the clock of the first medium (TIME_ORIGIN). What
else is in a file (types, vocabularies, licences, attributes of tiers) is kept with the medium and written again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote, urlsplit
from xml.etree.ElementTree import Element

from core.formats.batch import ImportBatch, ReadOptions, SnapshotLike, WriteOptions
from core.formats.classes import Collector, count_note
from core.formats.folders import write_folder
from core.formats.kept import Json, Keeper, Kept
from core.formats.losses import CLIPS, Holds, sort_out
from core.formats.names import portable_names
from core.formats.per_medium import file_for, files_of, medium_of, number_labels_by_name
from core.formats.text_files import malformed, safe_name
from core.formats.tiers import Tier, label_names, tiers_of
from core.formats.timed import note_rounding, note_silent, span_in
from core.formats.xml_files import add, as_text, clean, note_unwritable, parse_kept, parse_xml, whole_in, xml_text
from core.jobs import Report
from core.schema import MediaItem

HOLDS = Holds("eaf", "ELAN", CLIPS, frozenset({"segments"}))
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}noNamespaceSchemaLocation"
_MIMES = {".wav": "audio/x-wav", ".mp4": "video/mp4", ".mpg": "video/mpeg", ".mpeg": "video/mpeg"}
_UNITS_MS = {"milliseconds": 1.0, "PAL-frames": 40.0, "NTSC-frames": 1001 / 30}  # the schema's three
_OWN = ("ANNOTATION_ID", "TIME_SLOT_REF1", "TIME_SLOT_REF2", "ANNOTATION_REF", "PREVIOUS_ANNOTATION")


@dataclass(frozen=True, slots=True)
class EafFormat:
    """Reads a file or a folder of files; writes a folder, or one file where there is one medium."""

    id: str = "eaf"
    title: str = "ELAN EAF (a file per medium)"

    def read(self, source: Path, options: ReadOptions) -> ImportBatch:
        """Read every file; `FormatError` when one is malformed."""
        collector = Collector(options)
        for file, folder in files_of(source, (".eaf",)):
            options.context.raise_if_cancelled()
            _Reader(file, collector).read(parse_xml(file, "ANNOTATION_DOCUMENT"), folder)
        number_labels_by_name(collector)
        return ImportBatch(self.id, source, collector.contents(), collector.report)

    def write(self, contents: SnapshotLike, out: Path, options: WriteOptions) -> Report:
        """Write one file per medium that has spans."""
        report = Report()
        names = portable_names(options.all_media or contents.media)
        found = sort_out(contents, HOLDS, names, report)
        kept = Kept.of(contents, self.id)
        media = [item for item in found.media if found.of(item) or kept.medium(item.id)]
        files: dict[Path, str] = {}
        for item in media:
            options.context.raise_if_cancelled()
            tiers = tiers_of(found.of(item), contents.labels, silent=True, points=False, report=report)
            place = file_for(out, names[item.id], ".eaf", files, alone=len(media) == 1)
            files[place] = xml_text(_document(item, names[item.id], tiers, kept))
        every = [annotation for item in media for annotation in found.of(item)]
        note_rounding(every, report)
        said = {text for a in every for text in a.expressions} | {label.name for label in contents.labels}
        note_unwritable(said, report)
        note_silent(found, report, kept)
        write_folder(files, out, report)
        return report


# --- writing -----------------------------------------------------------------------------------


def _document(item: MediaItem, name: str, tiers: list[Tier], kept: Kept) -> Element:
    skeleton = kept.medium(item.id).get("document")
    root = parse_kept(skeleton) if isinstance(skeleton, str) else _new_document(name)
    known = {tier.get("TIER_ID"): dict(tier.attrib) for tier in root.findall("TIER")}
    for old in root.findall("TIER"):
        root.remove(old)
    order = root.find("TIME_ORDER")
    if order is None:
        order = Element("TIME_ORDER")
        root.insert(1, order)
    times = sorted(
        {round(1000 * value) for t in tiers for span, _, _ in t.spans for value in (span.start_s, span.end_s)}
    )
    slots = {time: f"ts{number}" for number, time in enumerate(times, start=1)}
    for time, slot in slots.items():
        add(order, "TIME_SLOT", "", {"TIME_SLOT_ID": slot, "TIME_VALUE": str(time)})
    types = [one.get("LINGUISTIC_TYPE_ID") for one in root.findall("LINGUISTIC_TYPE")]
    place = list(root).index(order) + 1
    number = 0
    for tier in tiers:
        attributes = known.get(tier.name, {"LINGUISTIC_TYPE_REF": "default-lt", "TIER_ID": tier.name})
        if "PARENT_REF" in attributes:  # it leaned on another tier; now it has times of its own
            del attributes["PARENT_REF"]
            attributes["LINGUISTIC_TYPE_REF"] = "default-lt"
        if attributes.get("LINGUISTIC_TYPE_REF") == "default-lt" and "default-lt" not in types:
            types.append("default-lt")
            root.insert(place, _type())
        element = Element("TIER", {key: clean(value) for key, value in attributes.items()})
        root.insert(place, element)
        place += 1
        for span, text, annotation in tier.spans:
            number += 1
            held = kept.own(annotation).get("attributes")
            refs = {
                "TIME_SLOT_REF1": slots[round(1000 * span.start_s)],
                "TIME_SLOT_REF2": slots[round(1000 * span.end_s)],
            }
            fields = {**(held if isinstance(held, dict) else {}), "ANNOTATION_ID": f"a{number}", **refs}
            add(add(add(element, "ANNOTATION"), "ALIGNABLE_ANNOTATION", "", fields), "ANNOTATION_VALUE", text)
    return root


def _type() -> Element:
    fields = {"GRAPHIC_REFERENCES": "false", "LINGUISTIC_TYPE_ID": "default-lt", "TIME_ALIGNABLE": "true"}
    return Element("LINGUISTIC_TYPE", fields)


def _new_document(name: str) -> Element:
    """An empty document. ELAN wants a date: the same project gives the same bytes, so it is always this one."""
    root = Element("ANNOTATION_DOCUMENT", {"AUTHOR": "", "DATE": "1970-01-01T00:00:00+00:00"})
    root.attrib |= {"FORMAT": "3.0", "VERSION": "3.0", _XSI: "http://www.mpi.nl/tools/elan/EAFv3.0.xsd"}
    header = add(root, "HEADER", "", {"MEDIA_FILE": "", "TIME_UNITS": "milliseconds"})
    path = PurePosixPath(name)
    mime = _MIMES.get(path.suffix.lower(), "unknown")
    places = {"MEDIA_URL": quote(name), "RELATIVE_MEDIA_URL": f"./{quote(path.name)}"}
    add(header, "MEDIA_DESCRIPTOR", "", places | {"MIME_TYPE": mime})
    return root


# --- reading -----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Reader:
    file: Path
    collector: Collector
    keeper: Keeper = field(default_factory=lambda: Keeper("eaf"))
    spans: dict[str, tuple[float, float]] = field(default_factory=dict)  # annotation id -> seconds
    parents: dict[str, str] = field(default_factory=dict)
    parts: dict[str, tuple[int, int]] = field(default_factory=dict)  # annotation id -> which part of how many
    estimated: int = 0

    def read(self, root: Element, folder: str) -> None:
        name = self._medium(root, folder)
        item = self.collector.medium(name, str(self.file), "audio" if self._is_sound(root) else "video")
        if item is None:
            return
        self._times(root, _set_clock(root, self.file))
        self._subdivisions(root)
        tiers = root.findall("TIER")
        leaning = 0
        found: list[tuple[str, Element]] = []
        for tier in tiers:
            tier_name = tier.get("TIER_ID") or ""
            for element in tier.iter():
                if element.tag in ("ALIGNABLE_ANNOTATION", "REF_ANNOTATION"):
                    leaning += element.tag == "REF_ANNOTATION"
                    found.append((tier_name, element))
        self.keeper.hold("medium", item.id, {"document": _skeleton(root)})
        labels = label_names([tier.get("TIER_ID") or "" for tier in tiers])
        for number, (tier_name, element) in enumerate(found, start=1):
            self._annotation(element, item, labels[tier_name].strip() or f"tier {number}")
        where = str(self.file)
        one, many = "one annotation that leans on another has", "{count} annotations that lean on others have"
        count_note(self.collector.report, leaning, f"{one} its times now", f"{many} their times now", where)
        one, many = "one time is not aligned and was put", "{count} times are not aligned and were put"
        count_note(
            self.collector.report,
            self.estimated,
            f"{one} between its neighbours",
            f"{many} between their neighbours",
            where,
        )
        self.keeper.finish(self.collector)

    def _medium(self, root: Element, folder: str) -> str:
        descriptor = root.find("HEADER/MEDIA_DESCRIPTOR")
        if descriptor is None:
            return medium_of(self.file, folder)
        relative = unquote(descriptor.get("RELATIVE_MEDIA_URL") or "").removeprefix("./")
        if relative.startswith("../"):  # the way from a folder of its own to the media beside it
            relative, folder = relative[3:], ""
        if not relative:
            relative = PurePosixPath(unquote(urlsplit(descriptor.get("MEDIA_URL") or "").path)).name
        if not relative:
            return medium_of(self.file, folder)
        return f"{folder}/{relative}" if folder and safe_name(relative) else relative

    def _is_sound(self, root: Element) -> bool:
        descriptor = root.find("HEADER/MEDIA_DESCRIPTOR")
        return descriptor is not None and (descriptor.get("MIME_TYPE") or "").startswith("audio")

    def _times(self, root: Element, clock: tuple[float, int]) -> None:
        """The seconds of every annotation. A slot without a time is put between its neighbours, as ELAN shows it.

        `clock`: milliseconds of a unit, and those at which the medium's clock stands when the file's says 0.
        """
        slots: list[tuple[str, float | None]] = []
        for number, slot in enumerate(root.findall("TIME_ORDER/TIME_SLOT"), start=1):
            where = f"TIME_SLOT {number}"
            text = slot.get("TIME_VALUE")
            value = None if text is None else whole_in(text, self.file, where)
            if value is not None and value < 0:
                raise malformed(self.file, where, "a time from 0", text)
            slots.append((slot.get("TIME_SLOT_ID") or "", None if value is None else value * clock[0] + clock[1]))
        seconds = self._filled(slots)
        open_ids = {name for name, time in slots if time is None}
        for element in root.iter("ALIGNABLE_ANNOTATION"):
            name = element.get("ANNOTATION_ID") or ""
            where = f"annotation {name}"
            ends: list[float] = []
            for key in ("TIME_SLOT_REF1", "TIME_SLOT_REF2"):
                slot_id = element.get(key)
                if slot_id is None or slot_id not in seconds:
                    raise malformed(self.file, f"{where}, {key}", "the id of a time slot", slot_id)
                ends.append(seconds[slot_id])
            if ends[1] < ends[0] and element.get("TIME_SLOT_REF2") in open_ids:
                ends[1] = ends[0]
            elif ends[1] < ends[0] and element.get("TIME_SLOT_REF1") in open_ids:
                ends[0] = ends[1]
            span_in(ends[0], ends[1], self.file, where)
            self.spans[name] = (ends[0], ends[1])
        for element in root.iter("REF_ANNOTATION"):
            self.parents[element.get("ANNOTATION_ID") or ""] = element.get("ANNOTATION_REF") or ""

    def _filled(self, slots: list[tuple[str, float | None]]) -> dict[str, float]:
        known = [(index, time) for index, (_, time) in enumerate(slots) if time is not None]
        found: dict[str, float] = {}
        cursor = 0
        for index, (name, time) in enumerate(slots):
            while cursor + 1 < len(known) and known[cursor + 1][0] <= index:
                cursor += 1
            if time is None:
                self.estimated += 1
                before = known[cursor] if known else (index, 0)
                after = known[cursor + 1] if cursor + 1 < len(known) else before
                share = (index - before[0]) / (after[0] - before[0]) if after[0] > before[0] else 0.0
                found[name] = (before[1] + share * (after[1] - before[1])) / 1000
            else:
                found[name] = time / 1000
        return found

    def _subdivisions(self, root: Element) -> None:
        """Annotations of one parent that follow each other on a tier share its time in equal parts."""
        for tier in root.findall("TIER"):
            after: dict[str, dict[str, str]] = {}  # by parent: what follows what
            for element in tier.iter("REF_ANNOTATION"):
                follows = after.setdefault(element.get("ANNOTATION_REF") or "", {})
                follows[element.get("PREVIOUS_ANNOTATION") or ""] = element.get("ANNOTATION_ID") or ""
            for follows in after.values():
                at, chain = "", list[str]()
                while at in follows and follows[at] not in chain:
                    at = follows[at]
                    chain.append(at)
                self.parts |= {name: (place, len(chain)) for place, name in enumerate(chain)}

    def _span(self, name: str, element: Element) -> tuple[float, float]:
        """The times of an annotation: its own, or those of what it leans on, or its part of them."""
        chain = [name]
        while chain[-1] not in self.spans:
            parent = self.parents.get(chain[-1], "")
            if not parent or parent in chain:
                leans_on = element.get("ANNOTATION_REF")
                raise malformed(self.file, f"annotation {name}", "an annotation that it leans on", leans_on)
            chain.append(parent)
        start, end = self.spans[chain.pop()]
        for one in reversed(chain):
            place, count = self.parts.get(one, (0, 1))
            length = (end - start) / count
            start, end = (start + place * length, start + (place + 1) * length if place + 1 < count else end)
        return start, end

    def _annotation(self, element: Element, item: MediaItem, name: str) -> None:
        own_id = element.get("ANNOTATION_ID") or ""
        times = self._span(own_id, element)
        text = " ".join((element.findtext("ANNOTATION_VALUE") or "").split())
        label = self.collector.label(name)
        own: Json = {"attributes": {key: value for key, value in element.attrib.items() if key not in _OWN}}
        extra = self.keeper.extra(own, medium=item.id)
        segment = span_in(times[0], times[1], self.file, f"annotation {own_id}")
        if text:
            self.collector.say(item, label, segment, text, extra=extra)
        else:
            self.collector.annotate(item, label, segment, expressions=(), extra=extra)


def _set_clock(root: Element, file: Path) -> tuple[float, int]:
    """The file's unit in milliseconds, and how far its first medium's clock is ahead; the document then has neither.

    TIME_ORIGIN is the time of a medium at which the file's time begins. Other media keep their distance to the first.
    """
    header = root.find("HEADER")
    unit = header.get("TIME_UNITS", "milliseconds") if header is not None else "milliseconds"
    if unit not in _UNITS_MS:
        raise malformed(file, "HEADER, TIME_UNITS", f"one of {', '.join(_UNITS_MS)}", unit)
    media = root.findall("HEADER/MEDIA_DESCRIPTOR")
    origins = [whole_in(one.get("TIME_ORIGIN", "0"), file, "MEDIA_DESCRIPTOR, TIME_ORIGIN") for one in media]
    if header is not None and "TIME_UNITS" in header.attrib:
        header.set("TIME_UNITS", "milliseconds")
    for one, origin in zip(media, origins, strict=True):
        one.attrib.pop("TIME_ORIGIN", None)
        if origin != origins[0]:
            one.set("TIME_ORIGIN", str(origin - origins[0]))
    return _UNITS_MS[unit], origins[0] if origins else 0


def _skeleton(root: Element) -> str:
    """Everything but times and annotations."""
    for order in root.findall("TIME_ORDER"):
        for slot in list(order):
            order.remove(slot)
    for tier in root.findall("TIER"):
        for annotation in tier.findall("ANNOTATION"):
            tier.remove(annotation)
    return as_text(root)


FORMAT = EafFormat()
