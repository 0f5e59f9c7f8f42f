"""Making a model better on a project's corrections: what there is to learn from, and the commands that do it.

The commands run behind the window; this module only says which. It knows neither torch nor Qt.
"""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from core.errors import ModelError
from core.files import home
from core.formats.examples import examples_from_snapshot, untrained
from core.grounding.registry import DEFAULT_MODEL, TIME_MODEL, default_model, find_model, model_folders
from core.project import Project
from core.project.wording import fold
from core.schema import Box, MediaKind, Region, Track
from core.settings import Settings
from core.training.plan import METHODS
from core.workflows.holdout import HELD, SHARE, HoldOut, hold_out_ahead, hold_out_of
from core.workflows.versions import current_model

RENDERED = 100  # scenes that old abilities are examined on
REPORT, EVENTS = "report", "window.jsonl"
_NAMES: dict[MediaKind, str] = {"image": "picture", "video": "video", "audio": "audio"}
_GROUPS: tuple[tuple[MediaKind, ...], ...] = (("image",), ("video", "audio"))
_MOST_ANCESTORS = 50
Measure = Literal["accepted", "edited", "drawn", "imported", "not_present", "rejected"]
MEASURES: tuple[Measure, ...] = ("accepted", "edited", "drawn", "imported", "not_present", "rejected")


@dataclass(frozen=True, slots=True)
class Counted:
    """What people said of one expression in media of one kind."""

    kind: MediaKind
    expression: str
    media: int
    counts: Mapping[Measure, int]


@dataclass(frozen=True, slots=True)
class Material:
    """What a project has to learn from.

    learnt, held: how many media teach and measure a model of each kind, as the next freeze divides them; a video with
    boxes on its frames counts with the pictures. hold_out: as it stands; what has no side yet is assigned at the start.
    unused: regions that do not train, as (what, how many).
    """

    rows: tuple[Counted, ...]
    learnt: Mapping[MediaKind, int]
    held: Mapping[MediaKind, int]
    hold_out: HoldOut
    unused: tuple[tuple[str, int], ...]

    @property
    def frozen(self) -> bool:
        """Whether a hold-out stands."""
        return bool(self.hold_out.held)

    @property
    def media(self) -> Mapping[MediaKind, int]:
        """How many media there are of each kind, on either side."""
        sums = {kind: self.learnt.get(kind, 0) + self.held.get(kind, 0) for group in _GROUPS for kind in group}
        return {kind: count for kind, count in sums.items() if count}

    @property
    def kinds(self) -> tuple[MediaKind, ...]:
        """The kinds that there is something to learn from."""
        return tuple(kind for group in _GROUPS for kind in group if self.learnt.get(kind))

    def is_measured(self, kinds: Sequence[MediaKind]) -> bool:
        """Whether something of these kinds is held out."""
        return any(self.held.get(kind) for kind in kinds)

    def taught_by(self, kinds: Sequence[MediaKind]) -> int:
        """Media of these kinds that are learnt from, those of either kind counted twice."""
        return sum(self.learnt.get(kind, 0) for kind in kinds)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody chose beside what is usual. 0, "" and None leave it to the recipe."""

    method: str = ""
    epochs: int = 0
    rate: float = 0.0
    replay: float | None = None
    seed: int = 0
    share: float = SHARE
    batch: int = 0
    accumulate: int = 0

    def __post_init__(self) -> None:
        if self.method and self.method not in METHODS:
            raise ValueError(f"there is no method {self.method!r}")


@dataclass(frozen=True, slots=True)
class Lesson:
    """One run: media of these kinds, a base to start from, the model it is compared with, and the new one's folder."""

    kinds: tuple[MediaKind, ...]
    base: str
    against: str
    out: str

    @property
    def folder(self) -> Path:
        return Path(self.out)

    @property
    def told(self) -> Path:
        """The file of what its commands tell."""
        return self.folder / EVENTS

    @property
    def can_resume(self) -> bool:
        return (self.folder / "state").is_dir()

    @property
    def is_taught(self) -> bool:
        return (self.folder / "config.json").is_file()


def material(project: Project, share: float = SHARE) -> Material:
    """Count what trains, by kind and expression, the most frequent first. Imports count as annotations do.

    What stands on a frame of a video trains as on a picture, and counts there. share: of a first hold-out.
    """
    kinds = {item.id: item.kind for item in project.media()}
    found: dict[tuple[MediaKind, str], _Tally] = {}

    def tally(media_id: str, expression: str, region: Region | None) -> _Tally:
        on_frame = isinstance(region, Track) or (isinstance(region, Box) and region.at_s is not None)
        kind = "image" if on_frame else kinds[media_id]
        one = found.setdefault((kind, fold(expression)), _Tally(expression))
        one.media.add(media_id)
        return one

    labels = {label.id: label.name for label in project.labels()}
    for annotation in project.annotations():
        for words in annotation.expressions or (labels.get(annotation.label_id, ""),):
            tally(annotation.media_id, words, annotation.region).counts[annotation.origin] += 1
    for verdict in project.verdicts():
        tally(verdict.media_id, verdict.expression, verdict.region).counts[verdict.kind] += 1
    rows = [
        Counted(kind, one.spelled, len(one.media), {name: one.counts[name] for name in MEASURES})
        for (kind, _), one in found.items()
    ]
    rows.sort(key=lambda row: (_order(row.kind), -sum(row.counts.values()), row.expression))
    snapshot = project.snapshot()
    asked = {(example.kind, example.media_id) for example in examples_from_snapshot(snapshot)}
    ahead = hold_out_ahead(project, share=share)
    learnt, held = ({*ahead.learnt}, {*ahead.held})
    notes = Counter(note.what for note in untrained(snapshot, frames=True))
    return Material(
        tuple(rows),
        Counter(kind for kind, media_id in asked if media_id in learnt),
        Counter(kind for kind, media_id in asked if media_id in held),
        hold_out_of(project),
        tuple(notes.items()),
    )


@dataclass(slots=True)
class _Tally:
    spelled: str
    counts: Counter[str] = field(default_factory=Counter)
    media: set[str] = field(default_factory=set)


def _order(kind: MediaKind) -> int:
    return ("image", "video", "audio").index(kind)


def would_hold(project: Project, share: float) -> int:
    """How many media a first freeze with this share would hold out."""
    return len(hold_out_ahead(project, share=share).held)


# --- which runs, from which base -------------------------------------------------------------------


def root_of(model: str) -> str:
    """The model that one was first taught from: what corrections are learnt on anew, so that nothing piles up."""
    name = model
    for _ in range(_MOST_ANCESTORS):
        try:
            facts = json.loads((find_model(name).folder / "training.json").read_text(encoding="utf-8"))
            base = facts["base"] if isinstance(facts, dict) else None
            if not isinstance(base, str) or find_model(base).folder == find_model(name).folder:
                return name
        except (OSError, ValueError, KeyError, ModelError):
            return name
        if name in (DEFAULT_MODEL, TIME_MODEL):  # these were taught from what is not here any more
            return name
        name = base
    return name


def bases_for(project: Project, settings: Settings, kind: MediaKind) -> list[str]:
    """The models to start from, the usual one first: the root of the one that is asked, that one, the bundled one."""
    current = asked_here(project, settings, kind)
    return list(dict.fromkeys((root_of(current), current, default_model(kind))))


def asked_here(project: Project, settings: Settings, kind: MediaKind) -> str:
    """The model that is asked about media of a kind; the bundled one where the chosen one is not here any more."""
    current = current_model(project, settings, kind)
    try:
        find_model(current)
    except ModelError:
        return default_model(kind)
    return current


def lessons(
    project: Project, settings: Settings, kinds: Sequence[MediaKind], bases: Mapping[MediaKind, str]
) -> list[Lesson]:
    """One run for pictures and one for what lasts, as far as there is any. `bases` by the first kind of a group."""
    found: list[Lesson] = []
    taken: set[str] = set()
    for group in _GROUPS:
        own = tuple(kind for kind in group if kind in kinds)
        if own:
            base = bases.get(own[0]) or bases_for(project, settings, own[0])[0]
            out = _free_folder(project.path.stem, taken)
            taken.add(out.name)
            found.append(Lesson(own, base, asked_here(project, settings, own[0]), str(out)))
    return found


def _free_folder(stem: str, taken: set[str]) -> Path:
    """A folder for a new model: named after the project, numbered."""
    name = re.sub(r"[^\w-]+", "-", stem).strip("-") or "model"
    known, parent = {*model_folders(), *taken}, home() / "models"
    number = 1
    while f"{name}-{number}" in known or (parent / f"{name}-{number}").exists():
        number += 1
    return parent / f"{name}-{number}"


# --- the commands -----------------------------------------------------------------------------------


def teach_words(project: Path, lesson: Lesson, wishes: Wishes, *, device: str = "auto") -> list[str]:
    """The arguments of `finetune`; goes on with what was begun.

    No split is named: what the project holds out is looked at while it learns, and by it is settled how far the new
    model goes from its base (`core.training.keeping`). It is not learnt from.
    """
    words = ["finetune", str(project), "--base", lesson.base, "--out", lesson.out, "--seed", str(wishes.seed)]
    words += ["--device", device, "--json", *_kind_words(lesson)]
    words += ["--method", wishes.method] if wishes.method else []
    words += ["--epochs", str(wishes.epochs)] if wishes.epochs else []
    words += ["--rate", f"{wishes.rate:g}"] if wishes.rate else []
    words += ["--batch", str(wishes.batch)] if wishes.batch else []
    words += ["--accumulate", str(wishes.accumulate)] if wishes.accumulate else []
    words += ["--replay", f"{wishes.replay:g}"] if wishes.replay is not None else []
    return [*words, "--resume"] if lesson.can_resume else words


def check_words(
    project: Path, lesson: Lesson, wishes: Wishes, *, device: str = "auto", found: Material, measured: bool = False
) -> list[str]:
    """The arguments of `finetune --check`: what would be done, and what would not work.

    Before a hold-out stands as many media are looked at as will be learnt from. measured: also try what a step takes.
    """
    frozen = bool(found.hold_out.learnt)
    words = [*teach_words(project, lesson, wishes, device=device), "--check"]
    words += [] if frozen else ["--take", str(max(1, found.taught_by(lesson.kinds)))]
    return words if measured else [*words, "--no-probe"]


def measure_words(project: Path, lesson: Lesson, *, device: str = "auto", rendered: int = 0) -> list[str]:
    """The arguments of `evaluate` that measures old and new side by side, and adopts the new one if it is better."""
    return [
        "evaluate", str(project), "--split", HELD, "--model", lesson.out, "--against", lesson.against, "--adopt",
        "--rendered", str(rendered or RENDERED), "--report", str(lesson.folder / REPORT), "--device", device, "--json",
        *_kind_words(lesson),
    ]  # fmt: skip


def _kind_words(lesson: Lesson) -> list[str]:
    return [word for kind in lesson.kinds for word in ("--kind", _NAMES[kind])]


# --- what came of it --------------------------------------------------------------------------------


def outcome(lesson: Lesson) -> dict[str, Any] | None:
    """What was measured of a taught model: the object of `evaluate --json` with `moved`; None while it is not there."""
    try:
        found = json.loads((lesson.folder / REPORT / "report.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("comparison"), dict) else None


def report_page(lesson: Lesson) -> Path:
    """Where the page for people is."""
    return lesson.folder / REPORT / "report.html"


def throw_away(lesson: Lesson, is_used: Callable[[str], bool]) -> None:
    """Delete what came of a run, unless that is a finished model in use."""
    if not (lesson.is_taught and is_used(lesson.out)):
        shutil.rmtree(lesson.folder, ignore_errors=True)
