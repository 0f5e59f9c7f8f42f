"""Finding media that were moved: looks in a folder by name and content, and says what would be found where.

Facts never change: what a person decides is kept beside the named roots (`core.project.places`), as new places of
roots, of folders below them, or of single files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from core.errors import MediaError, ProjectError
from core.jobs import JobContext
from core.media import content_hash, list_media
from core.project import Project
from core.project.places import PROJECT_ROOT, moved_key
from core.schema import MediaItem

_PAGE = 2000


@dataclass(frozen=True, slots=True)
class Survey:
    """Which media have no file now, and in which `(root, folder)` others still have theirs."""

    missing: tuple[MediaItem, ...] = ()
    still_there: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Match:
    """A medium and the file that it is now. `by_content`: the contents are known to be the same."""

    item: MediaItem
    place: Path
    by_content: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What a search found. `other_contents` have a file of their name there that holds something else."""

    survey: Survey
    matches: tuple[Match, ...] = ()
    other_contents: tuple[MediaItem, ...] = ()
    not_found: tuple[MediaItem, ...] = ()


def survey(project: Project, context: JobContext) -> Survey:
    """Look at the place of every medium. Raises `Cancelled`, `ProjectError`."""
    total, missing, there = project.media_count(), [], set()
    for done, item in enumerate(_all(project), start=1):
        if done % 200 == 0:
            context.raise_if_cancelled()
            context.progress(done, total)
        if _is_there(project, item):
            there.add((item.root, _folder_of(item)))
        else:
            missing.append(item)
    return Survey(tuple(missing), frozenset(there))


def look_in(folder: Path, found: Survey, context: JobContext) -> Plan:
    """Search a folder for what is missing: by name first, then by contents under another name.

    Raises `MediaError` when there is no such folder, `Cancelled`.
    """
    by_name: dict[str, list[Path]] = {}
    for place in list_media(folder):
        by_name.setdefault(place.name.casefold(), []).append(place)
    prints = _Prints()
    matches: list[Match] = []
    unlike: list[MediaItem] = []
    rest: list[MediaItem] = []
    for done, item in enumerate(found.missing, start=1):
        context.raise_if_cancelled()
        context.progress(done, len(found.missing), item.path)
        named = by_name.get(PurePosixPath(item.path).name.casefold(), [])
        match = _same(item, sorted(named, key=lambda place: -_alike(item, place)), prints)
        if match is not None:
            matches.append(match)
        else:
            (unlike if named else rest).append(item)
    taken = {match.place for match in matches}
    others = [place for places in by_name.values() for place in places if place not in taken]
    renamed = tuple(_renamed([*unlike, *rest], others, prints, context))
    known = {match.item.id for match in renamed}
    return Plan(
        found,
        (*matches, *renamed),
        tuple(item for item in unlike if item.id not in known),
        tuple(item for item in rest if item.id not in known),
    )


def relink(project: Project, plan: Plan) -> int:
    """Keep where everything is now, all of it or nothing; returns how many media. Raises `ProjectError`."""
    if project.read_only:
        raise ProjectError("Nothing can be relinked", why=project.read_only_reason)
    project.places.set_roots(new_places(plan, project.places.roots()))
    return len(plan.matches)


def new_places(plan: Plan, roots: dict[str, str]) -> dict[str, str]:
    """What to keep: the place of a whole root where all of it moved alike, else of folders, else of single files."""
    kept: dict[str, str] = {}
    there = plan.survey.still_there
    by_root: dict[str, list[Match]] = {}
    for match in plan.matches:
        by_root.setdefault(match.item.root, []).append(match)
    for root, matches in by_root.items():
        tops = {_top(match) for match in matches}
        whole = root != PROJECT_ROOT and root in roots and all(key[0] != root for key in there)
        if whole and len(tops) == 1 and None not in tops and not _is_moved_in_parts(root, roots):
            kept[root] = str(tops.pop())
            continue
        folders: dict[str, list[Match]] = {}
        for match in matches:
            folders.setdefault(_folder_of(match.item), []).append(match)
        for folder, inside in folders.items():
            homes = {match.place.parent for match in inside}
            same_names = all(match.place.name == PurePosixPath(match.item.path).name for match in inside)
            if len(homes) == 1 and same_names and (root, folder) not in there:
                kept[moved_key(root, folder)] = str(homes.pop())
            else:
                kept |= {moved_key(root, match.item.path): str(match.place) for match in inside}
    return kept


class _Prints:
    """Fingerprints of files, each worked out once."""

    def __init__(self) -> None:
        self._known: dict[Path, str | None] = {}

    def of(self, place: Path) -> str | None:
        if place not in self._known:
            try:
                self._known[place] = content_hash(place)
            except MediaError:
                self._known[place] = None
        return self._known[place]


def _same(item: MediaItem, named: Iterable[Path], prints: _Prints) -> Match | None:
    for place in named:
        if item.content_hash is None:
            return Match(item, place, by_content=False)
        if prints.of(place) == item.content_hash:
            return Match(item, place, by_content=True)
    return None


def _renamed(items: list[MediaItem], others: list[Path], prints: _Prints, context: JobContext) -> Iterator[Match]:
    """Those that have another name now; only files with the same ending are read."""
    wanted = {item.content_hash: item for item in items if item.content_hash is not None}
    endings = {PurePosixPath(item.path).suffix.casefold() for item in wanted.values()}
    candidates = [place for place in others if place.suffix.casefold() in endings] if wanted else []
    for done, place in enumerate(candidates, start=1):
        context.raise_if_cancelled()
        context.progress(done, len(candidates), place.name)
        item = wanted.pop(prints.of(place) or "", None)
        if item is not None:
            yield Match(item, place, by_content=True)


def _all(project: Project) -> Iterator[MediaItem]:
    offset = 0
    while page := project.media(offset, _PAGE):
        yield from page
        offset += len(page)


def _is_there(project: Project, item: MediaItem) -> bool:
    try:
        return project.places.resolve(item).is_file()
    except (OSError, ValueError, ProjectError):  # a name that the system does not take; a root that is not known
        return False


def _folder_of(item: MediaItem) -> str:
    return PurePosixPath(item.path).parent.as_posix()


def _alike(item: MediaItem, place: Path) -> int:
    """How many trailing parts of two paths are the same."""
    pairs = zip(reversed(PurePosixPath(item.path).parts), reversed(place.parts), strict=False)
    return next((number for number, (a, b) in enumerate(pairs) if a != b), len(PurePosixPath(item.path).parts))


def _top(match: Match) -> Path | None:
    """The folder under which the file stands as it did under its root; None when it does not."""
    parts = PurePosixPath(match.item.path).parts
    if ".." in parts or match.place.parts[-len(parts) :] != parts:
        return None
    return match.place.parents[len(parts) - 1]


def _is_moved_in_parts(root: str, roots: dict[str, str]) -> bool:
    return any(name.startswith(root + "/") for name in roots)
