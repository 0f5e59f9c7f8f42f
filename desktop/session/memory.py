"""Where a person was in each project: item and view. Not a setting: losing this file costs only comfort."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from pathlib import Path
from typing import Any

from core.files import config_dir

PLACES_KEPT = 50
_LOG = logging.getLogger(__name__)


class Memory:
    """A small JSON file, written whole and put in place at once; an unreadable one is read as empty."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or config_dir() / "places.json"
        self._places: dict[str, dict[str, Any]] = {}
        try:
            read = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return
        except (OSError, ValueError) as error:
            _LOG.warning("%s cannot be read: %s", self._path, error)
            return
        if isinstance(read, dict):
            self._places = {key: place for key, place in read.items() if isinstance(place, dict)}

    def place(self, project: Path) -> dict[str, Any]:
        """What was kept for this project: `item`, `position`, and `view` with `zoom` and `centre` (none: fitted)."""
        return dict(self._places.get(str(project), {}))

    def set_place(self, project: Path, place: dict[str, Any]) -> None:
        """Keep this, and forget the projects that were not opened for longest."""
        if self._places.get(str(project)) == place:
            return
        self._places.pop(str(project), None)
        self._places[str(project)] = place
        self._places = dict(list(self._places.items())[-PLACES_KEPT:])
        self._save()

    def _save(self) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self._path.parent, prefix=".places-", suffix=".json")
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                json.dump(self._places, stream, ensure_ascii=False)
            Path(temporary).replace(self._path)
        except OSError as error:
            _LOG.warning("%s cannot be written: %s", self._path, error)
