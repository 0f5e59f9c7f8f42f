"""What a dataset's reader is given: its folder, wordings, media, and a place to say what is left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from core.datasets.media import MediaFinder, Medium
from core.datasets.model import Dataset, Variant
from core.datasets.words import Words
from core.errors import FormatError
from core.jobs import JobContext, Note
from core.schema import MediaKind, SplitName


@dataclass(slots=True)
class Tally:
    """What was read and left out: `missing` counts rows by the medium that is not there, `skipped` all others."""

    read: int = 0
    missing: dict[str, int] = field(default_factory=dict)
    skipped: list[Note] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    media: set[str] = field(default_factory=set)
    counted: dict[str, int] = field(default_factory=dict)
    differing: set[str] = field(default_factory=set)  # media of another size than the dataset says


@dataclass(frozen=True, slots=True)
class Source:
    """One dataset on disk, to be read in one variant and split."""

    folder: Path
    dataset: Dataset
    variant: Variant
    split: SplitName
    words: Words
    media: MediaFinder
    tally: Tally
    context: JobContext

    @property
    def spelled(self) -> str:
        """The split as the dataset calls it."""
        return self.dataset.splits[self.split]

    def files(self, pattern: str) -> list[Path]:
        """The places where an annotation file may be: `{split}` filled in, alternatives by ` or `."""
        names = pattern.replace("{split}", self.spelled).split(" or ")
        return [self.folder / name for name in names] + [self.folder / Path(name).name for name in names if "/" in name]

    def file(self, pattern: str) -> Path:
        """The annotation file (or folder). Raises `FormatError` that says what was looked for."""
        found = self.optional(pattern)
        if found is None:
            wanted = pattern.replace("{split}", self.spelled)
            title = self.dataset.title
            raise FormatError(
                f"There is no {wanted} in {self.folder}",
                why=f"{title} ({self.variant.name}) is read from it",
                next_step=f"see prepare --list {self.dataset.name}",
            )
        return found

    def optional(self, pattern: str) -> Path | None:
        """The annotation file (or folder), None when there is none."""
        return next((place for place in self.files(pattern) if place.exists()), None)

    # --- media

    def medium(self, name: str, *, any_of: MediaKind | None = None, rows: int = 1) -> Medium | None:
        """The medium that rows are about; when it is missing it is counted with the rows that are lost by it."""
        found = self.media.find(name, any_of=any_of)
        self.context.raise_if_cancelled()
        if found is None:
            self.lost(name, rows)
            return None
        self.tally.media.add(found.name)
        if found.place is None:
            self.count("rows are kept whose medium is not here", rows)
        return found

    def lost(self, name: str, rows: int = 1) -> None:
        """A medium is not there: so many rows are left out."""
        self.tally.read += rows
        self.tally.missing[name] = self.tally.missing.get(name, 0) + rows

    def duration(self, said: float | None, medium: Medium, where: str, *, rows: int = 1) -> float | None:
        """The length of a video or sound: what the annotation says, else measured; without one its rows go."""
        found = said if said and said > 0 else self.media.duration_of(medium)
        if not found:
            self.skip(f"the length of {medium.name} is not known", where, rows=rows)
        return found or None

    # --- what is left out

    def skip(self, what: str, where: str, *, rows: int = 1) -> None:
        """Rows that cannot be made, and why."""
        self.tally.read += rows
        self.tally.skipped.append(Note(what, where))

    def count(self, what: str, by: int = 1) -> None:
        """More of many that a report tells in one line, because there is nothing to mend."""
        self.tally.counted[what] = self.tally.counted.get(what, 0) + by

    def differs(self, medium: Medium, what: str) -> None:
        """A medium is not as the dataset says: each is counted once."""
        if medium.name not in self.tally.differing:
            self.tally.differing.add(medium.name)
            self.count(what)

    def note(self, what: str, where: str = "") -> None:
        """Something to know that leaves nothing out."""
        self.tally.notes.append(Note(what, where))
