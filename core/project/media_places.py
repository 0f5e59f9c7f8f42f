"""Where the media of an open project are: its roots, and the way from a medium to its file and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from sqlalchemy import Connection

from core.project import facts, places
from core.schema import MediaItem, MediaSource


class MediaPlaces:
    """The roots of an open project. Every method may raise `ProjectError`, like those of `Project`."""

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[Connection]],
        writing: Callable[[], AbstractContextManager[Connection]],
        folder: Path,
    ) -> None:
        """`folder`: where the project's file is."""
        self._read, self._write, self._folder = reading, writing, folder

    def roots(self) -> dict[str, str]:
        """Root name to absolute folder; "project" is the folder of the project file."""
        with self._read() as connection:
            return self.roots_in(connection)

    def roots_in(self, connection: Connection) -> dict[str, str]:
        """`roots`, read by a connection that is open already."""
        return {places.PROJECT_ROOT: str(self._folder), **facts.roots(connection)}

    def set_root(self, name: str, folder: Path | str) -> None:
        """Say where the folder of a root is now: all its media are found there from then on."""
        place = Path(folder).absolute()
        places.check_text(str(place))
        with self._write() as connection:
            facts.set_root(connection, name, str(place))

    def set_roots(self, folders: Mapping[str, str]) -> None:
        """Like `set_root` for several at once, all or none; also for what was moved out of a root by itself."""
        for folder in folders.values():
            places.check_text(folder)
        with self._write() as connection:
            for name, folder in folders.items():
                facts.set_root(connection, name, folder)

    def resolve(self, item: MediaItem) -> Path:
        """The absolute place of a medium, whether or not it exists. Raises `ProjectError` for an unknown root."""
        return places.absolute_place(item.root, item.path, self.roots())

    def source(self, item: MediaItem) -> MediaSource:
        """A medium with its absolute place, and that of the sound that belongs to it. Raises `ProjectError`."""
        roots = self.roots()
        sound = None if item.sound is None else str(places.absolute_place(*item.sound, roots))
        return MediaSource(item, str(places.absolute_place(item.root, item.path, roots)), sound)

    def media_from_path(self, path: Path | str) -> tuple[str, str]:
        """`(root, relative POSIX path)` of a file. A file out of the project folder's reach gets a named root."""
        return self.media_from_paths([path])[0]

    def media_from_paths(self, paths: Iterable[Path | str]) -> list[tuple[str, str]]:
        """`media_from_path` for many: the roots are read once."""
        roots = self.roots()
        found = []
        for path in paths:
            place = Path(path)
            places.check_text(str(place))
            named = self._moved_here(place, roots) or places.within_reach(place, roots)
            if named is None:
                parent = place.absolute().parent
                name = places.new_root_name(parent, roots)
                self.set_root(name, parent)
                roots[name] = str(parent)
                named = name, place.name
            found.append(named)
        return found

    def known_media(self, paths: Iterable[Path | str]) -> list[MediaItem | None]:
        """The project's media at these files; None for those that it does not have. Nothing is written."""
        roots = self.roots()
        found: list[MediaItem | None] = []
        for path in paths:
            named = self._moved_here(Path(path), roots) or places.within_reach(Path(path), roots)
            found.append(None if named is None else self._media_at(named))
        return found

    def _moved_here(self, place: Path, roots: Mapping[str, str]) -> tuple[str, str] | None:
        moved = places.moved_from(place, roots)
        return next((named for named in moved if self._media_at(named) is not None), None)

    def _media_at(self, named: tuple[str, str]) -> MediaItem | None:
        with self._read() as connection:
            return facts.media_at(connection, *named)
