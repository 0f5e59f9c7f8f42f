"""The bundled sample project: pictures, a video and a sound that the project made itself, copied to a folder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import Bug, UserError
from core.files import bundled
from core.geometry import BoxXYXY, SpanS
from core.media import probe_item
from core.project import Project
from core.schema import MediaKind

FOLDER = "resources/sample"
PROJECT_NAME = "sample.groundlabel"


@dataclass(frozen=True, slots=True)
class SamplePicture:
    """One picture, its upright size, and for every expression of the sample the true boxes (none: not present)."""

    file: str
    size_wh: tuple[int, int]
    boxes_xyxy: dict[str, tuple[BoxXYXY, ...]]


@dataclass(frozen=True, slots=True)
class SampleClip:
    """A video or a sound, and for every expression about it the true spans in seconds (none: not present)."""

    file: str
    kind: MediaKind
    duration_s: float
    spans_s: dict[str, tuple[SpanS, ...]]


@dataclass(frozen=True, slots=True)
class Sample:
    """What there is to show: pictures and what is asked about each, a video and a sound with their own questions."""

    folder: Path
    expressions: tuple[str, ...]
    pictures: tuple[SamplePicture, ...]
    clips: tuple[SampleClip, ...]

    @property
    def files(self) -> tuple[str, ...]:
        """Every file, in the order of the project."""
        return (*(picture.file for picture in self.pictures), *(clip.file for clip in self.clips))


def load_sample() -> Sample:
    """Read the description of the bundled media."""
    folder = bundled(FOLDER)
    try:
        described = json.loads((folder / "sample.json").read_text(encoding="utf-8"))
        pictures = tuple(_picture(entry) for entry in described["pictures"])
        clips = tuple(_clip(entry) for entry in described["clips"])
        return Sample(folder, tuple(described["expressions"]), pictures, clips)
    except (OSError, ValueError, KeyError) as error:
        raise Bug(f"the bundled sample in {folder} is not whole: {error}") from error


def _picture(entry: dict[str, object]) -> SamplePicture:
    boxes = entry["boxes_xyxy"]
    if not isinstance(boxes, dict):
        raise ValueError("boxes_xyxy is no object")
    truth = {text: tuple(_corners(box) for box in found) for text, found in boxes.items()}
    return SamplePicture(str(entry["file"]), (int(str(entry["width"])), int(str(entry["height"]))), truth)


def _clip(entry: dict[str, object]) -> SampleClip:
    spans, kind = entry["spans_s"], entry["kind"]
    if not isinstance(spans, dict) or (kind != "video" and kind != "audio"):
        raise ValueError("a clip is a video or a sound with spans")
    truth = {text: tuple((float(start), float(end)) for start, end in found) for text, found in spans.items()}
    return SampleClip(str(entry["file"]), kind, float(str(entry["duration_s"])), truth)


def _corners(box: Sequence[float]) -> BoxXYXY:
    x1, y1, x2, y2 = map(float, box)
    return (x1, y1, x2, y2)


def open_sample(target_dir: Path, *, author: str = "sample") -> Path:
    """Copy the media to `target_dir` and make the project beside them, unless it is there; returns its file.

    A sample that somebody has worked in is left as it is. Raises `UserError` when the folder cannot be written.
    """
    project_path = target_dir / PROJECT_NAME
    if project_path.exists():
        return project_path
    sample = load_sample()
    try:
        target_dir.mkdir(parents=True, exist_ok=True)
        for name in sample.files:
            shutil.copyfile(sample.folder / name, target_dir / name)
    except OSError as error:
        raise UserError(
            f"The sample project cannot be put into {target_dir}",
            why=error.strerror or str(error),
            next_step="choose a folder that can be written",
        ) from error
    with Project.create(project_path, author=author) as project:
        items = []
        for name in sample.files:
            place = target_dir / name
            root, relative = project.places.media_from_path(place)
            items.append(probe_item(place, root=root, relative=relative))
        project.add_media(items)
    return project_path
