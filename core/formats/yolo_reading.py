"""Reading YOLO detection: the table of classes, the pictures, and the text of each."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import cast

import yaml  # type: ignore[import-untyped]

from core.errors import FormatError
from core.formats.batch import ReadOptions
from core.formats.classes import Collector, count_note
from core.formats.kept import Keeper
from core.formats.shapes import box_around, has_area, pairs
from core.formats.text_files import is_file, is_folder, lines_of, malformed, read_text, shown
from core.schema import Box, MediaItem, SplitMark, SplitName

PICTURE_SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff", ".gif")
_NOT_LABELS = ("classes.txt", "train.txt", "val.txt", "test.txt", "unsplit.txt", "obj.names", "readme.txt")
_MOST_CLASSES = 100_000


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the data set: its name, where its text is, and its split."""

    name: str
    text: Path
    split: SplitName | None = None


_KNOWN_IN_YAML = ("names", "nc", "path", "train", "val", "test", "unsplit")


def _is_kept(name: str, value: object) -> bool:
    """Whether a field of `data.yaml` is none of ours, and one that can be kept: YAML also has dates and the like."""
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return False
    return name not in _KNOWN_IN_YAML


@dataclass(slots=True)
class YoloReader:
    """Reads one folder into a `Collector`. One use."""

    source: Path
    options: ReadOptions
    collector: Collector = field(init=False)
    keeper: Keeper = field(default_factory=lambda: Keeper("yolo"))
    names: dict[int, str] = field(default_factory=dict)
    pose_values: int = 0  # numbers after the box that are key points
    polygons: int = 0

    def read(self) -> Collector:
        """Everything in the folder. Raises `FormatError`."""
        self.collector = Collector(self.options)
        root, document, yaml_file = self._table()
        pictures = list(self._pictures(root, document, yaml_file))
        if not pictures:
            raise FormatError(f"{root}: expected texts of labels", why="there is none")
        self.keeper.hold("file", "", {name: value for name, value in document.items() if _is_kept(name, value)})
        for number, name in self.names.items():
            if not name.startswith("unused-"):
                self.collector.label(name, number)
        seen: dict[str, set[str]] = {}
        for done, picture in enumerate(pictures):
            self.options.context.raise_if_cancelled()
            self.options.context.progress(done, len(pictures), picture.name)
            item = self.collector.medium(picture.name, str(picture.text), "image")
            if item is not None and item.id not in seen:
                seen[item.id] = self._text(picture, item)
                if picture.split:
                    self.collector.splits.append(SplitMark(item.id, picture.split))
        self.collector.complete_absences(seen, list(self.collector.labels))
        one = "one polygon became its box; the original is kept for YOLO"
        many = "{count} polygons became their boxes; the originals are kept for YOLO"
        count_note(self.collector.report, self.polygons, one, many, str(self.source))
        self.keeper.finish(self.collector)
        return self.collector

    # --- the table of classes

    def _table(self) -> tuple[Path, dict[str, object], Path]:
        """The root folder, and what `data.yaml` says; fills `names`."""
        if not self.source.exists():
            raise FormatError(f"There is no file or folder {self.source}", next_step="check the name")
        if self.source.is_file():
            candidates, folder = [self.source], self.source.parent
        else:
            folder = self.source
            candidates = [*sorted(folder.glob("*.yaml")), *sorted(folder.glob("*.yml"))]
            candidates += [path / name for path in (folder, folder / "labels") for name in ("classes.txt", "obj.names")]
        file = next((path for path in candidates if path.is_file()), None)
        if file is None:
            raise FormatError(f"{folder}: expected data.yaml or classes.txt", why="the names of the classes are there")
        if file.suffix.lower() not in (".yaml", ".yml"):
            lines = lines_of(file)
            while lines and not lines[-1].strip():
                lines.pop()
            self.names = {number: line.strip() for number, line in enumerate(lines)}
            self._check_names(file)
            return folder, {}, file
        document = self._yaml(file)
        self._yaml_names(document, file)
        return folder, document, file

    def _yaml(self, file: Path) -> dict[str, object]:
        try:
            document = yaml.safe_load(read_text(file))
        except (yaml.YAMLError, RecursionError, ValueError) as error:
            mark = getattr(error, "problem_mark", None)
            line = f", line {mark.line + 1}" if mark is not None else ""
            why = str(getattr(error, "problem", "") or type(error).__name__)
            raise FormatError(f"{file}{line}: expected YAML", why=why) from None
        if not isinstance(document, dict):
            raise malformed(file, "", "names of classes", document)
        return {str(name): value for name, value in document.items()}

    def _yaml_names(self, document: dict[str, object], file: Path) -> None:
        found = document.get("names")
        if isinstance(found, list):
            found = dict(enumerate(found))
        if not isinstance(found, dict) or not found:
            raise malformed(file, "names", "the names of the classes", found)
        for number, name in found.items():
            if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < _MOST_CLASSES:
                raise malformed(file, "names", "numbers from 0", number)
            if not isinstance(name, str | int | float) or isinstance(name, bool):
                raise malformed(file, f"names.{number}", "the name of a class", name)
            self.names[number] = str(name).strip()
        shape = document.get("kpt_shape")
        if isinstance(shape, list) and len(shape) == 2 and all(isinstance(side, int) for side in shape):
            self.pose_values = shape[0] * shape[1]
        self._check_names(file)

    def _check_names(self, file: Path) -> None:
        if not self.names:
            raise FormatError(f"{file}: expected names of classes", why="there is none")
        used: set[str] = set()
        for number, name in self.names.items():
            if not name:
                raise malformed(file, f"class {number}", "the name of a class", name)
            if name in used:
                raise malformed(file, f"class {number}", "a name that is used once", name)
            used.add(name)

    # --- pictures

    def _pictures(self, root: Path, document: dict[str, object], file: Path) -> Iterator[Picture]:
        base = root
        said = document.get("path")
        if isinstance(said, str) and said not in ("", ".") and is_folder(root / said):
            base = self._near(root / said, root) or root
        named: set[str] = set()
        unsplit = document.get("unsplit")
        for split in ("train", "val", "test", "unsplit"):
            places = document.get(split)
            for place in places if isinstance(places, list) else [places]:
                if place is None or (split != "unsplit" and place == unsplit):
                    continue
                if not isinstance(place, str):
                    raise malformed(file, split, "a list or folder of pictures", place)
                mark = cast("SplitName", split) if split in ("train", "val", "test") else None
                for picture in self._split_pictures(base, place, mark, root):
                    if picture.name not in named:
                        named.add(picture.name)
                        yield picture
        if not named:
            yield from self._all_texts(root)

    def _split_pictures(self, base: Path, place: str, split: SplitName | None, root: Path) -> Iterator[Picture]:
        relative = place.replace("\\", "/").removeprefix("./")
        while relative.startswith("../") and not (is_file(base / relative) or is_folder(base / relative)):
            relative = relative[3:]  # Roboflow writes ../train/images beside a folder train/images
        target = base / relative
        if (is_file(target) or is_folder(target)) and self._near(target, root) is None:
            return
        if is_file(target):
            for line in lines_of(target):
                if line.strip():
                    name = line.strip().replace("\\", "/").removeprefix("./")
                    yield Picture(name.removeprefix("images/"), _text_of(base, name), split)
        elif is_folder(target) or is_folder(base / _as_labels(relative)):
            folder = PurePosixPath(relative).as_posix()
            for inside in _inside(base, folder):
                name = f"{folder}/{inside}"
                yield Picture(name.removeprefix("images/"), _text_of(base, name), split)

    def _near(self, place: Path, root: Path) -> Path | None:
        """The place, if it is in the dataset's folder or beside it; one elsewhere is reported and not looked into."""
        whole, inside = place.resolve(), root.resolve()
        beside = inside.parent
        if whole.is_relative_to(inside):
            return place
        is_beside = whole.is_relative_to(beside) and not inside.is_relative_to(whole)
        if is_beside and beside != beside.parent:
            return place
        self.collector.skip(f"{shown(str(place))} leads out of the dataset's folder", str(self.source))
        return None

    def _all_texts(self, root: Path) -> Iterator[Picture]:
        """Without lists: every text below the folder, or its `labels`, is one picture's."""
        labels = root / "labels" if (root / "labels").is_dir() else root
        for text in sorted(labels.rglob("*.txt")):
            if text.is_file() and text.name.lower() not in _NOT_LABELS:
                stem = text.relative_to(labels).with_suffix("").as_posix()
                folders = [text.parent] + ([root / "images" / PurePosixPath(stem).parent] if labels != root else [])
                picture = next((p for folder in folders for p in _pictures_of(folder, text.stem)), None)
                yield Picture(stem + (picture.suffix if picture else ""), text)

    # --- one text

    def _text(self, picture: Picture, item: MediaItem) -> set[str]:
        """Read the labels of a picture; gives the classes that are named. No text means no object."""
        seen: set[str] = set()
        if not is_file(picture.text):
            return seen
        for number, line in enumerate(lines_of(picture.text), start=1):
            if line.strip():
                seen.add(self._line(line.split(), picture.text, f"line {number}", item))
        return seen

    def _line(self, cells: list[str], file: Path, where: str, item: MediaItem) -> str:
        numbers = [_number(cell, file, where) for cell in cells]
        if len(numbers) < 5 or numbers[0] != int(numbers[0]):
            raise malformed(file, where, "class x y width height", " ".join(cells))
        name = self.names.get(int(numbers[0]))
        if name is None:
            raise malformed(file, where, "the number of a class in the table", int(numbers[0]))
        label = self.collector.label(name, int(numbers[0]))
        own: dict[str, object] = {}
        values = numbers[1:]
        is_polygon = not self.pose_values and len(values) >= 6 and len(values) % 2 == 0
        if is_polygon:
            box = box_around(pairs(values))
            own["polygon"] = values
        else:
            x, y, width, height = values[:4]
            box = Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
            self._further(values[4:], own, file, where)
        if not has_area(box):
            self.collector.skip(f"the box {shown(' '.join(cells[1:5]))} of {name} has no area", f"{file}, {where}")
            return name
        self.polygons += is_polygon
        extra = self.keeper.extra(own, medium=item.id)
        self.collector.annotate(item, label, box, extra=extra)
        return name

    def _further(self, values: list[float], own: dict[str, object], file: Path, where: str) -> None:
        """Key points and the score of a prediction are kept."""
        if self.pose_values and len(values) >= self.pose_values:
            own["points"], values = values[: self.pose_values], values[self.pose_values :]
        if len(values) == 1:
            own["score"] = values[0]
        elif values:
            raise malformed(file, where, "class x y width height [score], or a polygon", len(values) + 5)


def _number(cell: str, file: Path, where: str) -> float:
    try:
        number = float(cell)
    except ValueError:
        raise malformed(file, where, "a number", cell) from None
    if not math.isfinite(number):
        raise malformed(file, where, "a finite number", cell)
    return number


def _as_labels(place: str) -> str:
    """Ultralytics: the last folder `images` of a picture's place becomes `labels`."""
    head, found, tail = f"/{place}/".rpartition("/images/")
    return f"{head}/labels/{tail}".strip("/") if found else place


def _text_of(base: Path, name: str) -> Path:
    """Where the labels of a picture are: as Ultralytics looks, or with the whole name before `.txt`."""
    place = PurePosixPath(_as_labels(name))
    if ".." in place.parts or place.is_absolute() or not place.name:
        return base / "labels" / "nothing"  # the name is refused where the picture is looked for
    whole = base.joinpath(*place.parent.parts, place.name + ".txt")
    return whole if is_file(whole) else base.joinpath(*place.with_suffix(".txt").parts)


def _inside(base: Path, folder: str) -> list[str]:
    """The pictures of a folder, and those that only a text tells of, without suffix."""
    found: dict[str, str] = {}
    labels, pictures = base / _as_labels(folder), base / folder
    for text in labels.rglob("*.txt") if labels.is_dir() else ():
        if text.name.lower() not in _NOT_LABELS:
            name = text.relative_to(labels).with_suffix("").as_posix()
            found[name] = name
    for path in pictures.rglob("*") if pictures.is_dir() else ():
        if path.suffix.lower() in PICTURE_SUFFIXES:
            name = path.relative_to(pictures).as_posix()
            found[name.removesuffix(path.suffix)] = name
    return [found[name] for name in sorted(found)]


def _pictures_of(folder: Path, stem: str) -> Iterator[Path]:
    for suffix in PICTURE_SUFFIXES:
        for spelled in (suffix, suffix.upper()):
            if (folder / (stem + spelled)).is_file():
                yield folder / (stem + spelled)
